/**
 * Settled blocks and headers, packed: one row for about a thousand of them writes and reads many times faster than a
 * thousand rows.
 *
 * Block rows go in as they are, checksum and all, so that damage hits single blocks and stays visible after packing:
 *
 *   uint32 length of the directory row | directory row | block rows, one after the other
 *   directory: per block its hash (32 bytes), height (uint32) and row length (uint32), itself a checked row
 *
 * A header segment is a checked row of header records, one per height.
 */
import { equalBytes } from '../../core/bytes.ts';
import { HASH_BYTES } from '../../core/hash.ts';
import { Writer } from '../../core/codec.ts';
import { BlockHash } from '../../core/ids.ts';
import { HEADER_RECORD_BYTES, readUint32, rowNames, type HeightRange } from './chain-rows.ts';
import { intactPayload, sealRow } from './row-checksum.ts';

/** Heights in one segment. */
export const SEGMENT_HEIGHTS = 1_000;
/** A block segment closes here even when it holds fewer heights: reading one block costs reading its segment. */
export const SEGMENT_BYTES = 1024 * 1024;

const ENTRY_BYTES = HASH_BYTES + 8;

export interface PackedRow {
  readonly hash: BlockHash;
  readonly height: number;
  /** The sealed block row; may be damaged, and stays so. */
  readonly row: Uint8Array;
}

const directoryName = ([first, last]: HeightRange) => `blocks ${first}-${last}`;

export function packBlocks(range: HeightRange, rows: readonly PackedRow[]): Uint8Array {
  const entries = new Writer();
  for (const { hash, height, row } of rows) entries.bytes(BlockHash.toBytes(hash)).u32(height).u32(row.length);
  const directory = sealRow(directoryName(range), entries.finish());
  const segment = new Writer().u32(directory.length).bytes(directory);
  for (const { row } of rows) segment.bytes(row);
  return segment.finish();
}

/**
 * Where a segment that begins with these rows ends.
 * @param rows  in order of height, which several may share
 * @param end  the last height there can be, when `rows` are all there are up to it; undefined when more may follow, at
 *   the height of the last one too: then `rows` hold two heights at least
 * @returns a height; one height always fits, however large
 */
export function lastHeightThatFits(rows: readonly PackedRow[], bytesMax: number, end: number | undefined): number {
  let bytes = 0;
  for (const { height, row } of rows) {
    bytes += row.length;
    if (bytes > bytesMax && height > rows[0]!.height) return height - 1;
  }
  return end ?? rows.at(-1)!.height - 1;
}

export class BlockSegment {
  private readonly bytes: Uint8Array;
  private readonly directory: Uint8Array;
  /** Where the rows begin. */
  private readonly rowsStart: number;

  private constructor(bytes: Uint8Array, directory: Uint8Array, rowsStart: number) {
    this.bytes = bytes;
    this.directory = directory;
    this.rowsStart = rowsStart;
  }

  /** Undefined when the directory is damaged: then every block of the segment is. */
  static open(range: HeightRange, bytes: unknown): BlockSegment | undefined {
    if (!(bytes instanceof Uint8Array) || bytes.length < 4) return undefined;
    const rowsStart = 4 + readUint32(bytes, 0);
    if (rowsStart > bytes.length) return undefined;
    const directory = intactPayload(directoryName(range), bytes.subarray(4, rowsStart));
    return directory && new BlockSegment(bytes, directory, rowsStart);
  }

  /** The block's row as it was packed, not yet checked; undefined when the block is not in here. */
  find(hash: BlockHash): Uint8Array | undefined {
    const wanted = BlockHash.toBytes(hash);
    let start = this.rowsStart;
    for (let at = 0; at + ENTRY_BYTES <= this.directory.length; at += ENTRY_BYTES) {
      const end = start + readUint32(this.directory, at + HASH_BYTES + 4);
      if (equalBytes(this.directory.subarray(at, at + HASH_BYTES), wanted)) return this.bytes.subarray(start, end);
      start = end;
    }
    return undefined;
  }
}

/** @param records  header records of the range's heights, in order */
export function packHeaders(range: HeightRange, records: readonly Uint8Array[]): Uint8Array {
  return sealRow(rowNames.headers(...range), ...records);
}

/** The records of the range's heights, as views; undefined when the row is damaged. */
export function openHeaders([first, last]: HeightRange, row: unknown): readonly Uint8Array[] | undefined {
  const records = intactPayload(rowNames.headers(first, last), row);
  if (records?.length !== (last - first + 1) * HEADER_RECORD_BYTES) return undefined;
  return Array.from({ length: last - first + 1 }, (_, index) =>
    records.subarray(index * HEADER_RECORD_BYTES, (index + 1) * HEADER_RECORD_BYTES),
  );
}
