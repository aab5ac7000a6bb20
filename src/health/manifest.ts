/**
 * A sealed document's list of chunk hashes. The document is named by the hash of this list, so that every chunk can be
 * checked the moment it arrives, whoever sent it, and fetched from several keepers at once.
 *
 *   version u8 = 1 | blobBytes u32 | chunkBytes u32 = 262,144 | one SHA-256 per chunk
 *
 * The number of chunks follows from the sizes, so it cannot disagree with them.
 */
import { decode, Writer, type DecodeCode } from '../core/codec.ts';
import { HASH_BYTES, sha256 } from '../core/hash.ts';
import { BlobId } from '../core/ids.ts';
import { assert, type Result } from '../core/result.ts';

/** All chunks but the last have this many bytes. Fits one message of a data channel after framing. */
export const CHUNK_BYTES = 262_144;
export const BLOB_BYTES_MAX = 256 * 1024 * 1024;

const MANIFEST_VERSION = 1;
const FIXED_BYTES = 1 + 4 + 4;
export const MANIFEST_BYTES_MAX = FIXED_BYTES + HASH_BYTES * (BLOB_BYTES_MAX / CHUNK_BYTES);

export interface Manifest {
  /** Of the whole sealed document: 1..BLOB_BYTES_MAX. */
  readonly blobBytes: number;
  /** SHA-256 of each chunk, 32 bytes each, in order. */
  readonly chunkHashes: readonly Uint8Array[];
}

export function chunkCountOf(blobBytes: number): number {
  return Math.ceil(blobBytes / CHUNK_BYTES);
}

/** Length of chunk `index`: CHUNK_BYTES, or what is left for the last one. */
export function chunkBytesAt(blobBytes: number, index: number): number {
  return Math.min(CHUNK_BYTES, blobBytes - index * CHUNK_BYTES);
}

export function encodeManifest(manifest: Manifest): Uint8Array {
  assert(isBlobSize(manifest.blobBytes), `blob of ${manifest.blobBytes} bytes`);
  assert(manifest.chunkHashes.length === chunkCountOf(manifest.blobBytes), 'one hash per chunk');
  const writer = new Writer().u8(MANIFEST_VERSION).u32(manifest.blobBytes).u32(CHUNK_BYTES);
  for (const hash of manifest.chunkHashes) writer.bytes(hash);
  return writer.finish();
}

export function decodeManifest(bytes: Uint8Array): Result<Manifest, DecodeCode> {
  return decode(bytes, MANIFEST_BYTES_MAX, (reader) => {
    const version = reader.u8();
    if (version !== MANIFEST_VERSION) reader.fail('bad-value', `manifest version ${version}`);
    const blobBytes = reader.u32();
    if (!isBlobSize(blobBytes)) reader.fail('bad-value', `blob of ${blobBytes} bytes`);
    const chunkBytes = reader.u32();
    if (chunkBytes !== CHUNK_BYTES) reader.fail('bad-value', `chunks of ${chunkBytes} bytes`);
    const chunkHashes: Uint8Array[] = [];
    for (let i = 0; i < chunkCountOf(blobBytes); i++) chunkHashes.push(reader.bytes(HASH_BYTES));
    return { blobBytes, chunkHashes };
  });
}

/** @param manifest encoded */
export function blobIdOf(manifest: Uint8Array): BlobId {
  return BlobId.of(sha256(manifest));
}

function isBlobSize(bytes: number): boolean {
  return Number.isInteger(bytes) && bytes >= 1 && bytes <= BLOB_BYTES_MAX;
}
