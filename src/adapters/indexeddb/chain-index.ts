/**
 * What the chain store keeps in memory, all of it read from keys and header rows when the database opens, so that there
 * is no second copy on the disk that could disagree: where each block lies, which blocks are disconnected, and how far
 * packing has come. One writer per database (profile/claim-profile.ts) keeps it true.
 */
import { wrap } from 'idb';
import { HASH_BYTES } from '../../core/hash.ts';
import { BlockHash } from '../../core/ids.ts';
import { StoreFault, type ChainUpdate, type StoredTip } from '../../node/ports.ts';
import { openTip, parseBlockKey, rowNames, type HeightRange } from './chain-rows.ts';
import { getOne, type Connection } from './connection.ts';
import { STORES } from './database.ts';
import { asRange, HEADER_STORES, readHeaders } from './header-reader.ts';
import { STALE_BLOCKS_MAX } from './limits.ts';
import { PackedTails, type PackedBlock } from './packed-tails.ts';

/** Packed heights whose headers are read at once while tails are collected. */
const TAIL_BATCH_HEIGHTS = 10_000;

export class ChainIndex {
  /** The tip last committed; undefined on a fresh profile, or when its row is damaged. */
  tip: Pick<StoredTip, 'hash' | 'height'> | undefined;
  /** Blocks with a row of their own. */
  readonly rows = new Map<BlockHash, number>();
  /** Disconnected blocks, lowest first when loaded, then in the order they were disconnected: a part of `rows`. */
  readonly stale = new Set<BlockHash>();
  /** Lowest and highest height with a main-chain header, the tip's or above it; undefined on a fresh profile. */
  firstHeight: number | undefined;
  lastHeight: number | undefined;
  /** First height whose block, and whose header, is not packed yet; undefined while there is none at all. */
  nextBlock: number | undefined;
  nextHeader: number | undefined;
  private readonly blockSegments: HeightRange[] = [];
  private tails: Promise<PackedTails> | undefined;

  static async load(connection: Connection): Promise<ChainIndex> {
    const index = new ChainIndex();
    const stores = [STORES.tip, STORES.blocks, STORES.blockSegments, ...HEADER_STORES];
    await connection.read(stores, async (tx) => {
      const [tipRow, blockKeys, blockSegmentKeys, headerSegmentKeys, headerKeys] = await Promise.all([
        getOne(tx.objectStore(STORES.tip), rowNames.tip, rowNames.tip),
        wrap(tx.objectStore(STORES.blocks).getAllKeys()),
        wrap(tx.objectStore(STORES.blockSegments).getAllKeys()),
        wrap(tx.objectStore(STORES.headerSegments).getAllKeys()),
        wrap(tx.objectStore(STORES.headers).getAllKeys()),
      ]);
      const blocks = blockKeys.map(parseBlockKey).filter((block) => block !== undefined);
      for (const { hash, height } of blocks) index.rows.set(hash, height);
      index.tip = tipOrNothing(tipRow);
      index.blockSegments.push(...blockSegmentKeys.map(asRange).filter((range) => range !== undefined));
      const blocksEnd = index.blockSegments.at(-1)?.[1];
      const headerSegments = headerSegmentKeys.map(asRange).filter((range) => range !== undefined);
      const headersEnd = headerSegments.at(-1)?.[1];
      const headerRows = headerKeys.filter((key) => typeof key === 'number');
      index.nextBlock = blocksEnd === undefined ? blocks[0]?.height : blocksEnd + 1;
      index.nextHeader = headersEnd === undefined ? headerRows[0] : headersEnd + 1;
      index.firstHeight = headerSegments[0]?.[0] ?? headerRows[0];
      const lastHeight = Math.max(index.tip?.height ?? -1, headerRows.at(-1) ?? -1, headersEnd ?? -1);
      index.lastHeight = lastHeight < 0 ? undefined : lastHeight;
      await index.findStale(tx, blocks.at(-1)?.height ?? -1);
    });
    return index;
  }

  /** A block that is not the main chain's at its height is disconnected; below the packed heights, it is a repaired one. */
  private async findStale(tx: IDBTransaction, highest: number): Promise<void> {
    const lowest = this.nextBlock ?? 0;
    const { records } = await readHeaders(tx, lowest, highest);
    const isMain = (hash: BlockHash, height: number) => {
      const record = records[height - lowest];
      // No header to compare with: damaged below the tip, so rather keep the block; above the tip, disconnected.
      if (!record) return this.lastHeight === undefined || height <= this.lastHeight;
      return BlockHash.of(record.subarray(0, HASH_BYTES)) === hash;
    };
    for (const [hash, height] of this.rows) if (height >= lowest && !isMain(hash, height)) this.stale.add(hash);
  }

  /** The stale blocks that an update pushes out. */
  excessStale(update: ChainUpdate): readonly PackedBlock[] {
    const connected = new Set(update.connect.map(({ hash }) => hash));
    const disconnected = update.disconnect.filter(({ hash }) => this.rows.has(hash)).map(({ hash }) => hash);
    const after = [...this.stale, ...disconnected].filter((hash) => !connected.has(hash));
    return after
      .slice(0, Math.max(0, after.length - STALE_BLOCKS_MAX))
      .map((hash) => ({ hash, height: this.rows.get(hash)! }));
  }

  /** Once an update is stored, and not before. */
  apply(update: ChainUpdate, dropped: readonly PackedBlock[]): void {
    // A packed one, disconnected while the chain is connected anew, stays in its segment.
    for (const { hash } of update.disconnect) if (this.rows.has(hash)) this.stale.add(hash);
    for (const { hash, height, isStored } of update.connect) {
      this.stale.delete(hash);
      if (!isStored) this.rows.set(hash, height);
    }
    this.forget(dropped);
    const reachesAbove = this.lastHeight !== undefined && this.lastHeight > (this.tip?.height ?? -1);
    this.tip = { hash: update.tip.hash, height: update.tip.height };
    this.lastHeight = Math.max(update.tip.height, reachesAbove ? this.lastHeight! : 0);
    this.firstHeight ??= update.connect[0]?.height;
    this.nextBlock ??= this.firstHeight;
    this.nextHeader ??= this.firstHeight;
  }

  /** After a segment is stored: `gone` are the rows it replaced, disconnected blocks of its heights among them. */
  async addSegment(range: HeightRange, packed: readonly PackedBlock[], gone: readonly PackedBlock[]): Promise<void> {
    this.forget(gone);
    this.blockSegments.push(range);
    this.nextBlock = range[1] + 1;
    // Tails that failed to load are loaded anew, this segment among them.
    await this.tails?.then(
      (tails) => tails.addBlocks(packed),
      () => undefined,
    );
  }

  /** Segments that may hold the block: nearly always the one that does, or none. */
  async packedPlaces(connection: Connection, hash: BlockHash): Promise<readonly HeightRange[]> {
    if (this.blockSegments.length === 0) return [];
    const tails = await this.loadTails(connection);
    const heights = tails.find(hash);
    return this.blockSegments.filter(
      ([first, last]) =>
        heights.some((height) => first <= height && height <= last) ||
        tails.unknown.some((range) => range[0] <= last && first <= range[1]),
    );
  }

  /** Read from the headers when first asked for: most tabs never serve a settled block. */
  private loadTails(connection: Connection): Promise<PackedTails> {
    this.tails ??= this.readTails(connection).catch((fault: unknown) => {
      this.tails = undefined;
      throw fault;
    });
    return this.tails;
  }

  private async readTails(connection: Connection): Promise<PackedTails> {
    const tails = new PackedTails();
    const end = this.nextBlock ?? 0;
    for (let first = this.blockSegments[0]?.[0] ?? end; first < end; first += TAIL_BATCH_HEIGHTS) {
      const last = Math.min(first + TAIL_BATCH_HEIGHTS, end) - 1;
      tails.addHeaders(first, await connection.read(HEADER_STORES, (tx) => readHeaders(tx, first, last)));
    }
    return tails;
  }

  private forget(blocks: readonly PackedBlock[]): void {
    for (const { hash } of blocks) {
      this.rows.delete(hash);
      this.stale.delete(hash);
    }
  }
}

/** A damaged tip is for loadTip to report; the index only does without. */
function tipOrNothing(row: unknown): StoredTip | undefined {
  if (row === undefined) return undefined;
  try {
    return openTip(row);
  } catch (fault) {
    if (fault instanceof StoreFault) return undefined;
    throw fault;
  }
}
