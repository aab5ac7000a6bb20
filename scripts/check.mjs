/**
 * `npm run check`: all `check:*` commands of package.json, as many at once as there are cores. What fails is shown whole,
 * the rest in a line each.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './child.mjs';

/** @param {string} name @returns {Promise<boolean>} whether it passed */
function runCheck(name) {
  const startedAtMs = performance.now();
  const child = spawn('npm', ['run', '--silent', name], { cwd: ROOT, shell: process.platform === 'win32' });
  /** @type {Buffer[]} */
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  return new Promise((resolve) =>
    child.once('close', (code) => {
      const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
      if (code !== 0) process.stdout.write(`\n${Buffer.concat(output)}\n`);
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'}  ${name}  ${seconds} s`);
      resolve(code === 0);
    }),
  );
}

const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
const names = Object.keys(scripts).filter((name) => name.startsWith('check:'));
let allPassed = true;

async function worker() {
  for (let name = names.shift(); name; name = names.shift()) allPassed = (await runCheck(name)) && allPassed;
}

await Promise.all(Array.from({ length: availableParallelism() }, worker));
process.exitCode = allPassed ? 0 : 1;
