/** Keys of whoever holds a share link. They grow from a seed inside the link; the grantor can grow it again from their phrase. */
import { publicKeyOf } from '../core/ecdsa.ts';
import { deriveKey } from './key-derivation.ts';

export interface Bearer {
  /** 32 bytes for `deriveEncryptionKeyPair` (hpke.ts). */
  readonly encryptionSeed: Uint8Array;
  readonly scanSecret: Uint8Array;
  readonly scanPublic: Uint8Array;
}

/** @param seed 32 bytes, from the link */
export function deriveBearer(seed: Uint8Array): Bearer {
  const scanSecret = deriveKey(seed, 'bearer scan');
  return { encryptionSeed: deriveKey(seed, 'bearer encryption seed'), scanSecret, scanPublic: publicKeyOf(scanSecret) };
}

/**
 * The seed for a link that points to an own capsule, so that a new device with the phrase can show the link again, renew
 * the capsule and revoke it.
 * @param wrapSecret of the capsule's slot, 32 bytes; the seed tells nothing about it
 */
export function bearerSeedOf(wrapSecret: Uint8Array): Uint8Array {
  return deriveKey(wrapSecret, 'bearer seed');
}
