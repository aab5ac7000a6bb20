/** `npm start`: builds the app when its sources are newer than the last build, then serves it. */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

const BUILT = 'dist/app/index.html';
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

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const argv = process.argv.slice(2);
if (!argv.includes('--help') && Math.max(...SOURCES.map(newest)) > newest(BUILT)) {
  console.log('Building the app, since its sources are newer than the last build.');
  // A process of its own gives the memory of the build back.
  const vite = fileURLToPath(new URL('../node_modules/vite/bin/vite.js', import.meta.url));
  const { status } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
await run('src/app/serve/main.ts', argv);
