/**
 * Writes src/ui/styles/fonts: the Latin typeface cut to the weights in use, 400 to 700, which is 20 KB of the first load
 * in place of 34. Run it with `node scripts/make-font.mjs` after the typeface's package or the weights change.
 */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import subsetFont from 'subset-font';

const PACKAGE = new URL('../node_modules/@fontsource-variable/atkinson-hyperlegible-next/', import.meta.url);
const OUTPUT = new URL('../src/ui/styles/fonts/', import.meta.url);

/** Every character the package's Latin file has: the ranges its own style sheet gives. */
async function latinText() {
  const css = await readFile(new URL('wght.css', PACKAGE), 'utf8');
  const face = css.split('@font-face').find((each) => each.includes('-latin-wght-normal.woff2'));
  const ranges = /unicode-range:([^;]+);/.exec(face)[1].split(',');
  return ranges
    .flatMap((range) => {
      const [from, to = from] = range.trim().slice(2).split('-');
      const first = parseInt(from, 16);
      return Array.from({ length: parseInt(to, 16) - first + 1 }, (_, index) => String.fromCodePoint(first + index));
    })
    .join('');
}

const whole = await readFile(new URL('files/atkinson-hyperlegible-next-latin-wght-normal.woff2', PACKAGE));
const cut = await subsetFont(whole, await latinText(), {
  targetFormat: 'woff2',
  variationAxes: { wght: { min: 400, max: 700 } },
});
await mkdir(OUTPUT, { recursive: true });
await writeFile(new URL('atkinson-hyperlegible-next-latin.woff2', OUTPUT), cut);
await copyFile(new URL('LICENSE', PACKAGE), new URL('LICENSE', OUTPUT));
console.log(`${fileURLToPath(OUTPUT)}: ${whole.length} bytes cut to ${cut.length}`);
