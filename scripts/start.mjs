/** `npm start`: builds the app when its sources are newer than the last build, then serves it. */
import { fileURLToPath } from 'node:url';
import { freshBuild } from './fresh-build.mjs';
import { run } from './run.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const argv = process.argv.slice(2);
if (!argv.includes('--help') && !(await freshBuild())) process.exit(1);
await run('src/app/serve/main.ts', argv);
