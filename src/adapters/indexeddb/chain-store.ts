/** The chain on IndexedDB: one transaction per change of tip, every row checked when it is read. */
import { wrap } from 'idb';
import { fromHex } from '../../core/bytes.ts';
import { HASH_BYTES } from '../../core/hash.ts';
import { BlockHash, StateKey } from '../../core/ids.ts';
import type { ChainStore, ChainUpdate, StoredBlock, StoredTip, StoreFault } from '../../node/ports.ts';
import { ChainIndex } from './chain-index.ts';
import {
  blockKey,
  blocksBelow,
  openBlock,
  openTip,
  rowNames,
  sealBlock,
  sealHeader,
  sealTip,
  type HeightRange,
} from './chain-rows.ts';
import { COMPACTION_LIMITS, Compactor, type CompactionLimits } from './compaction.ts';
import { getMany, getOne, type Connection } from './connection.ts';
import { openNodeDatabase, STORES } from './database.ts';
import { HEADER_STORES, readHeaders } from './header-reader.ts';
import { assertUpdateFits } from './limits.ts';
import { corruptRow, openRow, sealRow } from './row-checksum.ts';
import { BlockSegment } from './segments.ts';

/** From this many blocks on, an update is a batch of a sync: it need not wait for the disk, peers still have it all. */
const SYNC_BATCH_BLOCKS = 8;

/** Segments kept in memory: a peer that syncs from us asks for one block after the other. */
const SEGMENTS_CACHED = 2;

/** What follows from headers and blocks. */
const CHAINSTATE_STORES = [STORES.tip, STORES.undo, STORES.state];

const COMMIT_STORES = [...CHAINSTATE_STORES, STORES.headers, STORES.blocks];

/** All that is the chain's: blobs and private rows are not. */
const CHAIN_STORES = [...COMMIT_STORES, STORES.headerSegments, STORES.blockSegments];

export class IndexedDbChainStore implements ChainStore {
  private readonly connection: Connection;
  private readonly index: ChainIndex;
  private readonly compactor: Compactor;
  private readonly segments = new Map<HeightRange, BlockSegment>();

  private constructor(connection: Connection, index: ChainIndex, limits: CompactionLimits) {
    this.connection = connection;
    this.index = index;
    this.compactor = new Compactor(connection, index, limits);
  }

  /**
   * Opens the chain in a node database (database.ts), or begins one.
   * @throws StoreFault, see openConnection; damaged rows do not keep a chain from opening
   */
  static async open(databaseName: string, limits: Partial<CompactionLimits> = {}): Promise<IndexedDbChainStore> {
    const connection = await openNodeDatabase(databaseName);
    try {
      const index = await ChainIndex.load(connection);
      return new IndexedDbChainStore(connection, index, { ...COMPACTION_LIMITS, ...limits });
    } catch (fault) {
      connection.close();
      throw fault;
    }
  }

  async loadTip(): Promise<StoredTip | undefined> {
    const row = await this.connection.read([STORES.tip], (tx) =>
      getOne(tx.objectStore(STORES.tip), rowNames.tip, rowNames.tip),
    );
    return row === undefined ? undefined : openTip(row);
  }

  async loadHeaders(from: number, count: number): Promise<readonly { hash: BlockHash; header: Uint8Array }[]> {
    const { firstHeight = Infinity, lastHeight = -1, tip } = this.index;
    const last = Math.min(from + count - 1, lastHeight);
    // A chain that began above `from` has no such headers; any gap up to the tip is a loss.
    if (from < firstHeight || from > last) return [];
    const { records, damaged } = await this.connection.read(HEADER_STORES, (tx) => readHeaders(tx, from, last));
    const gap = records.indexOf(undefined);
    if (gap >= 0) {
      const height = from + gap;
      const lost = damaged.find((range) => range[0] <= height && height <= range[1]);
      if (lost) throw corruptRow(rowNames.headers(...lost));
      if (tip && height <= tip.height) throw corruptRow(rowNames.headers(height, height));
    }
    return records.slice(0, gap < 0 ? records.length : gap).map((record) => ({
      hash: BlockHash.of(record!.subarray(0, HASH_BYTES)),
      header: record!.slice(HASH_BYTES),
    }));
  }

  async getBlock(hash: BlockHash): Promise<StoredBlock | undefined> {
    const row = await this.readBlockRow(hash);
    if (row !== undefined) return openBlock(hash, row);
    for (const range of await this.index.packedPlaces(this.connection, hash)) {
      const segment = await this.loadSegment(range);
      if (!segment) throw corruptRow(rowNames.block(hash));
      const packed = segment.find(hash);
      if (packed) return openBlock(hash, packed);
    }
    return undefined;
  }

  async getUndo({ hash, height }: Pick<StoredBlock, 'hash' | 'height'>): Promise<Uint8Array | undefined> {
    const name = rowNames.undo(hash);
    const row = await this.connection.read([STORES.undo], (tx) =>
      getOne(tx.objectStore(STORES.undo), blockKey(height, hash), name),
    );
    return row === undefined ? undefined : openRow(name, row).slice();
  }

  async getState(keys: readonly StateKey[]): Promise<readonly (Uint8Array | undefined)[]> {
    const nameOf = (index: number) => rowNames.state(keys[index]!);
    const rows = await this.connection.read([STORES.state], (tx) =>
      getMany(tx.objectStore(STORES.state), keys, nameOf),
    );
    return rows.map((row, index) => (row === undefined ? undefined : openRow(nameOf(index), row).slice()));
  }

  async scanState(
    after: StateKey | undefined,
    count: number,
  ): Promise<readonly { readonly key: StateKey; readonly value: Uint8Array }[]> {
    // To getAll a count of 0 means all of them.
    if (count <= 0) return [];
    const range = after === undefined ? null : IDBKeyRange.lowerBound(after, true);
    const [keys, rows] = await this.connection.read([STORES.state], (tx) => {
      const state = tx.objectStore(STORES.state);
      return Promise.all([wrap(state.getAllKeys(range, count)), wrap(state.getAll(range, count))]);
    });
    return keys.map((text, index) => {
      const key = parseStateKey(text);
      return { key, value: openRow(rowNames.state(key), rows[index]).slice() };
    });
  }

  async commit(update: ChainUpdate): Promise<void> {
    assertUpdateFits(update, this.index.tip);
    const dropped = this.index.excessStale(update);
    const batch = update.connect.length >= SYNC_BATCH_BLOCKS;
    await this.connection.write(COMMIT_STORES, batch ? 'relaxed' : 'strict', (tx) => {
      const headers = tx.objectStore(STORES.headers);
      const blocks = tx.objectStore(STORES.blocks);
      const undo = tx.objectStore(STORES.undo);
      const state = tx.objectStore(STORES.state);
      for (const { hash, height } of update.disconnect) {
        headers.delete(height);
        undo.delete(blockKey(height, hash));
      }
      for (const block of update.connect) {
        const key = blockKey(block.height, block.hash);
        if (!block.isStored) {
          headers.put(sealHeader(block), block.height);
          blocks.put(sealBlock(block), key);
        }
        if (block.height >= update.undoFloor) undo.put(sealRow(rowNames.undo(block.hash), block.undo), key);
      }
      for (const { hash, height } of dropped) blocks.delete(blockKey(height, hash));
      for (const [key, value] of update.state) {
        if (value === null) state.delete(key);
        else state.put(sealRow(rowNames.state(key), value), key);
      }
      undo.delete(blocksBelow(update.undoFloor));
      tx.objectStore(STORES.tip).put(sealTip(update.tip), rowNames.tip);
    });
    this.index.apply(update, dropped);
    this.compactor.settle(update.tip.height, update.undoFloor);
  }

  async repairBlock(block: StoredBlock): Promise<void> {
    const { hash, height } = block;
    await this.connection.write([STORES.blocks, ...HEADER_STORES], 'strict', async (tx) => {
      const { records } = await readHeaders(tx, height, height);
      const { firstHeight = Infinity, lastHeight = -1 } = this.index;
      // A header lost with its block comes back with it; a header that is there says itself whose height this is.
      const headerLost = !records[0] && height >= firstHeight && height <= lastHeight && !this.index.stale.has(hash);
      if (headerLost) tx.objectStore(STORES.headers).put(sealHeader(block), height);
      tx.objectStore(STORES.blocks).put(sealBlock(block), blockKey(height, hash));
    });
    this.index.rows.set(hash, height);
  }

  dropChainstate(): Promise<void> {
    return this.clearAndClose(CHAINSTATE_STORES);
  }

  reset(): Promise<void> {
    return this.clearAndClose(CHAIN_STORES);
  }

  async close(): Promise<void> {
    await this.compactor.stop();
    this.connection.close();
  }

  /** Resolves when the packing that earlier commits gave rise to has ended: well, or with a fault. */
  async settled(): Promise<StoreFault | undefined> {
    await this.compactor.idle();
    return this.compactor.fault;
  }

  private async clearAndClose(stores: readonly string[]): Promise<void> {
    await this.compactor.stop();
    const cleared = this.connection.write(stores, 'strict', (tx) => {
      for (const store of stores) tx.objectStore(store).clear();
    });
    // At once: a commit that came after would stand on a state that is gone.
    this.connection.close();
    await cleared;
  }

  /** The row of a block that has its own; undefined for one that is packed or unknown. */
  private async readBlockRow(hash: BlockHash): Promise<unknown> {
    const name = rowNames.block(hash);
    const read = async () => {
      const height = this.index.rows.get(hash);
      if (height === undefined) return undefined;
      return this.connection.read([STORES.blocks], (tx) =>
        getOne(tx.objectStore(STORES.blocks), blockKey(height, hash), name),
      );
    };
    const row = await read();
    if (row !== undefined || !this.index.rows.has(hash)) return row;
    // Packed a moment ago, most likely, and the index is about to learn of it.
    await this.compactor.idle();
    const again = await read();
    if (again === undefined && this.index.rows.has(hash)) throw corruptRow(name);
    return again;
  }

  private async loadSegment(range: HeightRange): Promise<BlockSegment | undefined> {
    const cached = this.segments.get(range);
    if (cached) return cached;
    const [first, last] = range;
    const bytes = await this.connection.read([STORES.blockSegments], (tx) =>
      getOne(tx.objectStore(STORES.blockSegments), [first, last], `blocks ${first}-${last}`),
    );
    const segment = BlockSegment.open(range, bytes);
    if (!segment) return undefined;
    const oldest = this.segments.keys().next().value;
    if (oldest && this.segments.size >= SEGMENTS_CACHED) this.segments.delete(oldest);
    this.segments.set(range, segment);
    return segment;
  }
}

function parseStateKey(text: IDBValidKey): StateKey {
  const bytes = typeof text === 'string' ? fromHex(text) : undefined;
  if (!bytes) throw corruptRow(`state ${String(text)}`);
  return StateKey.of(bytes);
}
