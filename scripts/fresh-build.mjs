/** Builds the app when its sources are newer than the last build. */
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a build writes last: without it there is no whole build. */
const BUILT = 'dist/app/sw.js';
const SOURCES = [
  'src',
  'public',
  'index.html',
  'package.json',
  'package-lock.json',
  'vite.config.ts',
  'svelte.config.js',
];

/** @param {string} path @returns {number} modification time of the newest file there, ms; 0 where there is none */
function newest(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return 0;
  // A folder's own time counts too: it changes when a file in it is deleted.
  const inside = stats.isDirectory() ? readdirSync(path).map((name) => newest(join(path, name))) : [];
  return Math.max(stats.mtimeMs, ...inside);
}

/** In the repository's folder, which must be the current one. @returns {Promise<boolean>} false when the build fails */
export async function freshBuild() {
  if (Math.max(...SOURCES.map(newest)) <= newest(BUILT)) return true;
  console.log('Building the app, since its sources are newer than the last build.');
  // A process of its own gives the memory of the build back.
  const vite = fileURLToPath(new URL('../node_modules/vite/bin/vite.js', import.meta.url));
  const build = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], { stdio: 'inherit' });
  return new Promise((resolve) => build.once('exit', (code) => resolve(code === 0)));
}
