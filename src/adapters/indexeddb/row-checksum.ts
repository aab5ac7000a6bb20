/**
 * What every stored row carries so that a damaged one is noticed: a version byte and a 32-bit checksum over its bytes,
 * seeded with the row's name, so that a row that turns up under another key is damage too.
 *
 * Synchronous on purpose: nothing may be awaited inside an IndexedDB transaction, so no WebCrypto here. It finds broken
 * disks, not enemies; what peers send is judged by the chain's own hashes before it is stored.
 */
import { StoreFault } from '../../node/ports.ts';

const ROW_VERSION = 1;
/** Version byte and checksum in front of the payload. */
export const ROW_OVERHEAD_BYTES = 5;

const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;
const PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;

const rotateLeft = (value: number, bits: number) => (value << bits) | (value >>> (32 - bits));
const round = (lane: number, word: number) =>
  Math.imul(rotateLeft((lane + Math.imul(word, PRIME_2)) | 0, 13), PRIME_1) | 0;

/**
 * Non-cryptographic hash, about a gigabyte a second in plain JavaScript.
 * @param seed  uint32
 * @returns uint32
 * @source XXH32, xxHash specification 0.1.1
 */
export function xxHash32(bytes: Uint8Array, seed = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.byteLength;
  let offset = 0;
  let hash: number;
  if (length >= 16) {
    let a = (seed + PRIME_1 + PRIME_2) | 0;
    let b = (seed + PRIME_2) | 0;
    let c = seed | 0;
    let d = (seed - PRIME_1) | 0;
    for (; offset <= length - 16; offset += 16) {
      a = round(a, view.getInt32(offset, true));
      b = round(b, view.getInt32(offset + 4, true));
      c = round(c, view.getInt32(offset + 8, true));
      d = round(d, view.getInt32(offset + 12, true));
    }
    hash = (rotateLeft(a, 1) + rotateLeft(b, 7) + rotateLeft(c, 12) + rotateLeft(d, 18)) | 0;
  } else {
    hash = (seed + PRIME_5) | 0;
  }
  hash = (hash + length) | 0;
  for (; offset <= length - 4; offset += 4) {
    hash = Math.imul(rotateLeft((hash + Math.imul(view.getInt32(offset, true), PRIME_3)) | 0, 17), PRIME_4);
  }
  for (; offset < length; offset++) {
    hash = Math.imul(rotateLeft((hash + Math.imul(bytes[offset]!, PRIME_5)) | 0, 11), PRIME_1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** FNV-1a over the row's version and its name (ASCII). */
function seedOf(name: string): number {
  let hash = Math.imul(0x811c9dc5 ^ ROW_VERSION, 0x01000193);
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/**
 * The bytes to store: a fresh buffer of exactly their length, since IndexedDB clones the whole buffer behind a view.
 * @param name  how the row is called when it is found damaged, such as `block 00ab…`
 * @param parts  the payload, joined
 */
export function sealRow(name: string, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = ROW_OVERHEAD_BYTES;
  for (const part of parts) length += part.length;
  const row = new Uint8Array(length);
  let offset = ROW_OVERHEAD_BYTES;
  for (const part of parts) {
    row.set(part, offset);
    offset += part.length;
  }
  row[0] = ROW_VERSION;
  new DataView(row.buffer).setUint32(1, xxHash32(row.subarray(ROW_OVERHEAD_BYTES), seedOf(name)));
  return row;
}

/** The payload, as a view of `row`; undefined when it is damaged. `row` is whatever the database returned. */
export function intactPayload(name: string, row: unknown): Uint8Array | undefined {
  if (!(row instanceof Uint8Array) || row.length < ROW_OVERHEAD_BYTES || row[0] !== ROW_VERSION) return undefined;
  const payload = row.subarray(ROW_OVERHEAD_BYTES);
  const stored = new DataView(row.buffer, row.byteOffset).getUint32(1);
  return stored === xxHash32(payload, seedOf(name)) ? payload : undefined;
}

/**
 * The payload, as a view of `row`.
 * @throws StoreFault `corrupt-row` naming the row
 */
export function openRow(name: string, row: unknown): Uint8Array {
  const payload = intactPayload(name, row);
  if (!payload) throw corruptRow(name);
  return payload;
}

export function corruptRow(name: string, cause?: unknown): StoreFault {
  return new StoreFault('corrupt-row', `stored row is damaged: ${name}`, name, cause === undefined ? {} : { cause });
}
