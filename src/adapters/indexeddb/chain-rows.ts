/** Keys, names and bytes of the chain's rows. Integers are big-endian. */
import { HASH_BYTES } from '../../core/hash.ts';
import { HEADER_BYTES } from '../../core/header.ts';
import { BlockHash } from '../../core/ids.ts';
import type { StateKey } from '../../core/ids.ts';
import type { StoredBlock, StoredTip } from '../../node/ports.ts';
import { corruptRow, openRow, sealRow } from './row-checksum.ts';

/** A main-chain header as stored: its hash, then its bytes, so that loading a chain hashes nothing. */
export const HEADER_RECORD_BYTES = HASH_BYTES + HEADER_BYTES;

/** How rows are called in a StoreFault. */
export const rowNames = {
  tip: 'tip',
  block: (hash: string) => `block ${hash}`,
  undo: (hash: string) => `undo ${hash}`,
  state: (key: StateKey) => `state ${key}`,
  headers: (first: number, last: number) => `headers ${first}-${last}`,
};

/** First and last height, both included. As a key of a segment it sorts by height. */
export type HeightRange = readonly [first: number, last: number];

const heightText = (height: number) => height.toString(16).padStart(8, '0');

/** Sorts by height, so that a range of heights is read and deleted in one go. */
export const blockKey = (height: number, hash: string) => heightText(height) + hash;

export function parseBlockKey(key: unknown): { readonly height: number; readonly hash: BlockHash } | undefined {
  if (typeof key !== 'string') return undefined;
  const hash = BlockHash.parse(key.slice(8));
  const height = parseInt(key.slice(0, 8), 16);
  return hash && blockKey(height, hash) === key ? { height, hash } : undefined;
}

export const blocksAt = (first: number, last: number) =>
  IDBKeyRange.bound(heightText(first), heightText(last + 1), false, true);
export const blocksBelow = (height: number) => IDBKeyRange.upperBound(heightText(height), true);

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

export const readUint32 = (bytes: Uint8Array, offset: number) =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset);

export function sealBlock(block: StoredBlock): Uint8Array {
  return sealRow(rowNames.block(block.hash), uint32(block.height), block.header, block.body);
}

/** @throws StoreFault `corrupt-row` */
export function openBlock(hash: BlockHash, row: unknown): StoredBlock {
  const name = rowNames.block(hash);
  const payload = openRow(name, row);
  if (payload.length < 4 + HEADER_BYTES) throw corruptRow(name);
  return {
    hash,
    height: readUint32(payload, 0),
    header: payload.slice(4, 4 + HEADER_BYTES),
    body: payload.slice(4 + HEADER_BYTES),
  };
}

export function sealTip(tip: StoredTip): Uint8Array {
  return sealRow(rowNames.tip, BlockHash.toBytes(tip.hash), uint32(tip.height), tip.accumulator);
}

/** @throws StoreFault `corrupt-row` */
export function openTip(row: unknown): StoredTip {
  const payload = openRow(rowNames.tip, row);
  if (payload.length < HASH_BYTES + 4) throw corruptRow(rowNames.tip);
  return {
    hash: BlockHash.of(payload.subarray(0, HASH_BYTES)),
    height: readUint32(payload, HASH_BYTES),
    accumulator: payload.slice(HASH_BYTES + 4),
  };
}

export function sealHeader(block: Pick<StoredBlock, 'hash' | 'height' | 'header'>): Uint8Array {
  return sealRow(rowNames.headers(block.height, block.height), BlockHash.toBytes(block.hash), block.header);
}
