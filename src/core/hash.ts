/** SHA-256, plain and tagged: the one hash the chain stands on (the state accumulator alone uses BLAKE3). */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from './bytes.ts';

export const HASH_BYTES = 32;

/** SHA256(tag) || SHA256(tag) per tag. Tags are literals of our own, so this stays as small as their number. */
const prefixes = new Map<string, Uint8Array>();

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
  let prefix = prefixes.get(tag);
  if (!prefix) {
    const tagHash = nobleSha256(Uint8Array.from(tag, (character) => character.charCodeAt(0)));
    prefix = concatBytes(tagHash, tagHash);
    prefixes.set(tag, prefix);
  }
  return nobleSha256(concatBytes(prefix, ...parts));
}
