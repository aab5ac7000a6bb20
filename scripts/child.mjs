/** Runs the tools that are installed here, without a shell or a package runner in between. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param {string} script  JavaScript file, from the repository's root
 * @param {readonly string[]} argv
 * @param {Record<string, string>} [env] on top of ours
 * @returns {Promise<number>} the exit code; 1 when it was ended by a signal
 */
export function runNode(script, argv, env = {}) {
  const child = spawn(process.execPath, [join(ROOT, script), ...argv], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}
