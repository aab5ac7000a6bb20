import { describe, expect, test } from 'vitest';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes, fromBigInt, toBigInt } from '../../../src/core/bytes.ts';
import { isPublicKey, publicKeyOf, sharedSecretX, sign, verify } from '../../../src/core/ecdsa.ts';
import { sha256 } from '../../../src/core/hash.ts';

const ORDER = secp256k1.Point.Fn.ORDER;
const secret = sha256(Uint8Array.of(1));
const publicKey = publicKeyOf(secret);
const digest = sha256(Uint8Array.of(2));
const signature = sign(digest, secret);

const withPart = (offset: number, part: Uint8Array) => {
  const changed = signature.slice();
  changed.set(part, offset);
  return changed;
};

describe('verify', () => {
  test('takes the signature of this key over this digest and no other', () => {
    expect(verify(digest, signature, publicKey)).toBe(true);
    expect(verify(sha256(digest), signature, publicKey)).toBe(false);
    expect(verify(digest, signature, publicKeyOf(sha256(secret)))).toBe(false);
  });

  const s = toBigInt(signature.subarray(32, 64));
  test.each([
    ['the other parity', withPart(64, Uint8Array.of(1 - signature[64]!))],
    ['parity 2', withPart(64, Uint8Array.of(signature[64]! + 2))],
    ['parity 255', withPart(64, Uint8Array.of(255))],
    ['high S', withPart(32, fromBigInt(ORDER - s, 32))],
    [
      'high S with the parity it would have',
      concatBytes(signature.subarray(0, 32), fromBigInt(ORDER - s, 32), Uint8Array.of(1 - signature[64]!)),
    ],
    ['r zero', withPart(0, new Uint8Array(32))],
    ['s zero', withPart(32, new Uint8Array(32))],
    ['r at the order', withPart(0, fromBigInt(ORDER, 32))],
    ['s at the order', withPart(32, fromBigInt(ORDER, 32))],
    ['all bits set', new Uint8Array(65).fill(255)],
    ['all zero', new Uint8Array(65)],
    ['a byte short', signature.subarray(0, 64)],
    ['a byte long', concatBytes(signature, Uint8Array.of(0))],
    ['empty', new Uint8Array(0)],
  ])('refuses a signature with %s', (_name, hostile) => {
    expect(verify(digest, hostile, publicKey)).toBe(false);
  });

  test.each([
    ['uncompressed', secp256k1.getPublicKey(secret, false)],
    ['off the curve', concatBytes(Uint8Array.of(2), new Uint8Array(32).fill(255))],
    ['an unknown prefix', concatBytes(Uint8Array.of(5), publicKey.subarray(1))],
    ['infinity', new Uint8Array(33)],
    ['empty', new Uint8Array(0)],
  ])('refuses a public key that is %s', (_name, hostile) => {
    expect(verify(digest, signature, hostile)).toBe(false);
    expect(isPublicKey(hostile)).toBe(false);
    expect(sharedSecretX(secret, hostile)).toBeUndefined();
  });

  test('refuses a digest of another length', () => {
    expect(verify(digest.subarray(1), signature, publicKey)).toBe(false);
    // Plain ECDSA takes the first 32 bytes of a longer one.
    expect(verify(concatBytes(digest, Uint8Array.of(0)), signature, publicKey)).toBe(false);
  });
});

test('both sides of a shared secret find the same x', () => {
  const other = sha256(Uint8Array.of(3));
  expect(sharedSecretX(secret, publicKeyOf(other))).toEqual(sharedSecretX(other, publicKey));
});

test('a secret that is no key is a bug of ours', () => {
  expect(() => publicKeyOf(new Uint8Array(32))).toThrow();
  expect(() => publicKeyOf(fromBigInt(ORDER, 32))).toThrow();
  expect(() => sign(digest, secret.subarray(1))).toThrow(TypeError);
});
