/**
 * Writes src/adapters/miner/kernel.generated.ts: the second SHA-256 block of a header, unrolled, with everything that
 * does not depend on the nonce hoisted out of the loop. Generated ahead of time because the page's content security
 * policy forbids making code at run time. Run it with `node scripts/make-kernel.mjs` after changing it.
 *
 * Two choices are measured, not taste: every single addition is cut back to int32 (longer sums become doubles in the
 * lower compiler tiers), and one header per pass (two or four sharing a schedule outgrow the optimising compiler).
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';

const OUTPUT = fileURLToPath(new URL('../src/adapters/miner/kernel.generated.ts', import.meta.url));

/** The second block: words 0..10 from the header, 11 the nonce, then the padding of a 112-byte message. */
const NONCE_WORD = 11;
const PADDING = new Map([
  [12, 0x8000_0000 | 0],
  [13, 0],
  [14, 0],
  [15, 112 * 8],
]);

/** First 32 fractional bits of the cube roots of the first 64 primes. @source FIPS 180-4 4.2.2 */
function roundConstants() {
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes.map((prime) => Number(BigInt.asIntN(32, cubeRoot(BigInt(prime) << 96n))));
}

function cubeRoot(value) {
  let low = 0n;
  let high = 1n << 40n;
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (middle ** 3n <= value) low = middle;
    else high = middle - 1n;
  }
  return low;
}

const K = roundConstants();

const sum = (...terms) => terms.reduce((left, right) => `(${left} + ${right} | 0)`);
const rotate = (x, bits) => `(${x} >>> ${bits} | ${x} << ${32 - bits})`;
// The six functions. @source FIPS 180-4 4.1.2
const bigSigma0 = (x) => `(${rotate(x, 2)} ^ ${rotate(x, 13)} ^ ${rotate(x, 22)})`;
const bigSigma1 = (x) => `(${rotate(x, 6)} ^ ${rotate(x, 11)} ^ ${rotate(x, 25)})`;
const smallSigma0 = (x) => `(${rotate(x, 7)} ^ ${rotate(x, 18)} ^ ${x} >>> 3)`;
const smallSigma1 = (x) => `(${rotate(x, 17)} ^ ${rotate(x, 19)} ^ ${x} >>> 10)`;
const choose = (e, f, g) => `(${g} ^ ${e} & (${f} ^ ${g}))`;
const majority = (a, b, c) => `(${a} & ${b} ^ ${c} & (${a} ^ ${b}))`;
const word = (i) => (i === NONCE_WORD ? 'nonce' : `w${i}`);

/** The four terms of schedule word i. @source FIPS 180-4 6.2.2 */
const scheduleTerms = (i) => [
  { from: i - 2, via: smallSigma1 },
  { from: i - 7, via: (x) => x },
  { from: i - 15, via: smallSigma0 },
  { from: i - 16, via: (x) => x },
];

function nonceDependentWords() {
  const dependent = new Set([NONCE_WORD]);
  for (let i = 16; i < 64; i++) if (scheduleTerms(i).some(({ from }) => dependent.has(from))) dependent.add(i);
  return dependent;
}

/** Splits the schedule into what is computed once and what is computed for every nonce. */
function schedule() {
  const dependent = nonceDependentWords();
  const once = [];
  const perNonce = new Map();
  for (let i = 0; i < NONCE_WORD; i++) once.push(`const w${i} = tail[${i}]! | 0;`);
  const text = (terms) => terms.map(({ from, via }) => via(PADDING.has(from) ? `${PADDING.get(from)}` : word(from)));
  for (let i = 16; i < 64; i++) {
    const terms = scheduleTerms(i).filter(({ from }) => PADDING.get(from) !== 0);
    if (!dependent.has(i)) {
      once.push(`const w${i} = ${sum(...text(terms))};`);
      continue;
    }
    const fixed = terms.filter(({ from }) => !dependent.has(from));
    const varying = text(terms.filter(({ from }) => dependent.has(from)));
    if (fixed.length > 0) {
      once.push(`const c${i} = ${sum(...text(fixed))};`);
      varying.push(`c${i}`);
    }
    perNonce.set(i, `const w${i} = ${sum(...varying)};`);
  }
  for (let i = NONCE_WORD + 1; i < 64; i++) {
    if (dependent.has(i)) continue;
    once.push(`const k${i} = ${PADDING.has(i) ? (PADDING.get(i) + K[i]) | 0 : sum(`w${i}`, K[i])};`);
  }
  return { once, perNonce };
}

function rounds(perNonce) {
  const lines = [];
  let names = [...'abcdefgh'];
  // a ^ b of one round is b ^ c of the next: majority costs three operations instead of four.
  let [ab, bc] = ['x', 'y'];
  for (let i = NONCE_WORD + 1; i < 64; i++) {
    const [a, b, , d, e, f, g, h] = names;
    if (perNonce.has(i)) lines.push(perNonce.get(i));
    const scheduled = perNonce.has(i) ? [`w${i}`, K[i]] : [`k${i}`];
    lines.push(`${h} = ${sum(h, ...scheduled, choose(e, f, g), bigSigma1(e))};`);
    if (i < 63) lines.push(`${d} = ${sum(d, h)};`);
    lines.push(`${ab} = ${a} ^ ${b};`);
    lines.push(`${h} = ${sum(h, `(${b} ^ ${ab} & ${bc})`, bigSigma0(a))};`);
    names = [h, ...names.slice(0, 7)];
    [ab, bc] = [bc, ab];
  }
  return { lines, top: names[0] };
}

/** @returns the whole text of kernel.generated.ts, formatted as the repository formats it */
export async function kernelSource() {
  const { once, perNonce } = schedule();
  const { lines, top } = rounds(perNonce);
  const source = `
// Written by scripts/make-kernel.mjs; change that, not this.

/** SHA-256's round constants as int32. */
export const ROUND_CONSTANTS: readonly number[] = [${K.join(', ')}];

/**
 * Tries nonces on a prepared header and stops at the first whose hash may meet the target: its top word does.
 * @param midstateTop  first word of the state after the first block
 * @param state  8 words: the state after rounds 0..10 of the second block
 * @param tail  11 words: header bytes 64..107
 * @param limit  top word of the target, uint32
 * @param first  first nonce, uint32
 * @param count  nonces to try, below 2^31
 * @returns how many nonces were passed over before the candidate, or -1
 */
export function scanNonces(
  midstateTop: number, state: Int32Array, tail: Int32Array, limit: number, first: number, count: number,
): number {
  // Unsigned order as signed order: both sides of the comparison are moved by 2^31.
  const top = midstateTop + -2147483648 | 0;
  const signedLimit = limit + -2147483648 | 0;
  ${once.join('\n')}
  ${[...'abcdefgh'].map((name, i) => `const ${name}0 = state[${i}]! | 0;`).join('\n')}
  // Round ${NONCE_WORD} without its nonce.
  const t = ${sum('h0', K[NONCE_WORD], choose('e0', 'f0', 'g0'), bigSigma1('e0'))};
  const e1 = d0 + t | 0;
  const a1 = ${sum('t', majority('a0', 'b0', 'c0'), bigSigma0('a0'))};
  const ab0 = a0 ^ b0;
  for (let i = 0; i < count; i = i + 1 | 0) {
    const nonce = first + i | 0;
    let a = a1 + nonce | 0;
    let b = a0;
    let c = b0;
    let d = c0;
    let e = e1 + nonce | 0;
    let f = e0;
    let g = f0;
    let h = g0;
    let x: number;
    let y = ab0;
    ${lines.join('\n')}
    if ((${top} + top | 0) <= signedLimit) return i;
  }
  return -1;
}
`;
  return format(source, { ...(await resolveConfig(OUTPUT)), filepath: OUTPUT });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await writeFile(OUTPUT, await kernelSource());
