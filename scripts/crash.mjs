/** `npm run crash -- [--times N] [--seed N]`: kills a node's worker, tab and browser that often, on a fresh build; see tests/e2e/crash.spec.ts. */
import { parseArgs } from 'node:util';
import { ROOT, runNode } from './child.mjs';
import { freshBuild } from './fresh-build.mjs';

process.chdir(ROOT);
const { values } = parseArgs({ options: { times: { type: 'string', default: '50' }, seed: { type: 'string' } } });
const env = { MEDMESH_CRASH_TIMES: values.times, ...(values.seed ? { MEDMESH_CRASH_SEED: values.seed } : {}) };
const isReady = (await runNode('scripts/chromium.mjs', [])) === 0 && (await freshBuild());
const argv = ['test', 'crash.spec', '--workers', '1', '--grep', 'killed at any moment'];
process.exitCode = isReady ? await runNode('node_modules/@playwright/test/cli.js', argv, env) : 1;
