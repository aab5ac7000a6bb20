/** SHA-256, plain and tagged: the one hash the chain stands on (the state accumulator alone uses BLAKE3). */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';

export const HASH_BYTES = 32;

type Hasher = ReturnType<typeof nobleSha256.create>;

/** Per tag, a hasher that has taken SHA256(tag) || SHA256(tag). Tags are literals of our own, so these stay few. */
const begun = new Map<string, Hasher>();

export function sha256(bytes: Uint8Array): Uint8Array {
  return nobleSha256(bytes);
}

/**
 * A hash that means one thing only: bytes hashed under one tag never pass for bytes hashed under another.
 * The parts are joined without lengths: give them fixed sizes, all but the last.
 * @param tag  ASCII, such as `medmesh/txid`
 * @returns 32 bytes: SHA256(SHA256(tag) || SHA256(tag) || parts)
 * @source BIP-340, "Design", tagged hashes
 */
export function taggedHash(tag: string, ...parts: readonly Uint8Array[]): Uint8Array {
  let base = begun.get(tag);
  if (!base) {
    const tagHash = nobleSha256(Uint8Array.from(tag, (character) => character.charCodeAt(0)));
    begun.set(tag, (base = nobleSha256.create().update(tagHash).update(tagHash)));
  }
  const hasher = base.clone();
  for (const part of parts) hasher.update(part);
  return hasher.digest();
}
