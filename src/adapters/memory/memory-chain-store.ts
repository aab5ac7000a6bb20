/** The chain store's twin in memory: same contract, any fault on demand. */
import type { BlockHash, StateKey } from '../../core/ids.ts';
import { assert } from '../../core/result.ts';
import type { ChainStore, ChainUpdate, StoredBlock, StoredTip } from '../../node/ports.ts';
import { rowNames } from '../indexeddb/chain-rows.ts';
import { assertUpdateFits, STALE_BLOCKS_MAX } from '../indexeddb/limits.ts';
import type { MemoryDisk, MemoryHandle } from './memory-disk.ts';

export class MemoryChainStore implements ChainStore {
  private readonly disk: MemoryDisk;
  private readonly handle: MemoryHandle;
  /** State keys in order; undefined when a commit has changed which there are. */
  private sortedKeys: readonly StateKey[] | undefined;

  constructor(disk: MemoryDisk) {
    this.disk = disk;
    this.handle = disk.attach('chain');
  }

  async loadTip(): Promise<StoredTip | undefined> {
    this.handle.begin('loadTip');
    const { tip } = this.disk.chain;
    if (!tip) return undefined;
    this.handle.read('loadTip', rowNames.tip);
    return { ...tip, accumulator: tip.accumulator.slice() };
  }

  async loadHeaders(from: number, count: number): Promise<readonly { hash: BlockHash; header: Uint8Array }[]> {
    this.handle.begin('loadHeaders');
    const { headers } = this.disk.chain;
    const found: { hash: BlockHash; header: Uint8Array }[] = [];
    for (let height = from; height < from + count && headers.has(height); height++) {
      this.handle.read('loadHeaders', rowNames.headers(height, height));
      const { hash, header } = headers.get(height)!;
      found.push({ hash, header: header.slice() });
    }
    return found;
  }

  async getBlock(hash: BlockHash): Promise<StoredBlock | undefined> {
    this.handle.begin('getBlock');
    const block = this.disk.chain.blocks.get(hash);
    if (!block) return undefined;
    this.handle.read('getBlock', rowNames.block(hash));
    return copyBlock(block);
  }

  async getUndo({ hash }: Pick<StoredBlock, 'hash'>): Promise<Uint8Array | undefined> {
    this.handle.begin('getUndo');
    const entry = this.disk.chain.undo.get(hash);
    if (!entry) return undefined;
    this.handle.read('getUndo', rowNames.undo(hash));
    return entry.undo.slice();
  }

  async getState(keys: readonly StateKey[]): Promise<readonly (Uint8Array | undefined)[]> {
    this.handle.begin('getState');
    return keys.map((key) => {
      const value = this.disk.chain.state.get(key);
      if (value) this.handle.read('getState', rowNames.state(key));
      return value?.slice();
    });
  }

  async scanState(
    after: StateKey | undefined,
    count: number,
  ): Promise<readonly { readonly key: StateKey; readonly value: Uint8Array }[]> {
    this.handle.begin('scanState');
    const { state } = this.disk.chain;
    this.sortedKeys ??= [...state.keys()].sort();
    const start = after === undefined ? 0 : firstAbove(this.sortedKeys, after);
    return this.sortedKeys.slice(start, start + Math.max(0, count)).map((key) => {
      this.handle.read('scanState', rowNames.state(key));
      return { key, value: state.get(key)!.slice() };
    });
  }

  async commit(update: ChainUpdate): Promise<void> {
    this.handle.begin('commit');
    const { chain } = this.disk;
    assertUpdateFits(update, chain.tip);
    for (const { hash, height, isStored } of update.connect) {
      const isThere = chain.blocks.has(hash) && chain.headers.get(height)?.hash === hash;
      assert(!isStored || isThere, `block ${hash} of height ${height} is not stored`);
    }
    this.handle.write('commit', rowsOf(update), () => {
      for (const { hash, height } of update.disconnect) {
        chain.headers.delete(height);
        chain.undo.delete(hash);
        chain.stale.add(hash);
      }
      for (const block of update.connect) {
        const { hash, height } = block;
        chain.stale.delete(hash);
        if (!block.isStored) {
          chain.blocks.set(hash, copyBlock(block));
          chain.headers.set(height, { hash, header: block.header.slice() });
        }
        chain.undo.set(hash, { height, undo: block.undo.slice() });
      }
      for (const [hash, { height }] of chain.undo) if (height < update.undoFloor) chain.undo.delete(hash);
      for (const hash of [...chain.stale].slice(0, Math.max(0, chain.stale.size - STALE_BLOCKS_MAX))) {
        chain.stale.delete(hash);
        chain.blocks.delete(hash);
      }
      for (const [key, value] of update.state) {
        if ((value === null) === chain.state.has(key)) this.sortedKeys = undefined;
        if (value === null) chain.state.delete(key);
        else chain.state.set(key, value.slice());
      }
      chain.tip = { ...update.tip, accumulator: update.tip.accumulator.slice() };
    });
  }

  async repairBlock(block: StoredBlock): Promise<void> {
    this.handle.begin('repairBlock');
    const { chain } = this.disk;
    const headerName = rowNames.headers(block.height, block.height);
    const headerLost = this.disk.isDamaged(headerName) && !chain.stale.has(block.hash);
    const rows = [rowNames.block(block.hash), ...(headerLost ? [headerName] : [])];
    this.handle.write('repairBlock', rows, () => {
      chain.blocks.set(block.hash, copyBlock(block));
      if (headerLost) chain.headers.set(block.height, { hash: block.hash, header: block.header.slice() });
    });
  }

  async dropChainstate(): Promise<void> {
    this.handle.begin('dropChainstate');
    this.handle.write('dropChainstate', [rowNames.tip], () => {
      this.disk.forgetChainstate();
      this.sortedKeys = undefined;
    });
    this.handle.close();
  }

  async reset(): Promise<void> {
    this.handle.begin('reset');
    this.handle.write('reset', [rowNames.tip], () => this.disk.forgetChain());
    this.handle.close();
  }

  async close(): Promise<void> {
    this.handle.close();
  }
}

/** Every row that an update writes, by name. */
function* rowsOf(update: ChainUpdate): Iterable<string> {
  for (const { height } of update.disconnect) yield rowNames.headers(height, height);
  for (const { hash, height, isStored } of update.connect) {
    if (!isStored) {
      yield rowNames.headers(height, height);
      yield rowNames.block(hash);
    }
    yield rowNames.undo(hash);
  }
  for (const key of update.state.keys()) yield rowNames.state(key);
  yield rowNames.tip;
}

/** The store keeps bytes of its own and hands out bytes of its own, as a database does. */
function copyBlock({ hash, height, header, body }: StoredBlock): StoredBlock {
  return { hash, height, header: header.slice(), body: body.slice() };
}

/** @returns index of the first key greater than `key` */
function firstAbove(keys: readonly StateKey[], key: StateKey): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}
