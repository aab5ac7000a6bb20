/** Block commits in a browser page, side by side with bare IndexedDB writing the same bytes. */
import { IndexedDbChainStore } from '../../../src/adapters/indexeddb/chain-store.ts';
import { deleteNodeDatabase } from '../../../src/adapters/indexeddb/database.ts';
import { BlockHash, StateKey } from '../../../src/core/ids.ts';
import type { ChainUpdate } from '../../../src/node/ports.ts';
import { median } from '../median.ts';

export interface BlockCommitFigures {
  /** Written per block: header, body, undo data and state, without keys. */
  readonly bytesPerBlock: number;
  /** Blocks a second, one commit per block: how a tip moves. */
  readonly single: SideBySide;
  /** Blocks a second, a batch of blocks a commit: how a chain is synced. */
  readonly batched: SideBySide;
}

export interface SideBySide {
  readonly store: number;
  /** The same bytes under the same keys with nothing but put(), as many blocks a transaction, and as durable. */
  readonly bare: number;
}

const BLOCKS = 500;
const BATCH = 100;
const STATE_KEYS_PER_BLOCK = 60;
const BODY_BYTES = 5_000;
const ROUNDS = 3;

interface Load {
  readonly blocks: ChainUpdate['connect'];
  readonly state: readonly (readonly [StateKey, Uint8Array])[][];
}

export async function measureBlockCommit(): Promise<BlockCommitFigures> {
  const load = makeLoad(BLOCKS);
  return {
    bytesPerBlock: bytesOf(load) / BLOCKS,
    single: await compare(firstOf(load, BATCH), 1, 'strict'),
    batched: await compare(load, BATCH, 'relaxed'),
  };
}

async function compare(load: Load, batch: number, durability: IDBTransactionDurability): Promise<SideBySide> {
  const [store, bare]: [number[], number[]] = [[], []];
  // Takes turns, so that a busy moment of the machine meets both.
  for (let round = 0; round < ROUNDS; round++) {
    store.push(await timed(() => commitToStore(load, batch)));
    bare.push(await timed(() => putBare(load, batch, durability)));
  }
  return { store: load.blocks.length / median(store), bare: load.blocks.length / median(bare) };
}

function firstOf({ blocks, state }: Load, count: number): Load {
  return { blocks: blocks.slice(0, count), state: state.slice(0, count) };
}

/** @returns seconds */
async function timed(run: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await run();
  return (performance.now() - startMs) / 1000;
}

function makeLoad(blocks: number): Load {
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  return {
    blocks: Array.from({ length: blocks }, (_, height) => ({
      hash: BlockHash.of(random(32)),
      height,
      header: random(112),
      body: random(BODY_BYTES),
      undo: random(20 * STATE_KEYS_PER_BLOCK),
    })),
    state: Array.from({ length: blocks }, () =>
      Array.from({ length: STATE_KEYS_PER_BLOCK }, () => [StateKey.of(random(33)), random(60)] as const),
    ),
  };
}

function bytesOf({ blocks, state }: Load): number {
  const ofBlocks = blocks.reduce((sum, { header, body, undo }) => sum + header.length + body.length + undo.length, 0);
  return state.flat().reduce((sum, [, value]) => sum + value.length, ofBlocks);
}

function* batchesOf(load: Load, batch: number): Iterable<Load> {
  for (let from = 0; from < load.blocks.length; from += batch) {
    yield { blocks: load.blocks.slice(from, from + batch), state: load.state.slice(from, from + batch) };
  }
}

async function commitToStore(load: Load, batch: number): Promise<void> {
  const name = `medmesh-bench/${crypto.randomUUID()}`;
  const store = await IndexedDbChainStore.open(name);
  for (const { blocks, state } of batchesOf(load, batch)) {
    const { hash, height } = blocks.at(-1)!;
    await store.commit({
      disconnect: [],
      connect: blocks,
      state: new Map(state.flat()),
      tip: { hash, height, accumulator: new Uint8Array(2_048) },
      undoFloor: 0,
    });
  }
  await store.close();
  await deleteNodeDatabase(name);
}

async function putBare(load: Load, batch: number, durability: IDBTransactionDurability): Promise<void> {
  const name = `medmesh-bench/${crypto.randomUUID()}`;
  const opening = indexedDB.open(name);
  const stores = ['headers', 'blocks', 'undo', 'state'] as const;
  opening.onupgradeneeded = () => stores.forEach((store) => opening.result.createObjectStore(store));
  await settled(opening);
  const database = opening.result;
  for (const { blocks, state } of batchesOf(load, batch)) {
    const tx = database.transaction(stores, 'readwrite', { durability });
    const [headers, bodies, undos, values] = stores.map((store) => tx.objectStore(store)) as [
      IDBObjectStore,
      IDBObjectStore,
      IDBObjectStore,
      IDBObjectStore,
    ];
    for (const { hash, height, header, body, undo } of blocks) {
      headers.put(header, height);
      bodies.put(body, hash);
      undos.put(undo, hash);
    }
    for (const [key, value] of state.flat()) values.put(value, key);
    await new Promise((resolve, reject) => {
      tx.oncomplete = resolve;
      tx.onabort = () => reject(tx.error as DOMException);
    });
  }
  database.close();
  await settled(indexedDB.deleteDatabase(name));
}

function settled(request: IDBRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error as DOMException);
  });
}
