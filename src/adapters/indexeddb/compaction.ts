/**
 * Packs settled blocks and headers into segments, behind the back of the commits: one bounded step at a time, each its
 * own transaction, so that a crash leaves a height either in its row or in a segment. A commit waits for one step at most.
 */
import { wrap } from 'idb';
import { StoreFault } from '../../node/ports.ts';
import type { ChainIndex } from './chain-index.ts';
import { blocksAt, parseBlockKey, type HeightRange } from './chain-rows.ts';
import type { Connection } from './connection.ts';
import { STORES } from './database.ts';
import {
  lastHeightThatFits,
  openHeaders,
  packBlocks,
  packHeaders,
  SEGMENT_BYTES,
  SEGMENT_HEIGHTS,
  type PackedRow,
} from './segments.ts';

/** Blocks less deep than this stay rows of their own. */
const SETTLED_DEPTH = 1_000;

export interface CompactionLimits {
  readonly settledDepth: number;
  readonly segmentHeights: number;
  readonly segmentBytes: number;
}

export const COMPACTION_LIMITS: CompactionLimits = {
  settledDepth: SETTLED_DEPTH,
  segmentHeights: SEGMENT_HEIGHTS,
  segmentBytes: SEGMENT_BYTES,
};

/** Rows read at once: at the largest block size these are some tens of megabytes, usually well under one. */
const ROWS_PER_READ = 32;

export class Compactor {
  /** Why the last step failed. Nothing is lost by that: the rows stay, and the next commit tries again. */
  fault: StoreFault | undefined;
  private readonly connection: Connection;
  private readonly index: ChainIndex;
  private readonly limits: CompactionLimits;
  private running: Promise<void> | undefined;
  private requested = false;
  private stopped = false;
  /** Heights below are settled: deep enough, and without undo data, so that no update takes them off again. */
  private settledBelow = 0;

  constructor(connection: Connection, index: ChainIndex, limits: CompactionLimits) {
    this.connection = connection;
    this.index = index;
    this.limits = limits;
  }

  /**
   * Tells how far the chain is settled after a commit, and sees to it that the rest is packed. Steps follow one another, but
   * transactions run in the order they were opened, so a commit gets its turn after the step under way.
   */
  settle(tipHeight: number, undoFloor: number): void {
    this.settledBelow = Math.min(tipHeight - this.limits.settledDepth + 1, undoFloor);
    this.requested = true;
    if (!this.stopped) this.running ??= this.run();
  }

  /** Resolves when no step is under way. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.idle();
  }

  private async run(): Promise<void> {
    try {
      while (this.requested && !this.stopped) {
        this.requested = false;
        while (!this.stopped && (await this.step()));
      }
      this.fault = undefined;
    } catch (fault) {
      if (!(fault instanceof StoreFault)) throw fault;
      this.fault = fault;
    } finally {
      this.running = undefined;
    }
  }

  private async step(): Promise<boolean> {
    const { nextHeader, nextBlock } = this.index;
    const { segmentHeights } = this.limits;
    if (nextHeader !== undefined) {
      // Aligned, so that the names of segments are round numbers.
      const last = nextHeader - (nextHeader % segmentHeights) + segmentHeights - 1;
      if (last < this.settledBelow) {
        await this.packHeaders([nextHeader, last]);
        return true;
      }
    }
    if (nextBlock !== undefined && nextBlock + segmentHeights <= this.settledBelow) {
      await this.packBlocks(nextBlock);
      return true;
    }
    return false;
  }

  /** Headers of a range with a damaged or missing row stay rows of their own, so that the damage keeps its height. */
  private async packHeaders(range: HeightRange): Promise<void> {
    const [first, last] = range;
    const heights = IDBKeyRange.bound(first, last);
    await this.connection.write([STORES.headers, STORES.headerSegments], 'relaxed', async (tx) => {
      const rows = tx.objectStore(STORES.headers);
      const [keys, values] = await Promise.all([wrap(rows.getAllKeys(heights)), wrap(rows.getAll(heights))]);
      const records = values.flatMap((value, index) => {
        const height = Number(keys[index]);
        return openHeaders([height, height], value) ?? [];
      });
      if (records.length !== last - first + 1) return;
      tx.objectStore(STORES.headerSegments).put(packHeaders(range, records), [first, last]);
      rows.delete(heights);
    });
    this.index.nextHeader = last + 1;
  }

  private async packBlocks(first: number): Promise<void> {
    const { segmentHeights, segmentBytes } = this.limits;
    const end = first + segmentHeights - 1;
    const result = await this.connection.write([STORES.blocks, STORES.blockSegments], 'relaxed', async (tx) => {
      const blocks = tx.objectStore(STORES.blocks);
      const read: PackedRow[] = [];
      let bytes = 0;
      let keys = blocksAt(first, end);
      let complete = false;
      // A height may have several rows, so one more height is read before the last whole one is known.
      while (!complete && (bytes < segmentBytes || read[0]?.height === read.at(-1)?.height)) {
        const [rowKeys, values] = await Promise.all([
          wrap(blocks.getAllKeys(keys, ROWS_PER_READ)),
          wrap(blocks.getAll(keys, ROWS_PER_READ)),
        ]);
        complete = rowKeys.length < ROWS_PER_READ;
        rowKeys.forEach((key, index) => {
          const block = parseBlockKey(key);
          if (!block) return;
          // What is no row at all becomes an empty one: still damaged, and still found by its hash.
          const value: unknown = values[index];
          const row = value instanceof Uint8Array ? value : new Uint8Array();
          read.push({ ...block, row });
          bytes += row.length;
        });
        if (!complete) keys = IDBKeyRange.bound(rowKeys.at(-1), keys.upper, true, true);
      }
      const range: HeightRange = [first, lastHeightThatFits(read, segmentBytes, complete ? end : undefined)];
      const gone = read.filter(({ height }) => height <= range[1]);
      const packed = gone.filter(({ hash }) => !this.index.stale.has(hash));
      tx.objectStore(STORES.blockSegments).put(packBlocks(range, packed), [...range]);
      blocks.delete(blocksAt(...range));
      return { range, packed, gone };
    });
    await this.index.addSegment(result.range, result.packed, result.gone);
  }
}
