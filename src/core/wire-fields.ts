/** The fields that peer messages are made of: readers judge a peer's bytes, writers check our own. */
import { fromBigInt, toBigInt } from './bytes.ts';
import type { Reader, Writer } from './codec.ts';
import { HEADER_BYTES } from './header.ts';
import { BlobId, BlockHash, TxId } from './ids.ts';
import { assert } from './result.ts';
import { TX_BYTES_MIN } from './transaction.ts';

/** The longest message: what the transport carries whole. */
export const WIRE_BYTES_MAX = 4 * 1024 * 1024;
/** A body's cap on the wire, whatever a network's own cap is. */
export const BODY_BYTES_MAX = WIRE_BYTES_MAX - HEADER_BYTES - 8;
export const BLOCK_TXS_MAX = Math.floor(BODY_BYTES_MAX / TX_BYTES_MIN);
/** One bit a chunk: blobs of up to 2 GiB. */
export const BITMAP_BYTES_MAX = 1024;
const CHUNK_INDEX_MAX = 8 * BITMAP_BYTES_MAX - 1;

export function bounded<T>(items: readonly T[], countMax: number): readonly T[] {
  assert(items.length <= countMax, `${items.length} items in one message, at most ${countMax}`);
  return items;
}

export function writeBlockHash(writer: Writer, hash: BlockHash): void {
  writer.bytes(BlockHash.toBytes(hash));
}

export function readBlockHash(reader: Reader): BlockHash {
  return BlockHash.of(reader.bytes(BlockHash.byteLength));
}

export function writeTxId(writer: Writer, id: TxId): void {
  writer.bytes(TxId.toBytes(id));
}

export function readTxId(reader: Reader): TxId {
  return TxId.of(reader.bytes(TxId.byteLength));
}

export function readBlobId(reader: Reader): BlobId {
  return BlobId.of(reader.bytes(BlobId.byteLength));
}

/** 1..max. */
export function readCount(reader: Reader, max: number): number {
  const count = reader.varint(max);
  return count > 0 ? count : reader.fail('bad-value', 'a count of zero');
}

/** Big-endian without leading zeros, at most 32 bytes; zero is empty. */
export function minimalBytes(value: bigint): Uint8Array {
  const bytes = fromBigInt(value, 32);
  const start = bytes.findIndex((byte) => byte !== 0);
  return start < 0 ? new Uint8Array(0) : bytes.subarray(start);
}

export function readMinimal(reader: Reader): bigint {
  const bytes = reader.varbytes(32);
  return bytes[0] === 0 ? reader.fail('non-canonical', 'leading zero') : toBigInt(bytes);
}

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

export function asciiBytes(text: string, lengthMax: number): Uint8Array {
  assert(text.length <= lengthMax && PRINTABLE_ASCII.test(text), `not up to ${lengthMax} ASCII characters: ${text}`);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function readAscii(reader: Reader, lengthMax: number): string {
  const text = String.fromCharCode(...reader.varbytes(lengthMax));
  return PRINTABLE_ASCII.test(text) ? text : reader.fail('bad-value', 'not printable ASCII');
}

/** Ascending positions as gaps, so that there is one way to write a set. */
export function writeAscending(writer: Writer, indexes: readonly number[]): void {
  let next = 0;
  writer.list(bounded(indexes, BLOCK_TXS_MAX), (w, index) => {
    assert(index >= next, 'indexes not ascending');
    w.varint(index - next);
    next = index + 1;
  });
}

export function readAscending(reader: Reader): number[] {
  let next = 0;
  return reader.list(BLOCK_TXS_MAX, (r) => {
    const index = next + r.varint(BLOCK_TXS_MAX);
    if (index >= BLOCK_TXS_MAX) r.fail('bad-value', `index ${index}`);
    next = index + 1;
    return index;
  });
}

export function writePart(writer: Writer, part: 'manifest' | number): Writer {
  return part === 'manifest' ? writer.u8(0) : writer.u8(1).varint(part);
}

export function readPart(reader: Reader): 'manifest' | number {
  const kind = reader.u8();
  if (kind === 0) return 'manifest';
  return kind === 1 ? reader.varint(CHUNK_INDEX_MAX) : reader.fail('bad-value', `blob part ${kind}`);
}

export function writeChunkSet(writer: Writer, chunks: 'all' | 'none' | Uint8Array): void {
  if (chunks === 'none') writer.u8(0);
  else if (chunks === 'all') writer.u8(1);
  else {
    assert(chunks.length <= BITMAP_BYTES_MAX && chunks.at(-1) !== 0, 'bitmap too long or with a zero last byte');
    writer.u8(2).varbytes(chunks);
  }
}

export function readChunkSet(reader: Reader): 'all' | 'none' | Uint8Array {
  const kind = reader.u8();
  if (kind === 0) return 'none';
  if (kind === 1) return 'all';
  if (kind !== 2) reader.fail('bad-value', `chunk set ${kind}`);
  const bitmap = reader.varbytes(BITMAP_BYTES_MAX);
  return bitmap.at(-1) === 0 ? reader.fail('non-canonical', 'bitmap with a zero last byte') : bitmap;
}
