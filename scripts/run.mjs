/**
 * Runs a TypeScript file on Node.js 20, which cannot: bundles it into node_modules/.cache/medmesh, then imports that.
 *   node scripts/run.mjs src/app/serve/main.ts --port 0
 */
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

const CACHE = 'node_modules/.cache/medmesh';

/** @param {string} entry @param {readonly string[]} argv what the entry sees as its own arguments */
export async function run(entry, argv) {
  // Named after this process: two commands may bundle the same entry at once.
  const name = `${basename(entry, '.ts')}-${process.pid}.mjs`;
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      ssr: entry,
      outDir: CACHE,
      emptyOutDir: false,
      target: 'node20',
      sourcemap: 'inline',
      rolldownOptions: { output: { entryFileNames: name, codeSplitting: false } },
    },
  });
  const bundle = join(process.cwd(), CACHE, name);
  process.argv = [process.argv[0] ?? 'node', entry, ...argv];
  process.setSourceMapsEnabled(true);
  try {
    await import(pathToFileURL(bundle).href);
  } finally {
    await rm(bundle, { force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [entry, ...argv] = process.argv.slice(2);
  if (!entry) throw new Error('Usage: node scripts/run.mjs <file.ts> [arguments]');
  await run(entry, argv);
}
