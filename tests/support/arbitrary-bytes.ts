/** Random byte strings, texts and keys, for property tests and fuzzing. */
import fc from 'fast-check';
import { publicKeyOf } from '../../src/core/ecdsa.ts';
import { clipText } from '../../src/health/text-fields.ts';
import { TIME_S_MAX } from '../../src/health/time-s.ts';
import { Seeded } from './seeded.ts';

export const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
export const upTo = (maxLength: number) => fc.uint8Array({ maxLength, size: 'max' });
export const uint = (bits: 8 | 16 | 32) => fc.integer({ min: 0, max: 2 ** bits - 1 });
export const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

/** For fields that nobody looks into: drawn as one number, whatever their length. */
export const filler = (length: number) => fc.nat().map((seed) => new Seeded(seed).bytes(length));
/** The same, of a length up to `max`. */
export const fillerUpTo = (max: number) =>
  fc
    .record({ seed: fc.nat(), length: fc.oneof(fc.nat(max), fc.nat(Math.min(max, 200))) })
    .map(({ seed, length }) => new Seeded(seed).bytes(length));

/** Any code point but surrogates, which are no text by themselves. fast-check's own takes a second to set up. */
export const anyCharacter = fc
  .oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 0xd7ff }) },
    { weight: 1, arbitrary: fc.integer({ min: 0xe000, max: 0x10_ffff }) },
  )
  .map((codePoint) => String.fromCodePoint(codePoint));
export const unicodeText = fc.string({ unit: anyCharacter, maxLength: 80, size: 'max' });

/** One line of plain text. */
export const plainText = (bytesMax: number) => unicodeText.map((value) => clipText(value, bytesMax));

export const timeS = fc.integer({ min: 0, max: TIME_S_MAX });

/** Any 32 bytes that are a secret key, as all but one in 2^128 are. */
export const secret = bytes(32).filter((value) => value.some((byte) => byte !== 0) && value[0]! < 0xff);

const KEY_PAIRS = Array.from({ length: 16 }, (_, i) => {
  const secretKey = new Uint8Array(32).fill(i + 1);
  return { secret: secretKey, publicKey: publicKeyOf(secretKey) };
});
/** A few pairs made once: multiplying on the curve is most of the time otherwise. */
export const keyPair = fc.constantFrom(...KEY_PAIRS);
