import { describe, expect, test } from 'vitest';
import { toHex } from '../../../src/core/bytes.ts';
import {
  ACCUMULATOR_BYTES,
  addElement,
  emptyAccumulator,
  mixIn,
  mixOut,
  removeElement,
  stateRootOf,
} from '../../../src/core/lthash.ts';

const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

function lanes(accumulator: Uint8Array, count: number): number[] {
  const view = new DataView(accumulator.buffer, accumulator.byteOffset);
  return Array.from({ length: count }, (_, i) => view.getUint16(2 * i, true));
}

describe('LtHash16 over BLAKE3', () => {
  // Source: the tests of Solana's solana-lattice-hash crate (LtHash::with), first 16 of 1,024 lanes.
  test.each([
    [
      'hello',
      [
        0x8fea, 0x3d16, 0x86b3, 0x9282, 0x445e, 0xc591, 0x8de5, 0xb34b, 0x6e50, 0xc1f8, 0xb74e, 0x868a, 0x08e9, 0x62c5,
        0x674a, 0x0f20,
      ],
    ],
    [
      'world!',
      [
        0x56dc, 0x1d98, 0x5420, 0x810d, 0x936f, 0x1011, 0xa2ff, 0x6681, 0x637e, 0x9f2c, 0x0024, 0xebd4, 0xe5f2, 0x3382,
        0xd48b, 0x209e,
      ],
    ],
  ])('agrees with Solana on %s', (message, expected) => {
    const accumulator = emptyAccumulator();
    mixIn(accumulator, ascii(message));
    expect(lanes(accumulator, 16)).toEqual(expected);
  });

  test('adds and subtracts every lane modulo 2^16', () => {
    const accumulator = emptyAccumulator();
    for (let i = 0; i < 5; i++) mixIn(accumulator, ascii('hello'));
    const once = emptyAccumulator();
    mixIn(once, ascii('hello'));
    const count = ACCUMULATOR_BYTES / 2;
    expect(lanes(accumulator, count)).toEqual(lanes(once, count).map((lane) => (5 * lane) % 0x10000));
    for (let i = 0; i < 6; i++) mixOut(accumulator, ascii('hello'));
    expect(lanes(accumulator, count)).toEqual(lanes(once, count).map((lane) => (0x10000 - lane) % 0x10000));
  });

  test('does not depend on the order of the pairs, and forgets those taken out', () => {
    const pairs = Array.from({ length: 20 }, (_, i) => [Uint8Array.of(1, i), ascii(`value ${i}`)] as const);
    const forwards = emptyAccumulator();
    for (const [key, value] of pairs) addElement(forwards, key, value);
    const backwards = emptyAccumulator();
    addElement(backwards, ascii('gone'), ascii('gone'));
    for (const [key, value] of pairs.toReversed()) addElement(backwards, key, value);
    removeElement(backwards, ascii('gone'), ascii('gone'));
    expect(backwards).toEqual(forwards);
    for (const [key, value] of pairs) removeElement(forwards, key, value);
    expect(forwards).toEqual(emptyAccumulator());
  });

  test('tells where the key ends', () => {
    const a = emptyAccumulator();
    addElement(a, ascii('ab'), ascii('c'));
    const b = emptyAccumulator();
    addElement(b, ascii('a'), ascii('bc'));
    expect(a).not.toEqual(b);
  });

  test('state roots, as a second implementation must find them', () => {
    const accumulator = emptyAccumulator();
    expect(toHex(stateRootOf(accumulator))).toBe('d796e28b62155555adce05e7bd28d98817c223dc03623af2197a61aea0dd9484');
    addElement(accumulator, Uint8Array.of(1, 2, 3), ascii('value'));
    expect(toHex(stateRootOf(accumulator))).toBe('9931003fafdf2b909f8e676a82ccdc282b7be4504293baa8b9944e953117b405');
  });

  test('refuses an accumulator of another length', () => {
    expect(() => stateRootOf(new Uint8Array(32))).toThrow(TypeError);
    expect(() => addElement(new Uint8Array(2047), Uint8Array.of(1), Uint8Array.of(1))).toThrow(TypeError);
  });
});
