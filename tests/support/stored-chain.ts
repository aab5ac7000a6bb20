/**
 * Chains for the stores' tests: seeded blocks of arbitrary bytes (a store does not judge what it keeps), and a plain model
 * of what must be found after each update.
 */
import { BlockHash, StateKey } from '../../src/core/ids.ts';
import type { ChainStore, ChainUpdate, StoredBlock, StoredTip } from '../../src/node/ports.ts';
import { Seeded } from './seeded.ts';

interface ConnectedBlock extends StoredBlock {
  readonly undo: Uint8Array;
  /** State before the block, for the keys it changed. */
  readonly before: ReadonlyMap<StateKey, Uint8Array | null>;
}

export interface ChainOptions {
  readonly seed?: number;
  readonly firstHeight?: number;
  readonly bodyBytes?: number;
  /** How many keys there are to write. */
  readonly stateKeys?: number;
  readonly stateKeysPerBlock?: number;
  /** Blocks at the top whose undo data is kept. */
  readonly undoDepth?: number;
}

/** A growing chain and what a store must hold of it. */
export class StoredChain {
  readonly random: Seeded;
  readonly main: ConnectedBlock[] = [];
  readonly state = new Map<StateKey, Uint8Array>();
  tip: StoredTip | undefined;
  private readonly options: Required<ChainOptions>;
  private readonly keys: readonly StateKey[];

  constructor(options: ChainOptions = {}) {
    const defaults = { seed: 1, firstHeight: 0, bodyBytes: 400, stateKeys: 40, stateKeysPerBlock: 6, undoDepth: 1_000 };
    this.options = { ...defaults, ...options };
    this.random = new Seeded(this.options.seed);
    this.keys = Array.from({ length: this.options.stateKeys }, () =>
      StateKey.of(this.random.bytes(1 + this.random.below(33))),
    );
  }

  get height(): number {
    return this.options.firstHeight + this.main.length - 1;
  }

  /** The lowest height whose undo data is kept; never sinks, what is gone is gone. */
  undoFloor = 0;

  /** An update that takes `disconnect` blocks off the top and puts `connect` new ones on; the model is changed already. */
  update(connect: number, disconnect = 0): ChainUpdate {
    const removed = Array.from({ length: disconnect }, () => this.disconnectTop());
    const added = Array.from({ length: connect }, () => this.newBlock());
    return this.describe(removed, added);
  }

  /** An update that goes back to blocks disconnected before: `branch` lowest first, on the top left by `disconnect`. */
  reconnect(disconnect: number, branch: readonly ConnectedBlock[]): ChainUpdate {
    const removed = Array.from({ length: disconnect }, () => this.disconnectTop());
    return this.describe(
      removed,
      branch.map((block) => this.connect(block.hash, block.header, block.body)),
    );
  }

  private describe(removed: readonly ConnectedBlock[], added: readonly ConnectedBlock[]): ChainUpdate {
    const changed = [...removed, ...added].flatMap((block) => [...block.before.keys()]);
    const accumulator = this.random.bytes(64);
    this.tip = { hash: this.main.at(-1)!.hash, height: this.height, accumulator };
    this.undoFloor = Math.max(this.undoFloor, this.height - this.options.undoDepth + 1);
    return {
      disconnect: removed.map(({ hash, height }) => ({ hash, height })),
      connect: added.map(({ hash, height, header, body, undo }) => ({ hash, height, header, body, undo })),
      state: new Map(changed.map((key) => [key, this.state.get(key) ?? null])),
      tip: this.tip,
      undoFloor: this.undoFloor,
    };
  }

  private newBlock(): ConnectedBlock {
    const body = this.random.bytes(this.random.below(2 * this.options.bodyBytes));
    return this.connect(BlockHash.of(this.random.bytes(32)), this.random.bytes(112), body);
  }

  private connect(hash: BlockHash, header: Uint8Array, body: Uint8Array): ConnectedBlock {
    const before = new Map<StateKey, Uint8Array | null>();
    for (let i = 0; i < this.options.stateKeysPerBlock; i++) {
      const key = this.keys[this.random.below(this.keys.length)]!;
      if (!before.has(key)) before.set(key, this.state.get(key) ?? null);
      if (this.random.below(5) === 0) this.state.delete(key);
      else this.state.set(key, this.random.bytes(this.random.below(80)));
    }
    const block = { hash, height: this.height + 1, header, body, undo: this.random.bytes(100), before };
    this.main.push(block);
    return block;
  }

  private disconnectTop(): ConnectedBlock {
    const block = this.main.pop()!;
    for (const [key, value] of block.before) {
      if (value === null) this.state.delete(key);
      else this.state.set(key, value);
    }
    return block;
  }
}

/** All that a store tells of its main chain, in one comparable value. */
export async function readStore(store: ChainStore, chain: StoredChain) {
  const hashes = chain.main.map(({ hash }) => hash);
  return {
    tip: await store.loadTip(),
    headers: await store.loadHeaders(chain.main[0]?.height ?? 0, chain.main.length + 10),
    blocks: await Promise.all(hashes.map((hash) => store.getBlock(hash))),
    undo: await Promise.all(chain.main.map((block) => store.getUndo(block))),
    state: await store.scanState(undefined, 10_000),
  };
}

/** What `readStore` must return. */
export function expectedStore(chain: StoredChain): Awaited<ReturnType<typeof readStore>> {
  return {
    tip: chain.tip,
    headers: chain.main.map(({ hash, header }) => ({ hash, header })),
    blocks: chain.main.map(({ hash, height, header, body }) => ({ hash, height, header, body })),
    undo: chain.main.map(({ height, undo }) => (height < chain.undoFloor ? undefined : undo)),
    state: [...chain.state].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => ({ key, value })),
  };
}
