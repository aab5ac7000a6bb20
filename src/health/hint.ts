/**
 * How a person finds what is theirs among everybody's slots: each seal carries a hint that only the holder of one scan key
 * recognises. With the same shared secret the sender derives an owner key that only the recipient can use, so what a clinic
 * issues belongs to its patient and the chain does not show whom the clinic treats.
 *
 *   hint = ephemeral public key 33 | tag 8
 *
 * The tag covers the slot's owner key, version and document: a hint copied onto another document matches nothing, so nobody
 * can find out whose it is by watching who fetches a bait.
 * @source ERC-5564 (stealth addresses, secp256k1 with view tags)
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { abytes, concatBytes, equalBytes, toBigInt } from '../core/bytes.ts';
import { isPublicKey, PUBLIC_KEY_BYTES, publicKeyOf, sharedSecretX } from '../core/ecdsa.ts';
import { HASH_BYTES, taggedHash } from '../core/hash.ts';
import { BlobId } from '../core/ids.ts';
import { assert } from '../core/result.ts';
import { encodePlace, type DocumentPlace } from './document-header.ts';
import { KEY_BYTES } from './key-derivation.ts';

const TAG_BYTES = 8;
export const HINT_BYTES = PUBLIC_KEY_BYTES + TAG_BYTES;

/** What the hint points out: the slot's owner key and version, and the document in it (zero where it was erased). */
export interface HintedSeal extends DocumentPlace {
  readonly blobId: BlobId;
}

const { Point } = secp256k1;

/**
 * What sender and recipient will both know, before there is a slot: enough to derive a one-time owner key.
 * @param ephemeralSecret 32 fresh random bytes, a valid secret key, for one hint only
 * @param scanPublic      33 bytes, from anybody
 * @returns 32 bytes; undefined when `scanPublic` is no point of the curve
 */
export function sharedWith(ephemeralSecret: Uint8Array, scanPublic: Uint8Array): Uint8Array | undefined {
  const x = sharedSecretX(ephemeralSecret, scanPublic);
  return x && sharedOf(x, publicKeyOf(ephemeralSecret));
}

/**
 * @returns HINT_BYTES and the shared secret (the same as `sharedWith`); undefined when `scanPublic` is no point of the curve
 */
export function makeHint(
  ephemeralSecret: Uint8Array,
  scanPublic: Uint8Array,
  seal: HintedSeal,
): { readonly hint: Uint8Array; readonly shared: Uint8Array } | undefined {
  const shared = sharedWith(ephemeralSecret, scanPublic);
  return shared && { hint: concatBytes(publicKeyOf(ephemeralSecret), tagOf(shared, seal)), shared };
}

/**
 * One multiplication on the curve, whatever the hint: the price of a look at each seal of a block.
 * @param hint HINT_BYTES, from anybody
 * @returns the shared secret, 32 bytes; undefined when the seal is not for this scan key
 */
export function matchHint(hint: Uint8Array, scanSecret: Uint8Array, seal: HintedSeal): Uint8Array | undefined {
  if (hint.length !== HINT_BYTES) return undefined;
  const ephemeralPublic = hint.subarray(0, PUBLIC_KEY_BYTES);
  const x = sharedSecretX(scanSecret, ephemeralPublic);
  if (!x) return undefined;
  const shared = sharedOf(x, ephemeralPublic);
  return equalBytes(tagOf(shared, seal), hint.subarray(PUBLIC_KEY_BYTES)) ? shared : undefined;
}

/**
 * The owner key of a slot made for somebody: only the holder of the secret behind `spendPublic` can update it.
 * @param spendPublic 33 bytes, from anybody
 * @returns 33 bytes; undefined when `spendPublic` is no point of the curve
 */
export function oneTimePublic(spendPublic: Uint8Array, shared: Uint8Array): Uint8Array | undefined {
  if (!isPublicKey(spendPublic)) return undefined;
  const sum = Point.fromBytes(spendPublic).add(Point.BASE.multiply(tweakOf(shared)));
  return sum.is0() ? undefined : sum.toBytes(true);
}

/** The secret of `oneTimePublic(publicKeyOf(spendSecret), shared)`, 32 bytes. */
export function oneTimeSecret(spendSecret: Uint8Array, shared: Uint8Array): Uint8Array {
  const { Fn } = Point;
  const sum = Fn.add(Fn.fromBytes(abytes(spendSecret, KEY_BYTES, 'spend secret')), tweakOf(shared));
  assert(sum !== 0n, 'one-time secret of zero');
  return Fn.toBytes(sum);
}

function sharedOf(x: Uint8Array, ephemeralPublic: Uint8Array): Uint8Array {
  return taggedHash('medmesh/hint/shared', x, ephemeralPublic);
}

function tagOf(shared: Uint8Array, seal: HintedSeal): Uint8Array {
  return taggedHash('medmesh/hint/tag', shared, encodePlace(seal), BlobId.toBytes(seal.blobId)).subarray(0, TAG_BYTES);
}

function tweakOf(shared: Uint8Array): bigint {
  const hash = taggedHash('medmesh/one-time', abytes(shared, HASH_BYTES, 'shared secret'));
  const tweak = Point.Fn.create(toBigInt(hash));
  assert(tweak !== 0n, 'tweak of zero');
  return tweak;
}
