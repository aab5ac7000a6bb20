/**
 * `npm test`: everything. Makes sure of a Chromium, builds the app beside the unit, property, vector, contract and
 * simulation tests, then runs the end-to-end tests on that build with the machine to themselves. The last line is the sum.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, runNode } from './child.mjs';
import { freshBuild } from './fresh-build.mjs';

const REPORTS = join(ROOT, 'test-results', 'reports');

/** @typedef {{ passed: number, failed: number, skipped: number }} Sum */

/** What could not even begin counts as one failure. @type {Sum} */
const NOT_RUN = { passed: 0, failed: 1, skipped: 0 };

/**
 * @param {string} path @param {(report: any) => Sum} sum @param {number} exitCode of the run that wrote the report
 * @returns {Promise<Sum>}
 */
async function readReport(path, sum, exitCode) {
  let report;
  try {
    report = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    console.error(`No report of this run: ${error instanceof Error ? error.message : error}`);
    return NOT_RUN;
  }
  const { passed, failed, skipped } = sum(report);
  // A run may fail outside of its tests: an error nobody caught, a file that cannot be loaded.
  return { passed, failed: exitCode === 0 ? failed : Math.max(failed, 1), skipped };
}

async function runVitest() {
  const path = join(REPORTS, 'vitest.json');
  const argv = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${path}`];
  const exitCode = await runNode('node_modules/vitest/vitest.mjs', argv);
  return readReport(path, sumVitest, exitCode);
}

/** @param {any} report @returns {Sum} */
function sumVitest(report) {
  const unloaded = report.testResults.filter(
    (/** @type {any} */ file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

async function runPlaywright() {
  const path = join(REPORTS, 'playwright.json');
  const argv = ['test', '--reporter=list,json'];
  const exitCode = await runNode('node_modules/@playwright/test/cli.js', argv, { PLAYWRIGHT_JSON_OUTPUT_FILE: path });
  return readReport(path, sumPlaywright, exitCode);
}

/** @param {any} report @returns {Sum} */
function sumPlaywright({ stats, errors }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length, skipped: stats.skipped };
}

async function runAll() {
  await rm(REPORTS, { recursive: true, force: true });
  await mkdir(REPORTS, { recursive: true });
  if ((await runNode('scripts/chromium.mjs', [])) !== 0) return [NOT_RUN];
  const [isBuilt, vitest] = await Promise.all([freshBuild(), runVitest()]);
  return [vitest, isBuilt ? await runPlaywright() : NOT_RUN];
}

process.chdir(ROOT);
const sums = await runAll();
/** @param {keyof Sum} key */
const total = (key) => sums.reduce((sum, each) => sum + each[key], 0);
const skipped = total('skipped');
console.log(`${total('passed')} passed, ${total('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = total('failed') === 0 ? 0 : 1;
