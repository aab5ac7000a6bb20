/** Symmetric keys and seeds: one secret, many independent keys, each under a label that says what it is for. */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '../core/bytes.ts';
import { encodeUtf8 } from '../core/text.ts';

export const KEY_BYTES = 32;

const SALT = encodeUtf8('medmesh/1');
const NOTHING = new Uint8Array();
const LABEL_END = Uint8Array.of(0);

/**
 * A key that tells nothing about its secret or its siblings.
 * @param label   ASCII literal of our own, without a zero byte
 * @param context what the key is bound to; its bytes follow the label after a zero
 * @param length  bytes wanted, at most 8,160
 * @source RFC 5869 (HKDF-SHA-256), salt `medmesh/1`
 */
export function deriveKey(
  secret: Uint8Array,
  label: string,
  context: Uint8Array = NOTHING,
  length = KEY_BYTES,
): Uint8Array {
  return hkdf(sha256, secret, SALT, concatBytes(encodeUtf8(label), LABEL_END, context), length);
}
