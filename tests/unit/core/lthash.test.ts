import { describe, expect, test } from 'vitest';
import { toHex } from '../../../src/core/bytes.ts';
import { ACCUMULATOR_BYTES, Accumulation, emptyAccumulator, stateRootOf } from '../../../src/core/lthash.ts';

const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

const LANES = ACCUMULATOR_BYTES / 2;
const nothing = () => new Accumulation(emptyAccumulator());

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
    expect(lanes(nothing().mixIn(ascii(message)).bytes(), 16)).toEqual(expected);
  });

  test('adds and subtracts every lane modulo 2^16', () => {
    const sum = nothing();
    for (let i = 0; i < 5; i++) sum.mixIn(ascii('hello'));
    const once = lanes(nothing().mixIn(ascii('hello')).bytes(), LANES);
    expect(lanes(sum.bytes(), LANES)).toEqual(once.map((lane) => (5 * lane) % 0x10000));
    for (let i = 0; i < 6; i++) sum.mixOut(ascii('hello'));
    expect(lanes(sum.bytes(), LANES)).toEqual(once.map((lane) => (0x10000 - lane) % 0x10000));
  });

  test('does not depend on the order of the pairs, and forgets those taken out', () => {
    const pairs = Array.from({ length: 20 }, (_, i) => [Uint8Array.of(1, i), ascii(`value ${i}`)] as const);
    const forwards = nothing();
    for (const [key, value] of pairs) forwards.add(key, value);
    const backwards = nothing().add(ascii('gone'), ascii('gone'));
    for (const [key, value] of pairs.toReversed()) backwards.add(key, value);
    backwards.remove(ascii('gone'), ascii('gone'));
    expect(backwards.bytes()).toEqual(forwards.bytes());
    for (const [key, value] of pairs) forwards.remove(key, value);
    expect(forwards.bytes()).toEqual(emptyAccumulator());
  });

  test('goes on from an accumulator, and leaves it alone', () => {
    const first = nothing().add(ascii('a'), ascii('1')).bytes();
    const kept = first.slice();
    const both = new Accumulation(first).add(ascii('b'), ascii('2')).bytes();
    expect(both).toEqual(nothing().add(ascii('b'), ascii('2')).add(ascii('a'), ascii('1')).bytes());
    expect(first).toEqual(kept);
  });

  test('tells where the key ends', () => {
    const [a, b] = [nothing().add(ascii('ab'), ascii('c')), nothing().add(ascii('a'), ascii('bc'))];
    expect(a.bytes()).not.toEqual(b.bytes());
  });

  test('state roots, as a second implementation must find them', () => {
    expect(toHex(stateRootOf(emptyAccumulator()))).toBe(
      'd796e28b62155555adce05e7bd28d98817c223dc03623af2197a61aea0dd9484',
    );
    expect(
      toHex(
        stateRootOf(
          nothing()
            .add(Uint8Array.of(1, 2, 3), ascii('value'))
            .bytes(),
        ),
      ),
    ).toBe('9931003fafdf2b909f8e676a82ccdc282b7be4504293baa8b9944e953117b405');
  });

  test('refuses an accumulator of another length', () => {
    expect(() => stateRootOf(new Uint8Array(32))).toThrow(TypeError);
    expect(() => new Accumulation(new Uint8Array(2047))).toThrow(TypeError);
  });
});
