/** Main-chain headers by height, from wherever they lie: rows of their own, or segments. */
import { wrap } from 'idb';
import { getMany } from './connection.ts';
import { rowNames, type HeightRange } from './chain-rows.ts';
import { STORES } from './database.ts';
import { openHeaders } from './segments.ts';

export const HEADER_STORES = [STORES.headers, STORES.headerSegments];

export interface HeaderRun {
  /** Per height from the first asked for: its header record (hash and header), or undefined. */
  readonly records: readonly (Uint8Array | undefined)[];
  /** Rows and segments that failed their check. */
  readonly damaged: readonly HeightRange[];
}

/**
 * Reads heights `first` to `last` in one transaction over HEADER_STORES. A row of its own wins over a segment: that is
 * how a damaged segment is mended, header by header.
 */
export async function readHeaders(tx: IDBTransaction, first: number, last: number): Promise<HeaderRun> {
  const records = new Array<Uint8Array | undefined>(Math.max(0, last - first + 1)).fill(undefined);
  if (records.length === 0) return { records, damaged: [] };
  const damaged: HeightRange[] = [];
  const place = (range: HeightRange, row: unknown) => {
    const opened = openHeaders(range, row);
    if (!opened) damaged.push(range);
    opened?.forEach((record, index) => {
      const height = range[0] + index;
      if (height >= first && height <= last) records[height - first] = record;
    });
  };

  const segments = tx.objectStore(STORES.headerSegments);
  const rows = tx.objectStore(STORES.headers);
  const rowRange = IDBKeyRange.bound(first, last);
  const [segmentKeys, rowKeys, rowValues] = await Promise.all([
    wrap(segments.getAllKeys(IDBKeyRange.upperBound([last, Infinity]))),
    wrap(rows.getAllKeys(rowRange)),
    wrap(rows.getAll(rowRange)),
  ]);
  const ranges = segmentKeys
    .map(asRange)
    .filter((range): range is HeightRange => range !== undefined && range[1] >= first);
  const values = await getMany(
    segments,
    ranges.map(([from, to]) => [from, to]),
    (index) => rowNames.headers(...ranges[index]!),
  );
  ranges.forEach((range, index) => place(range, values[index]));
  rowKeys.forEach((height, index) => place([Number(height), Number(height)], rowValues[index]));
  return { records, damaged };
}

/** A segment's key, or undefined for one that no version of ours has written. */
export function asRange(key: IDBValidKey): HeightRange | undefined {
  return Array.isArray(key) && typeof key[0] === 'number' && typeof key[1] === 'number' ? [key[0], key[1]] : undefined;
}
