/** The two things decoders are given: bytes and texts. */
import fc from 'fast-check';
import { toHex } from '../../../src/core/bytes.ts';
import { anyCharacter } from '../../support/arbitrary-bytes.ts';
import { Seeded } from '../../support/seeded.ts';
import { mutate, type Mutation, type Units } from './mutation.ts';

export interface Medium<Encoded> {
  /** Of any content, and of sizes up to a little above `max` or 16 KiB. */
  random(max: number): fc.Arbitrary<Encoded>;
  mutate(valid: Encoded, other: Encoded, recipe: readonly Mutation[]): Encoded;
  /** The first `length` of it, repeated as often as needed. */
  resized(valid: Encoded, length: number): Encoded;
  copy(encoded: Encoded): Encoded;
  show(encoded: Encoded): string;
}

const RANDOM_MAX = 16 * 1024;

const BYTE_UNITS: Units = {
  limit: 256,
  special: [0x00, 0x01, 0x7f, 0x80, 0xff],
  runs: [
    // Varints: 2^32, the largest, one above it, one without end, one that is not minimal.
    [0x80, 0x80, 0x80, 0x80, 0x10],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x10],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    [0x80, 0x00],
    // Some that are plausible: 16,383, a million, 64 million.
    [0xff, 0x7f],
    [0xc0, 0x84, 0x3d],
    [0x80, 0x80, 0x80, 0x20],
    // Fixed-width integers.
    [0xff, 0xff],
    [0xff, 0xff, 0xff, 0xff],
    [0x7f, 0xff, 0xff, 0xff],
    [0x80, 0x00, 0x00, 0x00],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    [0, 0, 0, 0, 0, 0, 0, 0],
    // No UTF-8; a byte-order mark; a mark that turns the direction of text.
    [0xc0, 0xaf],
    [0xed, 0xa0, 0x80],
    [0xef, 0xbb, 0xbf],
    [0xe2, 0x80, 0xae],
  ],
  lookalikes: new Map(),
};

function units(text: string): number[] {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

const TEXT_UNITS: Units = {
  limit: 0x1_0000,
  special: [...units('\0 \n"\\/.-+=#%{}[],:019azAZ'), 0x7f, 0x80, 0xd800, 0xdfff, 0xfeff],
  runs: [
    '999999999999999999999999',
    '-0',
    '1e999',
    '0x10',
    '['.repeat(200),
    '{"":'.repeat(100),
    '"__proto__":',
    'null',
    '{}',
    '\\u0000',
    '\\ud800',
    '\u202e',
    '\ufeff',
    '=',
    '%00',
    '٣',
    'Ⅷ',
  ].map(units),
  lookalikes: new Map([
    // Case folding: the Kelvin sign, long s, dotted and dotless i. Normalisation: full-width and superscript forms.
    ...alike('kK', '\u212a\uff4b'),
    ...alike('sS', '\u017f\uff53'),
    ...alike('iI', '\u0130\u0131'),
    ...alike('0123456789', '\uff11\u0661\u00b2'),
    ...alike('acemtxACEMTX', '\uff41\u0430\u0441\u0435'),
  ]),
};

function alike(letters: string, others: string): [number, number[]][] {
  return units(letters).map((letter) => [letter, units(others)]);
}

function sizes(max: number): fc.Arbitrary<number> {
  const most = Math.min(max, RANDOM_MAX);
  return fc.oneof(fc.nat(most), fc.constantFrom(most - 1, most, most + 1));
}

const sized = (max: number) => fc.record({ length: sizes(max), seed: fc.nat() });

export const bytesMedium: Medium<Uint8Array> = {
  random: (max) =>
    fc.oneof(
      { weight: 4, arbitrary: fc.uint8Array({ maxLength: Math.min(max + 1, 300), size: 'max' }) },
      { weight: 1, arbitrary: sized(max).map(({ length, seed }) => new Seeded(seed).bytes(length)) },
    ),
  mutate: (valid, other, recipe) => Uint8Array.from(mutate(BYTE_UNITS, [...valid], [...other], recipe)),
  resized: (valid, length) => Uint8Array.from({ length }, (_, i) => valid[i % valid.length] ?? 0),
  copy: (bytes) => bytes.slice(),
  show: toHex,
};

export const textMedium: Medium<string> = {
  random: (max) => {
    const maxLength = Math.min(max + 1, 200);
    return fc.oneof(
      { weight: 2, arbitrary: fc.string({ maxLength, size: 'max' }) },
      { weight: 2, arbitrary: fc.string({ unit: anyCharacter, maxLength, size: 'max' }) },
      { weight: 2, arbitrary: fc.json({ maxDepth: 3 }) },
      {
        weight: 1,
        arbitrary: sized(max).map(({ length, seed }) => {
          const random = new Seeded(seed);
          return String.fromCharCode(...Array.from({ length }, () => 0x20 + random.below(0x5f)));
        }),
      },
    );
  },
  mutate: (valid, other, recipe) => fromUnits(mutate(TEXT_UNITS, units(valid), units(other), recipe)),
  resized: (valid, length) => (valid || ' ').repeat(Math.ceil(length / Math.max(1, valid.length))).slice(0, length),
  copy: (text) => text,
  // Nothing that a terminal would hide or turn round.
  show: (text) =>
    JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
};

/** In pieces: a call takes only so many arguments. */
function fromUnits(codes: readonly number[]): string {
  let text = '';
  for (let start = 0; start < codes.length; start += 4096)
    text += String.fromCharCode(...codes.slice(start, start + 4096));
  return text;
}
