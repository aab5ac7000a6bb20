/**
 * Seals a document into chunks that tell nothing but a coarse size, and opens them again.
 *
 *   plaintext -> deflate (if it helps) -> payload with zero padding -> segments -> chunks
 *
 * One chunk holds one segment, so each can be fetched, checked and opened by itself: chunk 0 is the header and segment 0,
 * chunk i is segment i. A segment is AES-256-GCM under a key derived from the content key, with the header as associated
 * data and the nonce 0^7 || index u32 || last u8: segments cannot be reordered, dropped, added or cut off.
 * The payload is method u8 | plaintextBytes u32 | dataBytes u32 | data | zeros up to the padded size.
 * @source Hoang, Reyhanitabar, Rogaway, Vizar, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance" (STREAM)
 */
import { abytes, concatBytes, equalBytes, isZero } from '../core/bytes.ts';
import { PUBLIC_KEY_BYTES } from '../core/ecdsa.ts';
import type { BlobId } from '../core/ids.ts';
import { accept, assert, reject, type Result } from '../core/result.ts';
import type { BulkCipher } from './bulk-cipher.ts';
import {
  encodeHeader,
  encodePlace,
  HEADER_BYTES,
  readHeader,
  type DocumentPlace,
  type HeaderCode,
  type Stanza,
} from './document-header.ts';
import { deriveKey, KEY_BYTES } from './key-derivation.ts';
import {
  BLOB_BYTES_MAX,
  blobIdOf,
  CHUNK_BYTES,
  chunkBytesAt,
  chunkCountOf,
  encodeManifest,
  type Manifest,
} from './manifest.ts';
import { paddedBlobBytes, sizeBucketOf, SMALL_BLOB_BYTES } from './padding.ts';
import { commitmentOf, fillStanzas } from './stanzas.ts';

const TAG_BYTES = 16;
const PAYLOAD_HEAD_BYTES = 1 + 4 + 4;
const METHOD_STORED = 0;
const METHOD_DEFLATE = 1;

/** Content that always fits the small bucket, even where it cannot be compressed. */
export const SMALL_PLAINTEXT_BYTES = SMALL_BLOB_BYTES - HEADER_BYTES - TAG_BYTES - PAYLOAD_HEAD_BYTES;

export interface SealOrder extends DocumentPlace {
  /** 32 random bytes for this document alone: a second document under one key gives away both. */
  readonly contentKey: Uint8Array;
  /** At most one of a kind; what is left out becomes a decoy. */
  readonly stanzas: readonly Stanza[];
  /** Must share the small bucket: a bug when it does not fit. Documents that fit share it in any case. */
  readonly small: boolean;
}

export interface SealedDocument {
  /** Encoded; `id` is its hash. */
  readonly manifest: Uint8Array;
  readonly id: BlobId;
  readonly chunks: readonly Uint8Array[];
  readonly sizeBucket: number;
}

/** Chunks done, of all. */
export type ChunkProgress = (done: number, total: number) => void;

export type OpenCode =
  | HeaderCode
  /** Would open to more than the caller allows. */
  | 'oversized'
  | 'chunk-missing'
  /** Not the bytes the manifest names: fetch that chunk again. */
  | 'chunk-damaged'
  | 'wrong-owner'
  | 'wrong-version'
  | 'wrong-key'
  /** Made so: the manifest is right, but a segment is not what the key's holder sealed. */
  | 'bad-seal'
  | 'bad-padding'
  | 'bad-payload';

/**
 * Peak memory is about three times the document. The work is the cipher's; this thread only joins bytes.
 * @param plaintext at most as many bytes as give a blob of BLOB_BYTES_MAX
 */
export async function sealDocument(
  plaintext: Uint8Array,
  order: SealOrder,
  cipher: BulkCipher,
  onProgress?: ChunkProgress,
): Promise<SealedDocument> {
  abytes(order.contentKey, KEY_BYTES, 'content key');
  const header = encodeHeader({
    ownerKey: order.ownerKey,
    version: order.version,
    commitment: commitmentOf(order.contentKey, order),
    stanzas: await fillStanzas(order.stanzas, order.contentKey, order),
  });
  const payload = await makePayload(plaintext, cipher);
  const blobBytes = paddedBlobBytes(unpaddedBlobBytes(payload.length));
  assert(blobBytes <= BLOB_BYTES_MAX, `document of ${plaintext.length} bytes`);
  assert(!order.small || blobBytes === SMALL_BLOB_BYTES, `small document of ${payload.length} bytes`);

  const key = payloadKeyOf(order.contentKey, order);
  const total = chunkCountOf(blobBytes);
  const chunks: Uint8Array[] = [];
  const chunkHashes: Uint8Array[] = [];
  for (let index = 0, offset = 0; index < total; index++) {
    const segment = new Uint8Array(segmentBytesAt(blobBytes, index));
    segment.set(payload.subarray(offset, offset + segment.length));
    offset += segment.length;
    const sealed = await cipher.seal(key, segmentNonce(index, index === total - 1), header, segment);
    const chunk = index === 0 ? concatBytes(header, sealed) : sealed;
    chunks.push(chunk);
    chunkHashes.push(await cipher.sha256(chunk));
    onProgress?.(index + 1, total);
  }
  const manifest = encodeManifest({ blobBytes, chunkHashes });
  return { manifest, id: blobIdOf(manifest), chunks, sizeBucket: sizeBucketOf(blobBytes) };
}

/**
 * Opens what anybody may have made. Every chunk is checked against the manifest again (disks fail), then against the key.
 * @param manifest  decoded from bytes whose hash is the blob's id
 * @param readChunk undefined for a chunk that is not here; its rejections pass through
 * @param expect    what the chain says of the slot
 */
export async function openDocument(
  manifest: Manifest,
  readChunk: (index: number) => Promise<Uint8Array | undefined>,
  opener: { readonly contentKey: Uint8Array },
  expect: DocumentPlace,
  cipher: BulkCipher,
  limits: { readonly plaintextBytesMax: number },
  onProgress?: ChunkProgress,
): Promise<Result<Uint8Array, OpenCode>> {
  abytes(opener.contentKey, KEY_BYTES, 'content key');
  abytes(expect.ownerKey, PUBLIC_KEY_BYTES, 'owner key');
  const { blobBytes } = manifest;
  if (blobBytes < SMALL_BLOB_BYTES || blobBytes !== paddedBlobBytes(blobBytes))
    return reject('bad-padding', 'blob size');
  const largest = paddedBlobBytes(unpaddedBlobBytes(PAYLOAD_HEAD_BYTES + limits.plaintextBytesMax));
  if (blobBytes > largest) return reject('oversized', `blob of ${blobBytes} bytes`);

  const key = payloadKeyOf(opener.contentKey, expect);
  const total = chunkCountOf(blobBytes);
  const segments: Uint8Array[] = [];
  let header: Uint8Array = new Uint8Array();
  for (let index = 0; index < total; index++) {
    const chunk = await readChecked(manifest, index, readChunk, cipher);
    if (!chunk.ok) return chunk;
    if (index === 0) {
      const refusal = checkHeader(chunk.value, opener.contentKey, expect);
      if (refusal) return refusal;
      header = chunk.value.subarray(0, HEADER_BYTES);
    }
    const sealed = index === 0 ? chunk.value.subarray(HEADER_BYTES) : chunk.value;
    const segment = await cipher.open(key, segmentNonce(index, index === total - 1), header, sealed);
    if (!segment) return reject('bad-seal', `segment ${index}`);
    segments.push(segment);
    onProgress?.(index + 1, total);
  }
  return readPayload(concatBytes(...segments), blobBytes, cipher, limits.plaintextBytesMax);
}

// ---------------------------------------------------------------- sizes

/** Header, payload and tags, before padding. */
function unpaddedBlobBytes(payloadBytes: number): number {
  const segments = Math.max(1, Math.ceil((HEADER_BYTES + payloadBytes) / (CHUNK_BYTES - TAG_BYTES)));
  return HEADER_BYTES + payloadBytes + segments * TAG_BYTES;
}

/** Plaintext bytes of segment `index`. Padded sizes above a chunk are multiples of 8 KiB, so that none is negative. */
function segmentBytesAt(blobBytes: number, index: number): number {
  return chunkBytesAt(blobBytes, index) - TAG_BYTES - (index === 0 ? HEADER_BYTES : 0);
}

// ---------------------------------------------------------------- segments

function payloadKeyOf(contentKey: Uint8Array, place: DocumentPlace): Uint8Array {
  return deriveKey(contentKey, 'payload', encodePlace(place));
}

function segmentNonce(index: number, last: boolean): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(7, index);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

async function readChecked(
  manifest: Manifest,
  index: number,
  readChunk: (index: number) => Promise<Uint8Array | undefined>,
  cipher: BulkCipher,
): Promise<Result<Uint8Array, OpenCode>> {
  const chunk = await readChunk(index);
  if (!chunk) return reject('chunk-missing', `chunk ${index}`);
  const intact =
    chunk.length === chunkBytesAt(manifest.blobBytes, index) &&
    equalBytes(await cipher.sha256(chunk), manifest.chunkHashes[index]!);
  return intact ? accept(chunk) : reject('chunk-damaged', `chunk ${index}`);
}

function checkHeader(firstChunk: Uint8Array, contentKey: Uint8Array, expect: DocumentPlace) {
  const header = readHeader(firstChunk);
  if (!header.ok) return header;
  const { ownerKey, version, commitment } = header.value;
  if (!equalBytes(ownerKey, expect.ownerKey)) return reject('wrong-owner');
  if (version !== expect.version) return reject('wrong-version', `${version}`);
  if (!equalBytes(commitment, commitmentOf(contentKey, expect))) return reject('wrong-key');
  return undefined;
}

// ---------------------------------------------------------------- payload

/** Without its padding. */
async function makePayload(plaintext: Uint8Array, cipher: BulkCipher): Promise<Uint8Array> {
  const deflated = await cipher.deflate(plaintext);
  const shrunk = deflated.length < plaintext.length;
  const data = shrunk ? deflated : plaintext;
  const head = new Uint8Array(PAYLOAD_HEAD_BYTES);
  const view = new DataView(head.buffer);
  view.setUint8(0, shrunk ? METHOD_DEFLATE : METHOD_STORED);
  view.setUint32(1, plaintext.length);
  view.setUint32(5, data.length);
  return concatBytes(head, data);
}

/** The key's holder made this, but need not be honest: sizes, padding and growth are checked before anything is kept. */
async function readPayload(
  payload: Uint8Array,
  blobBytes: number,
  cipher: BulkCipher,
  plaintextBytesMax: number,
): Promise<Result<Uint8Array, OpenCode>> {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const method = view.getUint8(0);
  const plaintextBytes = view.getUint32(1);
  const end = PAYLOAD_HEAD_BYTES + view.getUint32(5);
  if (plaintextBytes > plaintextBytesMax) return reject('oversized', `${plaintextBytes} bytes`);
  if (end > payload.length) return reject('bad-payload', 'data past the end');
  if (paddedBlobBytes(unpaddedBlobBytes(end)) !== blobBytes) return reject('bad-padding', 'too much of it');
  if (!isZero(payload.subarray(end))) return reject('bad-padding', 'not zero');
  const data = payload.subarray(PAYLOAD_HEAD_BYTES, end);
  if (method === METHOD_STORED) {
    return data.length === plaintextBytes ? accept(data) : reject('bad-payload', 'length');
  }
  if (method !== METHOD_DEFLATE) return reject('bad-payload', `method ${method}`);
  const plaintext = await cipher.inflate(data, plaintextBytes);
  return plaintext?.length === plaintextBytes
    ? accept(plaintext)
    : reject('bad-payload', 'not what it says it inflates to');
}
