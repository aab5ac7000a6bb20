import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../../../src/core/text.ts';
import {
  ENCRYPTION_KEY_BYTES,
  unwrapKey,
  WRAP_ENTROPY_BYTES,
  wrapKey,
  WRAPPED_KEY_BYTES,
} from '../../../src/health/hpke.ts';
import { clinicPair, noise, strangerPair, withBytes, withFlippedBit } from './fixtures.ts';

const key = noise('content key');
const info = encodeUtf8('what for');
const entropy = noise('entropy', WRAP_ENTROPY_BYTES);
const wrapped = (await wrapKey(clinicPair.publicKey, key, info, entropy))!;

describe('key wrapping', () => {
  it('goes there and back', async () => {
    expect(wrapped.length).toBe(WRAPPED_KEY_BYTES);
    expect(await unwrapKey(clinicPair, wrapped, info)).toEqual(key);
  });

  it('draws on the entropy it is given, and on nothing else', async () => {
    expect(await wrapKey(clinicPair.publicKey, key, info, entropy)).toEqual(wrapped);
    expect(await wrapKey(clinicPair.publicKey, key, info, noise('other', WRAP_ENTROPY_BYTES))).not.toEqual(wrapped);
  });

  it('tells nobody else the key, and nobody for another purpose', async () => {
    expect(await unwrapKey(strangerPair, wrapped, info)).toBeUndefined();
    expect(await unwrapKey(clinicPair, wrapped, encodeUtf8('what else'))).toBeUndefined();
  });

  it.each([
    ['the ML-KEM part', 0],
    ['the end of it', 1087],
    ['the X25519 part', 1088],
    ['the sealed key', 1120],
    ['the tag', WRAPPED_KEY_BYTES - 1],
  ])('notices a changed bit in %s', async (_, index) => {
    expect(await unwrapKey(clinicPair, withFlippedBit(wrapped, index), info)).toBeUndefined();
  });

  it('refuses bytes of another length and an X25519 point of small order', async () => {
    expect(await unwrapKey(clinicPair, wrapped.slice(1), info)).toBeUndefined();
    const smallOrder = wrapped.slice();
    smallOrder.fill(0, 1088, 1120);
    expect(await unwrapKey(clinicPair, smallOrder, info)).toBeUndefined();
  });

  it.each([
    ['too short', clinicPair.publicKey.slice(1)],
    ['ML-KEM coefficients out of range', new Uint8Array(ENCRYPTION_KEY_BYTES).fill(0xff)],
    ['one of them q, in an even place', withBytes(clinicPair.publicKey, 3, [0x01, 0x0d, 0x00])],
    ['one of them q, in an odd place', withBytes(clinicPair.publicKey, 1149, [0x00, 0x10, 0xd0])],
    ['an X25519 point of small order', clinicPair.publicKey.slice().fill(0, 1184)],
  ])('wraps nothing to a key that is none: %s', async (_, recipient) => {
    expect(await wrapKey(recipient, key, info, entropy)).toBeUndefined();
  });
});
