/**
 * Runs a TypeScript file on Node.js 20, which cannot: bundles it into node_modules/.cache/medmesh, then imports that.
 *   node scripts/run.mjs src/app/serve/main.ts --port 0
 */
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';

const CACHE = 'node_modules/.cache/medmesh';

/** @param {string} entry @param {readonly string[]} argv what the entry sees as its own arguments */
export async function run(entry, argv) {
  // Named after this process: two commands may bundle the same entry at once.
  const file = join(CACHE, `${basename(entry, '.ts')}-${process.pid}.mjs`);
  await bundle(entry, file);
  process.argv = [process.argv[0] ?? 'node', entry, ...argv];
  process.setSourceMapsEnabled(true);
  try {
    await import(pathToFileURL(join(process.cwd(), file)).href);
  } finally {
    await rm(file, { force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [entry, ...argv] = process.argv.slice(2);
  if (!entry) throw new Error('Usage: node scripts/run.mjs <file.ts> [arguments]');
  await run(entry, argv);
}
