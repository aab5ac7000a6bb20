/**
 * Signatures: ECDSA on secp256k1 with the parity of R's y as a 65th byte. With R known, many signatures can be checked
 * as one sum of points; the byte is checked here too, so that one signature has one encoding and the single check and
 * a batch accept exactly the same set:
 *
 *   r in 1..n-1, s in 1..(n-1)/2, parity in {0, 1}, P a point in 33-byte compressed form,
 *   and R = (z/s)G + (r/s)P is a point whose x equals r as an integer and whose y has that parity.
 *
 * "As an integer" refuses the R with x >= n, which plain ECDSA takes for x - n. Nobody meets one by chance (about 2^-128),
 * and a batch has only one candidate point to lift r to.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { abytes, concatBytes } from './bytes.ts';
import { HASH_BYTES } from './hash.ts';
import { assert } from './result.ts';

/** r (32, big-endian), s (32, big-endian), parity of R's y (1). */
export const SIGNATURE_BYTES = 65;
/** SEC 1 compressed point. */
export const PUBLIC_KEY_BYTES = 33;
const SECRET_KEY_BYTES = 32;

const { Point } = secp256k1;
const RECOVERABLE = { prehash: false, lowS: true, format: 'recovered' } as const;

/** True for the compressed form of a point of the curve. */
export function isPublicKey(bytes: Uint8Array): boolean {
  return bytes.length === PUBLIC_KEY_BYTES && secp256k1.utils.isValidPublicKey(bytes, true);
}

/** Throws on a secret that is no key: ours, so a bug. */
export function publicKeyOf(secret: Uint8Array): Uint8Array {
  return secp256k1.getPublicKey(abytes(secret, SECRET_KEY_BYTES, 'secret key'), true);
}

/**
 * Signs deterministically: one digest and one key give one signature, whatever the quality of the device's randomness.
 * @param digest  32 bytes, already hashed
 * @returns 65 bytes
 * @source RFC 6979 (HMAC-SHA-256), low-S
 */
export function sign(digest: Uint8Array, secret: Uint8Array): Uint8Array {
  abytes(digest, HASH_BYTES, 'digest');
  abytes(secret, SECRET_KEY_BYTES, 'secret key');
  const recovered = secp256k1.sign(digest, secret, RECOVERABLE);
  const parity = recovered[0]!;
  assert(parity < 2, 'signature with R.x above the group order');
  return concatBytes(recovered.subarray(1), Uint8Array.of(parity));
}

/** Judges any bytes: a wrong length, number, point or parity is false, never a throw. */
export function verify(digest: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  if (digest.length !== HASH_BYTES || signature.length !== SIGNATURE_BYTES || publicKey.length !== PUBLIC_KEY_BYTES) {
    return false;
  }
  const parity = signature[64]!;
  // noble also knows 2 and 3, for an x above the group order: refused by definition.
  if (parity > 1) return false;
  const recovered = concatBytes(Uint8Array.of(parity), signature.subarray(0, 64));
  return secp256k1.verify(recovered, digest, publicKey, RECOVERABLE);
}

/**
 * What two key holders know in common: the x coordinate of secret * P.
 * @returns 32 bytes, to be hashed before use as a key; undefined when `publicKey` is no point of the curve
 * @source SEC 1 3.3.1
 */
export function sharedSecretX(secret: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  const scalar = Point.Fn.fromBytes(abytes(secret, SECRET_KEY_BYTES, 'secret key'));
  const point = parsePoint(publicKey);
  return point?.multiply(scalar).toBytes(true).subarray(1);
}

function parsePoint(publicKey: Uint8Array): InstanceType<typeof Point> | undefined {
  if (publicKey.length !== PUBLIC_KEY_BYTES) return undefined;
  try {
    return Point.fromBytes(publicKey);
  } catch {
    // noble's only way to say "not on the curve".
    return undefined;
  }
}
