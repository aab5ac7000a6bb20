/** `npm run test:e2e [-- arguments for Playwright]`: the end-to-end tests, in a Chromium that is there, on a fresh build. */
import { ROOT, runNode } from './child.mjs';
import { freshBuild } from './fresh-build.mjs';

process.chdir(ROOT);
const isReady = (await runNode('scripts/chromium.mjs', [])) === 0 && (await freshBuild());
process.exitCode = isReady
  ? await runNode('node_modules/@playwright/test/cli.js', ['test', ...process.argv.slice(2)])
  : 1;
