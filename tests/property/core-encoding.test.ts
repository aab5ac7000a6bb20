import fc from 'fast-check';
import { expect, test } from 'vitest';
import { publicKeyOf, sign, verify } from '../../src/core/ecdsa.ts';
import { sha256 } from '../../src/core/hash.ts';
import { bitsFromTarget, targetFromBits } from '../../src/core/target.ts';
import { bytes } from '../support/arbitrary-bytes.ts';

test('compact targets have one form, and round down by little', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 2n ** 256n - 1n), fc.nat(240), (value, shift) => {
      const target = (value >> BigInt(shift)) + 1n;
      const rounded = targetFromBits(bitsFromTarget(target))!;
      expect(rounded).toBeLessThanOrEqual(target);
      expect((target - rounded) * 2n ** 15n).toBeLessThanOrEqual(target);
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (bits) => {
      const target = targetFromBits(bits);
      if (target !== undefined) expect(bitsFromTarget(target)).toBe(bits);
    }),
  );
});

test('any bit changed in digest, signature or key voids a signature', () => {
  fc.assert(
    fc.property(bytes(32), bytes(32), fc.nat(130 * 8 - 1), (seed, digest, bit) => {
      const secret = sha256(seed);
      const parts = [digest, sign(digest, secret), publicKeyOf(secret)];
      expect(verify(parts[0]!, parts[1]!, parts[2]!)).toBe(true);
      const joined = Uint8Array.from(parts.flatMap((part) => [...part]));
      joined[bit >> 3]! ^= 1 << (bit & 7);
      expect(verify(joined.slice(0, 32), joined.slice(32, 97), joined.slice(97))).toBe(false);
    }),
    { numRuns: 60 },
  );
});
