/**
 * Makes one JavaScript file for Node.js 20 of a TypeScript file and what it imports from here; packages stay outside.
 *   node scripts/bundle.mjs src/app/serve/main.ts dist/server/main.mjs
 */
import { basename, dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

/** @param {string} entry @param {string} file where to write it; what else is in that folder stays */
export async function bundle(entry, file) {
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      ssr: entry,
      outDir: dirname(file),
      emptyOutDir: false,
      target: 'node20',
      sourcemap: 'inline',
      rolldownOptions: { output: { entryFileNames: basename(file), codeSplitting: false } },
    },
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [entry, file] = process.argv.slice(2);
  if (!entry || !file) throw new Error('Usage: node scripts/bundle.mjs <file.ts> <file.mjs>');
  await bundle(entry, file);
}
