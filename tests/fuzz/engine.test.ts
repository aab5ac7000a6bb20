/** The judge itself: decoders that are wrong on purpose, each of which it must find. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalBytes } from '../../src/core/bytes.ts';
import { decode, Writer, type Reader } from '../../src/core/codec.ts';
import { accept, type Result } from '../../src/core/result.ts';
import { upTo } from '../support/arbitrary-bytes.ts';
import { codecTarget } from './engine/decoder-target.ts';
import { bytesMedium } from './engine/medium.ts';
import { runTarget, type Report } from './engine/run.ts';

const MAX = 64;

/** A format of one byte string after its length, read by whoever is given. */
function run(read: (reader: Reader, input: Uint8Array) => Uint8Array, max = MAX): Promise<Report> {
  return runWith((encoded) => decode(encoded, max, (reader) => read(reader, encoded)));
}

function runWith(decodeIt: (encoded: Uint8Array) => Result<Uint8Array>): Promise<Report> {
  const target = codecTarget({
    name: 'wrong',
    covers: [],
    medium: bytesMedium,
    valid: upTo(40),
    encode: (value) => new Writer().varbytes(value).finish(),
    decode: decodeIt,
    form: 'canonical',
    max: MAX,
  });
  return runTarget(target, 1, 3000);
}

test('a decoder that is right passes, and the same seed gives the same cases', async () => {
  const right = await run((reader) => reader.varbytes(MAX));
  expect(right).toMatchObject({ cases: 3000, failure: undefined });
  expect(right.accepted).toBeGreaterThan(600);
  expect(right.accepted).toBeLessThan(2000);
  expect(await run((reader) => reader.varbytes(MAX))).toEqual(right);
});

/** An unchecked length, never below what is there. */
function announced(reader: Reader): number {
  return Math.min(reader.varint(), 2 ** 22);
}

test.each<[string, RegExp, () => Promise<Report>]>([
  [
    'throws',
    /threw RangeError/,
    () => run((reader) => (reader.remaining === 7 ? new Uint8Array(-1) : reader.varbytes(MAX))),
  ],
  [
    'believes a length: a buffer',
    /takes \d+ bytes of memory/,
    () =>
      run((reader) => {
        const length = announced(reader);
        const value = new Uint8Array(length);
        value.set(reader.bytes(length));
        return value;
      }),
  ],
  [
    'believes a length: a list',
    /takes \d+ bytes of memory/,
    () =>
      run((reader) => {
        const length = announced(reader);
        const list = new Array<number>(length).fill(0);
        const value = reader.bytes(length);
        return list.length === value.length ? value : new Uint8Array(0);
      }),
  ],
  ['takes two forms of one value', /its one form is/, () => run((reader) => reader.bytes(reader.u8() & 0x7f))],
  [
    'loses a value',
    /comes out other than it went in|its one form is/,
    () =>
      run((reader) => {
        const value = reader.varbytes(MAX);
        return value[0] === 0 ? value.slice(1) : value;
      }),
  ],
  ['refuses a valid value', /a valid value is refused: oversized/, () => run((reader) => reader.varbytes(MAX), 30)],
  [
    'reads beyond its cap',
    /accepted, with \d+ of at most 64/,
    () => runWith((encoded) => (encoded.length > MAX ? accept(encoded) : decode(encoded, MAX, (r) => r.varbytes(MAX)))),
  ],
  [
    'writes into its input',
    /changes its input/,
    () =>
      run((reader, input) => {
        const value = reader.varbytes(MAX);
        if (value.length > 3) input[1]! ^= 1;
        return value;
      }),
  ],
  [
    'answers something else than a result',
    /not a result/,
    () =>
      runWith((encoded) =>
        encoded.length === 5 ? ({} as Result<Uint8Array>) : decode(encoded, MAX, (r) => r.varbytes(MAX)),
      ),
  ],
])('a decoder that %s is found, with the bytes and the command that show it', async (_, failure, wrong) => {
  const report = await wrong();
  expect(report.failure).toMatch(failure);
  expect(report.failure).toMatch(/^shrunk to {3}[0-9a-f]+$/m);
  expect(report.failure).toMatch(/^replay it {3}npm run fuzz -- --target wrong --seed 1 --cases \d+$/m);
  const cases = Number(/--cases (\d+)/.exec(report.failure!)![1]);
  expect(cases).toBe(report.cases);
});

test('mutations reach every byte, and are not what they came from', () => {
  const valid = Uint8Array.from({ length: 30 }, (_, i) => i);
  const recipes = fc.sample(
    fc.array(
      fc.record({ operation: fc.constantFrom('flip' as const, 'any' as const), at: fc.nat(), value: fc.nat() }),
      { minLength: 1, maxLength: 1 },
    ),
    { seed: 1, numRuns: 1000 },
  );
  const changed = new Set<number>();
  let same = 0;
  for (const recipe of recipes) {
    const mutant = bytesMedium.mutate(valid, valid, recipe);
    if (equalBytes(mutant, valid)) same++;
    mutant.forEach((byte, i) => byte !== valid[i] && changed.add(i));
  }
  expect(changed.size).toBe(30);
  expect(same).toBeLessThan(100);
});
