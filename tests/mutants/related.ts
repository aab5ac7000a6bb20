/** Which tests a source file can reach: those that import it, however far down. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Paths from the repository's root; relative imports name their file whole everywhere in it. */
const RELATIVE_IMPORT = /(?:from|import)\s*\(?\s*'(\.[^']+\.ts)'/g;

const importsOf = new Map<string, readonly string[]>();

function directImports(file: string): readonly string[] {
  let imports = importsOf.get(file);
  if (!imports) {
    imports = Array.from(readFileSync(file, 'utf8').matchAll(RELATIVE_IMPORT), ([, path]) =>
      join(dirname(file), path!),
    );
    importsOf.set(file, imports);
  }
  return imports;
}

/** Steps of import from `test` to each file it reaches. */
export function distancesFrom(test: string): ReadonlyMap<string, number> {
  const distances = new Map([[test, 0]]);
  // A map is walked in order of insertion, what is added on the way included.
  for (const [file, distance] of distances) {
    for (const imported of directImports(file)) if (!distances.has(imported)) distances.set(imported, distance + 1);
  }
  return distances;
}
