import { describe, expect, it } from 'vitest';
import { HEADER_RECORD_BYTES, sealBlock, type HeightRange } from '../../../src/adapters/indexeddb/chain-rows.ts';
import { PackedTails } from '../../../src/adapters/indexeddb/packed-tails.ts';
import {
  BlockSegment,
  lastHeightThatFits,
  openHeaders,
  packBlocks,
  packHeaders,
} from '../../../src/adapters/indexeddb/segments.ts';
import { BlockHash } from '../../../src/core/ids.ts';
import { Seeded } from '../../support/seeded.ts';
import { StoredChain } from '../../support/stored-chain.ts';

const RANGE: HeightRange = [5, 14];
const chain = new StoredChain({ firstHeight: 5 });
chain.update(10);
const rows = chain.main.map((block) => ({ hash: block.hash, height: block.height, row: sealBlock(block) }));
const unknown = BlockHash.of(new Uint8Array(32));

describe('a segment of blocks', () => {
  const bytes = packBlocks(RANGE, rows);

  it('gives every row back as it was packed', () => {
    const segment = BlockSegment.open(RANGE, bytes)!;
    for (const { hash, row } of rows) expect(segment.find(hash)).toEqual(row);
    expect(segment.find(unknown)).toBeUndefined();
  });

  it('keeps empty rows, and none at all', () => {
    const empty = { hash: unknown, height: 5, row: new Uint8Array() };
    expect(BlockSegment.open(RANGE, packBlocks(RANGE, [empty]))!.find(unknown)).toEqual(new Uint8Array());
    expect(BlockSegment.open(RANGE, packBlocks(RANGE, []))!.find(unknown)).toBeUndefined();
  });

  it('does not open when its directory is damaged or belongs to another range', () => {
    for (const at of [0, 3, 4, 9, 40, 4 + 5 + 10 * 40 - 1]) {
      expect(
        BlockSegment.open(
          RANGE,
          bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)),
        ),
      ).toBeUndefined();
    }
    expect(BlockSegment.open([5, 15], bytes)).toBeUndefined();
    for (const value of [undefined, 'text', new Uint8Array(3), bytes.subarray(0, 100)]) {
      expect(BlockSegment.open(RANGE, value)).toBeUndefined();
    }
  });
});

describe('a segment of headers', () => {
  const records = RANGE.flatMap(() => Array.from({ length: 5 }, () => new Seeded(1).bytes(HEADER_RECORD_BYTES)));

  it('gives every record back, and none when it is damaged', () => {
    const bytes = packHeaders(RANGE, records);
    expect(openHeaders(RANGE, bytes)).toEqual(records);
    expect(openHeaders([4, 13], bytes)).toBeUndefined();
    expect(openHeaders(RANGE, bytes.subarray(1))).toBeUndefined();
    expect(openHeaders(RANGE, packHeaders(RANGE, records.slice(1)))).toBeUndefined();
  });
});

describe('lastHeightThatFits', () => {
  const rowsOf = (...sizes: [height: number, bytes: number][]) =>
    sizes.map(([height, bytes]) => ({ hash: unknown, height, row: new Uint8Array(bytes) }));

  it('ends before the height that would not fit', () => {
    expect(lastHeightThatFits(rowsOf([3, 40], [4, 40], [5, 40], [6, 40]), 100, 9)).toBe(4);
  });

  it('takes one height, however large', () => {
    expect(lastHeightThatFits(rowsOf([3, 400], [4, 40]), 100, 9)).toBe(3);
  });

  it('goes to the end when all fit, and stops short of a height that may have more rows', () => {
    expect(lastHeightThatFits(rowsOf([3, 40], [4, 40]), 100, 9)).toBe(9);
    expect(lastHeightThatFits(rowsOf([3, 40], [4, 60]), 100, undefined)).toBe(3);
  });

  it('keeps rows of one height together', () => {
    expect(lastHeightThatFits(rowsOf([3, 40], [3, 80], [4, 40]), 100, 9)).toBe(3);
    expect(lastHeightThatFits(rowsOf([3, 40], [4, 40], [4, 40]), 100, 9)).toBe(3);
  });
});

describe('PackedTails', () => {
  it('finds the height of a packed block, from headers and from blocks, and all that share a tail', () => {
    const tails = new PackedTails();
    const record = new Uint8Array(HEADER_RECORD_BYTES);
    record.set(BlockHash.toBytes(rows[1]!.hash));
    tails.addHeaders(5, { records: [undefined, record], damaged: [[5, 5]] });
    tails.addBlocks([...rows.slice(2), { hash: rows[1]!.hash, height: 99 }]);
    expect(tails.find(rows[1]!.hash)).toEqual([6, 99]);
    expect(tails.find(rows[7]!.hash)).toEqual([12]);
    expect(tails.find(unknown)).toEqual([]);
    expect(tails.unknown).toEqual([[5, 5]]);
  });
});
