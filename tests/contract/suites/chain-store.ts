import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { STALE_BLOCKS_MAX } from '../../../src/adapters/indexeddb/limits.ts';
import { StateKey } from '../../../src/core/ids.ts';
import { AssertionError } from '../../../src/core/result.ts';
import type { ChainStore, ChainUpdate, StoredBlock } from '../../../src/node/ports.ts';
import { expectedStore, readStore, StoredChain } from '../../support/stored-chain.ts';
import { damagedRow, faultCode } from './store-faults.ts';

export interface ChainStoreFixture {
  open(): Promise<ChainStore>;
  /** Spoils a stored row behind the store's back. */
  damage(row: string): Promise<void>;
  /** From now on the write of the `index`-th row aborts its transaction. Returns what ends that. */
  abortAtWrite(index: number): () => void;
  /** Resolves when the store does nothing more of its own accord. */
  settle(store: ChainStore): Promise<void>;
  dispose(): Promise<void>;
}

export interface ChainStoreSuite {
  readonly makeFixture: () => ChainStoreFixture;
  /** Undo data kept: short enough for an implementation with small segments to pack blocks during the suite. */
  readonly undoDepth: number;
}

/** With other bytes than were stored: they are not to be written. */
function asStored(update: ChainUpdate): ChainUpdate {
  const body = Uint8Array.of(1);
  return { ...update, connect: update.connect.map((block) => ({ ...block, body, isStored: true })) };
}

export function describeChainStore(name: string, { makeFixture, undoDepth }: ChainStoreSuite): void {
  describe(`ChainStore: ${name}`, () => {
    let fixture: ChainStoreFixture;
    let store: ChainStore;
    let chain: StoredChain;

    beforeEach(async () => {
      fixture = makeFixture();
      store = await fixture.open();
      chain = new StoredChain({ undoDepth });
    });

    afterEach(async () => {
      await store.close();
      await fixture.dispose();
    });

    const reopen = async () => {
      await store.close();
      store = await fixture.open();
    };

    it('is empty at first', async () => {
      const unknown = new StoredChain({ seed: 2 }).update(1).connect[0]!;
      expect(await store.loadTip()).toBeUndefined();
      expect(await store.loadHeaders(0, 10)).toEqual([]);
      expect(await store.getBlock(unknown.hash)).toBeUndefined();
      expect(await store.getUndo(unknown)).toBeUndefined();
      expect(await store.scanState(undefined, 10)).toEqual([]);
    });

    it('keeps single blocks and batches, before and after it is opened again', async () => {
      for (const blocks of [1, 1, 12, 1, 30, 2]) await store.commit(chain.update(blocks));
      expect(await readStore(store, chain)).toEqual(expectedStore(chain));
      await fixture.settle(store);
      expect(await readStore(store, chain)).toEqual(expectedStore(chain));
      await reopen();
      expect(await readStore(store, chain)).toEqual(expectedStore(chain));
      await store.commit(chain.update(1));
      expect(await readStore(store, chain)).toEqual(expectedStore(chain));
    });

    it('gives headers by height, as many as there are, and none from below where the chain began', async () => {
      chain = new StoredChain({ undoDepth, firstHeight: 7 });
      await store.commit(chain.update(25));
      await fixture.settle(store);
      const headers = expectedStore(chain).headers;
      expect(await store.loadHeaders(7, 10)).toEqual(headers.slice(0, 10));
      expect(await store.loadHeaders(18, 4)).toEqual(headers.slice(11, 15));
      expect(await store.loadHeaders(30, 100)).toEqual(headers.slice(23));
      expect(await store.loadHeaders(32, 5)).toEqual([]);
      expect(await store.loadHeaders(0, 100)).toEqual([]);
    });

    it('gives state in the order asked for and in pages by key', async () => {
      await store.commit(chain.update(10));
      const { state } = expectedStore(chain);
      const missing = StateKey.of(Uint8Array.of(0xff, 1, 2));
      const asked = [state[3]!.key, missing, state[0]!.key, state[3]!.key];
      expect(await store.getState(asked)).toEqual([state[3]!.value, undefined, state[0]!.value, state[3]!.value]);
      expect(await store.getState([])).toEqual([]);
      const pages = [];
      for (let after: StateKey | undefined; ; after = pages.at(-1)!.key) {
        const page = await store.scanState(after, 7);
        if (page.length === 0) break;
        pages.push(...page);
      }
      expect(pages).toEqual(state);
      expect(await store.scanState(undefined, 0)).toEqual([]);
    });

    it('keeps bytes of its own: changing what went in or came out changes nothing', async () => {
      const update = chain.update(2);
      const expected = structuredClone(expectedStore(chain));
      await store.commit(update);
      update.tip.accumulator.fill(0xee);
      for (const block of update.connect) block.body.fill(0xee);
      for (const value of update.state.values()) value?.fill(0xee);
      const read = await readStore(store, chain);
      expect(read).toEqual(expected);
      read.tip!.accumulator.fill(0xdd);
      for (const block of read.blocks) block!.body.fill(0xdd);
      for (const { header } of read.headers) header.fill(0xdd);
      expect(await readStore(store, chain)).toEqual(expected);
    });

    it('reorganises in one commit, keeps the blocks it took off, and can go back to them', async () => {
      await store.commit(chain.update(20));
      const oldBranch = chain.main.slice(-3);
      await store.commit(chain.update(4, 3));
      expect(await readStore(store, chain)).toEqual(expectedStore(chain));
      for (const { hash, height, header, body } of oldBranch) {
        expect(await store.getBlock(hash)).toEqual({ hash, height, header, body });
        expect(await store.getUndo({ hash, height })).toBeUndefined();
      }
      await reopen();
      await store.commit(chain.reconnect(4, oldBranch));
      expect(await readStore(store, chain)).toEqual(expectedStore(chain));
      await store.commit(chain.update(0, 2));
      await reopen();
      expect(await readStore(store, chain)).toEqual(expectedStore(chain));
    });

    it('holds any chain after any sequence of updates', async () => {
      for (let round = 0; round < 40; round++) {
        const disconnect = chain.main.length > undoDepth ? chain.random.below(Math.min(4, undoDepth)) : 0;
        await store.commit(chain.update(disconnect + 1 + chain.random.below(5), disconnect));
        if (round % 10 === 9) expect(await readStore(store, chain)).toEqual(expectedStore(chain));
      }
      await fixture.settle(store);
      await reopen();
      expect(await readStore(store, chain)).toEqual(expectedStore(chain));
    });

    it('keeps a bounded number of disconnected blocks, the latest ones', async () => {
      const deep = new StoredChain({ bodyBytes: 20, stateKeysPerBlock: 1 });
      const batch = 100;
      const disconnected: StoredBlock[] = [];
      await store.commit(deep.update(batch + 1));
      for (let round = 0; round < 4; round++) {
        disconnected.push(...deep.main.slice(-batch).reverse());
        await store.commit(deep.update(batch, batch));
      }
      const kept = await Promise.all(disconnected.map(({ hash }) => store.getBlock(hash)));
      expect(kept.map((block) => block !== undefined)).toEqual(
        disconnected.map((_, index) => index >= disconnected.length - STALE_BLOCKS_MAX),
      );
      expect(await readStore(store, deep)).toEqual(expectedStore(deep));
    });

    it('stores nothing of a commit that aborts, whichever row it was at', async () => {
      await store.commit(chain.update(3));
      const before = structuredClone(expectedStore(chain));
      const heldBefore = new StoredChain({ undoDepth });
      heldBefore.update(3);
      const update = chain.update(3, 1);
      let rows = 0;
      for (; ; rows++) {
        const heal = fixture.abortAtWrite(rows);
        const outcome = await store.commit(update).then(() => 'stored', faultCode);
        heal();
        if (outcome === 'stored') break;
        expect(outcome).toBe('aborted');
        if (rows % 5 === 0) expect(await readStore(store, heldBefore)).toEqual(before);
      }
      expect(rows).toBeGreaterThan(10);
      expect(await readStore(store, chain)).toEqual(expectedStore(chain));
      await reopen();
      expect(await readStore(store, chain)).toEqual(expectedStore(chain));
    });

    it('names each damaged row and still reads the others', async () => {
      await store.commit(chain.update(30));
      await fixture.settle(store);
      const [early, late] = [chain.main[2]!, chain.main.at(-1)!];
      const [{ key: firstKey }, { key: lastKey }] = [
        expectedStore(chain).state[0]!,
        expectedStore(chain).state.at(-1)!,
      ];
      await store.close();
      for (const row of [
        `block ${early.hash}`,
        `block ${late.hash}`,
        `undo ${late.hash}`,
        `state ${firstKey}`,
        'tip',
      ]) {
        await fixture.damage(row);
      }
      store = await fixture.open();
      expect(await damagedRow(store.getBlock(early.hash))).toBe(`block ${early.hash}`);
      expect(await damagedRow(store.getBlock(late.hash))).toBe(`block ${late.hash}`);
      expect(await damagedRow(store.getUndo(late))).toBe(`undo ${late.hash}`);
      expect(await damagedRow(store.getState([lastKey, firstKey]))).toBe(`state ${firstKey}`);
      expect(await damagedRow(store.scanState(undefined, 5))).toBe(`state ${firstKey}`);
      expect(await damagedRow(store.loadTip())).toBe('tip');
      expect(await store.getBlock(chain.main[3]!.hash)).toMatchObject({ height: 3 });
      expect(await store.scanState(firstKey, 1_000)).toEqual(expectedStore(chain).state.slice(1));
      expect(await store.loadHeaders(0, 100)).toEqual(expectedStore(chain).headers);
    });

    it('mends a damaged block and its header with a block fetched again', async () => {
      await store.commit(chain.update(30));
      await fixture.settle(store);
      await store.close();
      const [early, late] = [chain.main[2]!, chain.main.at(-1)!];
      for (const { hash } of [early, late]) await fixture.damage(`block ${hash}`);
      await fixture.damage(`headers ${late.height}-${late.height}`);
      store = await fixture.open();
      expect(await damagedRow(store.loadHeaders(0, 100))).toBe(`headers ${late.height}-${late.height}`);
      await store.repairBlock(early);
      await store.repairBlock(late);
      expect(await readStore(store, chain)).toEqual(expectedStore(chain));
      await reopen();
      await store.commit(chain.update(10, 1));
      await fixture.settle(store);
      expect(await readStore(store, chain)).toEqual(expectedStore(chain));
    });

    it('refuses an update that does not fit its tip as the bug it is', async () => {
      await store.commit(chain.update(3));
      const other = new StoredChain({ seed: 3, firstHeight: 9 });
      await expect(store.commit(other.update(1))).rejects.toThrow(AssertionError);
      const sameHeight = new StoredChain({ seed: 3 });
      sameHeight.update(3);
      await expect(store.commit(sameHeight.update(2, 1))).rejects.toThrow(AssertionError);
      expect(await readStore(store, chain)).toEqual(expectedStore(chain));
    });

    it('drops what follows from the blocks, keeps the blocks, closes, and connects them anew', async () => {
      const updates = [12, 9, 9].map((blocks) => chain.update(blocks));
      for (const update of updates) await store.commit(update);
      await fixture.settle(store);
      const expected = expectedStore(chain);
      await fixture.damage('tip');
      await fixture.damage(`state ${expected.state[0]!.key}`);
      await fixture.damage(`undo ${chain.main.at(-1)!.hash}`);
      await store.dropChainstate();
      expect(await store.loadHeaders(0, 1).catch(faultCode)).toBe('closed');
      store = await fixture.open();
      const { headers, blocks } = expected;
      const undo = blocks.map(() => undefined);
      expect(await readStore(store, chain)).toEqual({ tip: undefined, headers, blocks, undo, state: [] });
      for (const [batch, update] of updates.entries()) {
        await store.commit(asStored(update));
        const read = await readStore(store, chain);
        expect([read.tip, read.headers, read.blocks]).toEqual([update.tip, headers, blocks]);
        if (batch === 1) await reopen();
      }
      expect(await readStore(store, chain)).toEqual(expected);
      await store.commit(chain.update(4, 2));
      await fixture.settle(store);
      await reopen();
      expect(await readStore(store, chain)).toEqual(expectedStore(chain));
    });

    it('has the undo data of blocks connected anew, however deep they were before', async () => {
      const first = chain.update(10);
      await store.commit(first);
      await store.commit(chain.update(30));
      await fixture.settle(store);
      await store.dropChainstate();
      store = await fixture.open();
      await store.commit(asStored(first));
      await reopen();
      const { hash, height, undo } = first.connect.at(-1)!;
      expect(await store.getUndo({ hash, height })).toEqual(undo);
    });

    it('may leave the stored chain while it is connected anew, and then grow past where that ended', async () => {
      const first = chain.update(10);
      await store.commit(first);
      await store.commit(chain.update(20));
      await fixture.settle(store);
      await store.dropChainstate();
      store = await fixture.open();
      const other = new StoredChain({ undoDepth });
      other.update(10);
      // Far enough along that no block comes twice.
      other.random.bytes(1_000_000);
      await store.commit(asStored(first));
      const common = async () => {
        const { headers, ...rest } = await readStore(store, other);
        return { ...rest, headers: headers.slice(0, other.main.length) };
      };
      for (const [connect, disconnect] of [
        [2, 3],
        [1, 2],
        [9, 1],
        [30, 0],
      ] as const) {
        await store.commit(other.update(connect, disconnect));
        expect(await common()).toEqual(expectedStore(other));
        await fixture.settle(store);
        await reopen();
        expect(await common()).toEqual(expectedStore(other));
      }
      await store.commit(other.update(3, 2));
      expect(await readStore(store, other)).toEqual(expectedStore(other));
    });

    it('forgets a damaged chain as a whole, closes, and takes another one', async () => {
      await store.commit(chain.update(30));
      await fixture.damage('tip');
      await store.reset();
      expect(await store.loadTip().catch(faultCode)).toBe('closed');
      store = await fixture.open();
      expect(await store.loadTip()).toBeUndefined();
      expect(await store.loadHeaders(0, 10)).toEqual([]);
      const other = new StoredChain({ seed: 3, undoDepth });
      await store.commit(other.update(12));
      expect(await readStore(store, other)).toEqual(expectedStore(other));
    });

    it('says closed once it is closed', async () => {
      const update = chain.update(1);
      await store.close();
      const { hash } = chain.main[0]!;
      const key = StateKey.of(Uint8Array.of(1));
      const calls = [
        () => store.loadTip(),
        () => store.getState([key]),
        () => store.scanState(undefined, 1),
        () => store.commit(update),
        () => store.repairBlock(chain.main[0]!),
      ];
      for (const call of calls) expect(await call().then(() => 'answered', faultCode)).toBe('closed');
      store = await fixture.open();
      expect(await store.getBlock(hash)).toBeUndefined();
    });
  });
}
