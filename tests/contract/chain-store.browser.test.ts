import { cdp } from 'vitest/browser';
import { describe, expect, it, onTestFinished } from 'vitest';
import { IndexedDbChainStore } from '../../src/adapters/indexeddb/chain-store.ts';
import type { CompactionLimits } from '../../src/adapters/indexeddb/compaction.ts';
import { deleteNodeDatabase, listNodeDatabases, nodeDatabaseName } from '../../src/adapters/indexeddb/database.ts';
import { NetworkId } from '../../src/core/ids.ts';
import {
  abortAtPut,
  changeRaw,
  damageRow,
  freshDatabaseName,
  settleRequest,
  withQuota,
} from '../support/indexed-db.ts';
import { expectedStore, readStore, StoredChain } from '../support/stored-chain.ts';
import { describeChainStore, type ChainStoreFixture } from './suites/chain-store.ts';
import { damagedRow, faultCode } from './suites/store-faults.ts';

/** Packs within a few blocks what otherwise takes thousands. */
const SMALL: CompactionLimits = { settledDepth: 4, segmentHeights: 5, segmentBytes: 2_000 };

function makeFixture(limits: Partial<CompactionLimits>): ChainStoreFixture {
  const name = freshDatabaseName();
  return {
    open: () => IndexedDbChainStore.open(name, limits),
    damage: (row) => damageRow(name, row),
    abortAtWrite: abortAtPut,
    settle: async (store) => {
      expect(await (store as IndexedDbChainStore).settled()).toBeUndefined();
    },
    dispose: () => deleteNodeDatabase(name),
  };
}

describeChainStore('IndexedDB, every block a row', { undoDepth: 8, makeFixture: () => makeFixture({}) });
describeChainStore('IndexedDB, small segments', { undoDepth: 8, makeFixture: () => makeFixture(SMALL) });

async function openStore(name: string, limits: Partial<CompactionLimits> = SMALL): Promise<IndexedDbChainStore> {
  const store = await IndexedDbChainStore.open(name, limits);
  onTestFinished(async () => {
    await store.close();
    await deleteNodeDatabase(name);
  });
  return store;
}

async function countRows(name: string, store: string): Promise<number> {
  let count = 0;
  await changeRaw(name, [store], async (tx) => {
    count = await settleRequest(tx.objectStore(store).count());
  });
  return count;
}

describe('IndexedDbChainStore: segments', () => {
  it('leaves few rows behind', async () => {
    const name = freshDatabaseName();
    const store = await openStore(name);
    const chain = new StoredChain({ undoDepth: 8 });
    for (let round = 0; round < 10; round++) await store.commit(chain.update(10));
    await store.settled();
    expect(await countRows(name, 'blocks')).toBeLessThan(8 + 5 + 1);
    expect(await countRows(name, 'headers')).toBeLessThan(8 + 5 + 1);
    expect(await countRows(name, 'header-segments')).toBe(18);
    expect(await countRows(name, 'undo')).toBe(8);
  });

  it('reads the same while blocks move into segments', async () => {
    const store = await openStore(freshDatabaseName());
    const chain = new StoredChain({ undoDepth: 8 });
    for (let round = 0; round < 8; round++) {
      await store.commit(chain.update(8));
      expect(await readStore(store, chain)).toEqual(expectedStore(chain));
    }
  });

  it('loses nothing when packing aborts at any write, and packs later', async () => {
    const name = freshDatabaseName();
    const store = await openStore(name);
    const chain = new StoredChain({ undoDepth: 8 });
    await store.commit(chain.update(12));
    const faults: (string | undefined)[] = [];
    for (let step = 0; step < 2; step++) {
      const update = chain.update(1);
      // The commit's own puts come first: header, block and undo, the state, the tip.
      const own = 4 + [...update.state.values()].filter((value) => value !== null).length;
      const heal = abortAtPut(own + step);
      await store.commit(update);
      faults.push((await store.settled())?.code);
      heal();
      expect(await readStore(store, chain)).toEqual(expectedStore(chain));
    }
    expect(faults).toEqual(['aborted', 'aborted']);
    await store.commit(chain.update(1));
    expect(await store.settled()).toBeUndefined();
    expect(await countRows(name, 'block-segments')).toBeGreaterThan(0);
    expect(await readStore(store, chain)).toEqual(expectedStore(chain));
  });

  it('names a damaged segment of headers, and mends it block by block', async () => {
    const name = freshDatabaseName();
    const chain = new StoredChain({ undoDepth: 8 });
    const store = await openStore(name);
    await store.commit(chain.update(30));
    await store.settled();
    await damageRow(name, 'headers 5-9');
    expect(await damagedRow(store.loadHeaders(0, 100))).toBe('headers 5-9');
    expect(await store.loadHeaders(10, 100)).toEqual(expectedStore(chain).headers.slice(10));
    // Where its header is lost, a block is still found by its hash.
    expect(await store.getBlock(chain.main[6]!.hash)).toMatchObject({ height: 6 });
    for (const block of chain.main.slice(5, 10)) await store.repairBlock(block);
    expect(await readStore(store, chain)).toEqual(expectedStore(chain));
  });

  it('names every block of a segment whose directory is damaged', async () => {
    const name = freshDatabaseName();
    const chain = new StoredChain({ undoDepth: 8 });
    const store = await openStore(name);
    await store.commit(chain.update(30));
    await store.settled();
    await changeRaw(name, ['block-segments'], async (tx) => {
      const segments = tx.objectStore('block-segments');
      const [first] = await settleRequest(segments.getAllKeys());
      segments.put(Uint8Array.of(1, 2, 3), first);
    });
    const { hash } = chain.main[0]!;
    expect(await damagedRow(store.getBlock(hash))).toBe(`block ${hash}`);
    await store.repairBlock(chain.main[0]!);
    expect(await store.getBlock(hash)).toMatchObject({ height: 0 });
    expect(await store.getBlock(chain.main.at(-1)!.hash)).toMatchObject({ height: 29 });
  });

  it('packs damaged rows as they are, and what is no row at all too', async () => {
    const name = freshDatabaseName();
    const chain = new StoredChain({ undoDepth: 8 });
    const store = await openStore(name);
    await store.commit(chain.update(6));
    const [flipped, garbled] = [chain.main[1]!, chain.main[2]!];
    await damageRow(name, `block ${flipped.hash}`);
    await changeRaw(name, ['blocks'], async (tx) => {
      tx.objectStore('blocks').put({ not: 'bytes' }, `00000002${garbled.hash}`);
    });
    await store.commit(chain.update(30));
    expect(await store.settled()).toBeUndefined();
    expect(await countRows(name, 'blocks')).toBeLessThan(20);
    expect(await damagedRow(store.getBlock(flipped.hash))).toBe(`block ${flipped.hash}`);
    expect(await damagedRow(store.getBlock(garbled.hash))).toBe(`block ${garbled.hash}`);
    await store.repairBlock(flipped);
    await store.repairBlock(garbled);
    expect(await readStore(store, chain)).toEqual(expectedStore(chain));
  });
});

describe('IndexedDbChainStore: the browser', () => {
  it('reports a real lack of quota, stores nothing of that commit, and stays open', async () => {
    await withQuota(2_000_000, async () => {
      const store = await IndexedDbChainStore.open(freshDatabaseName());
      const chain = new StoredChain();
      await store.commit(chain.update(2));
      const before = structuredClone(expectedStore(chain));
      const held = new StoredChain();
      held.update(2);
      const update = chain.update(1);
      const body = chain.random.bytes(4_000_000);
      const large = { ...update, connect: update.connect.map((block) => ({ ...block, body })) };
      expect(await store.commit(large).then(() => 'stored', faultCode)).toBe('quota-exceeded');
      expect(await readStore(store, held)).toEqual(before);
      // The browser may count what it refused as used until it has tidied up, which can take minutes.
      const next = await store.commit(update).then(() => 'stored', faultCode);
      expect(['stored', 'quota-exceeded']).toContain(next);
      const is = next === 'stored' ? chain : held;
      expect(await readStore(store, is)).toEqual(expectedStore(is));
      await store.close();
    });
  });

  it('lets go when the database is erased from elsewhere, and says closed from then on', async () => {
    const name = nodeDatabaseName(NetworkId.of(crypto.getRandomValues(new Uint8Array(32))), 3);
    const store = await openStore(name);
    const chain = new StoredChain();
    await store.commit(chain.update(2));
    expect(await listNodeDatabases()).toContainEqual(expect.objectContaining({ name, slot: 3 }));
    await deleteNodeDatabase(name);
    expect(await store.loadTip().then(() => 'answered', faultCode)).toBe('closed');
    expect(await store.commit(chain.update(1)).then(() => 'stored', faultCode)).toBe('closed');
    expect(await listNodeDatabases()).not.toContainEqual(expect.objectContaining({ name }));
  });

  it('lets go when the browser evicts the database', async () => {
    const name = freshDatabaseName();
    const store = await openStore(name);
    await store.commit(new StoredChain().update(2));
    await cdp().send('IndexedDB.deleteDatabase', { securityOrigin: location.origin, databaseName: name });
    expect(await store.loadTip().then(() => 'answered', faultCode)).toBe('closed');
    const fresh = await openStore(name);
    expect(await fresh.loadTip()).toBeUndefined();
  });

  it('says blocked when another tab does not let go of a database', async () => {
    const name = freshDatabaseName();
    await (await openStore(name)).close();
    const stubborn = await settleRequest(indexedDB.open(name));
    expect(await deleteNodeDatabase(name, 20).then(() => 'deleted', faultCode)).toBe('blocked');
    stubborn.close();
  });

  it('says blocked when a newer version has upgraded the data, and touches nothing', async () => {
    const name = freshDatabaseName();
    (await settleRequest(indexedDB.open(name, 1_000))).close();
    expect(await IndexedDbChainStore.open(name).then(() => 'opened', faultCode)).toBe('blocked');
    await deleteNodeDatabase(name);
  });

  it('names the schema when a database lacks its stores', async () => {
    const name = freshDatabaseName();
    (await settleRequest(indexedDB.open(name, 1))).close();
    expect(await damagedRow(IndexedDbChainStore.open(name))).toBe('schema');
    await deleteNodeDatabase(name);
  });

  it('is found whole when its worker is killed in the middle of commits', async () => {
    const name = freshDatabaseName();
    const worker = new Worker(new URL('../support/workers/endless-committer.ts', import.meta.url), { type: 'module' });
    let acknowledged = -1;
    await new Promise<void>((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<number>) => {
        acknowledged = data;
        if (acknowledged >= 20) resolve();
      };
      worker.postMessage(name);
    });
    worker.terminate();
    const store = await openStore(name);
    const tip = await store.loadTip();
    expect(tip!.height).toBeGreaterThanOrEqual(acknowledged);
    const chain = new StoredChain({ undoDepth: 8 });
    while (chain.height < tip!.height) chain.update(1);
    expect(await readStore(store, chain)).toEqual(expectedStore(chain));
  });
});
