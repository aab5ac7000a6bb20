import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlobId } from '../../../src/core/ids.ts';
import type { BlobStore } from '../../../src/node/ports.ts';
import { Seeded } from '../../support/seeded.ts';
import { damagedRow, faultCode } from './store-faults.ts';

export interface BlobStoreFixture {
  open(): Promise<BlobStore>;
  /** Spoils a stored row behind the store's back. */
  damage(row: string): Promise<void>;
  /** The next write aborts. Returns what ends that. */
  abortNextWrite(): () => void;
  dispose(): Promise<void>;
}

export function describeBlobStore(name: string, makeFixture: () => BlobStoreFixture): void {
  describe(`BlobStore: ${name}`, () => {
    const random = new Seeded(7);
    const [first, second] = [BlobId.of(random.bytes(32)), BlobId.of(random.bytes(32))];
    const [manifest, chunk, otherChunk] = [random.bytes(300), random.bytes(5_000), random.bytes(70_000)];
    let fixture: BlobStoreFixture;
    let store: BlobStore;

    beforeEach(async () => {
      fixture = makeFixture();
      store = await fixture.open();
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
      expect(await store.list()).toEqual([]);
      expect(await store.usedBytes()).toBe(0);
      expect(await store.getManifest(first)).toBeUndefined();
      expect(await store.getChunk(first, 0)).toBeUndefined();
      expect(await store.listChunks(first)).toEqual([]);
      await store.delete(first);
      expect(await store.usedBytes()).toBe(0);
    });

    it('keeps manifests and chunks apart, blob by blob, before and after it is opened again', async () => {
      await store.putManifest(first, manifest);
      for (const index of [11, 0, 2]) await store.putChunk(first, index, chunk);
      await store.putChunk(second, 1, otherChunk);
      for (let round = 0; round < 2; round++) {
        expect([...(await store.list())].sort()).toEqual([first, second].sort());
        expect(await store.listChunks(first)).toEqual([0, 2, 11]);
        expect(await store.listChunks(second)).toEqual([1]);
        expect(await store.getManifest(first)).toEqual(manifest);
        expect(await store.getManifest(second)).toBeUndefined();
        expect(await store.getChunk(first, 11)).toEqual(chunk);
        expect(await store.getChunk(first, 1)).toBeUndefined();
        expect(await store.getChunk(second, 1)).toEqual(otherChunk);
        expect(await store.usedBytes()).toBe(manifest.length + 3 * chunk.length + otherChunk.length);
        await reopen();
      }
    });

    it('counts what it holds, whatever is overwritten or deleted', async () => {
      await store.putManifest(first, manifest);
      await store.putChunk(first, 0, chunk);
      await store.putChunk(first, 0, chunk);
      expect(await store.usedBytes()).toBe(manifest.length + chunk.length);
      await store.putChunk(first, 0, otherChunk);
      await store.putChunk(second, 0, chunk);
      expect(await store.usedBytes()).toBe(manifest.length + otherChunk.length + chunk.length);
      expect(await store.getChunk(first, 0)).toEqual(otherChunk);
      await store.delete(first);
      expect(await store.usedBytes()).toBe(chunk.length);
      expect(await store.list()).toEqual([second]);
      expect(await store.getManifest(first)).toBeUndefined();
      expect(await store.listChunks(first)).toEqual([]);
    });

    it('counts right when many calls are under way at once', async () => {
      const puts = Array.from({ length: 20 }, (_, index) => store.putChunk(first, index % 15, chunk));
      await Promise.all([...puts, store.putManifest(first, manifest), store.putManifest(first, manifest)]);
      expect(await store.usedBytes()).toBe(manifest.length + 15 * chunk.length);
      await Promise.all([store.delete(first), store.delete(first), store.putChunk(second, 0, chunk)]);
      expect(await store.usedBytes()).toBe(chunk.length);
    });

    it('keeps bytes of its own', async () => {
      const given = chunk.slice();
      await store.putChunk(first, 0, given);
      given.fill(0);
      const read = await store.getChunk(first, 0);
      expect(read).toEqual(chunk);
      read!.fill(0);
      expect(await store.getChunk(first, 0)).toEqual(chunk);
    });

    it('stores and counts nothing of a write that aborts', async () => {
      await store.putChunk(first, 0, chunk);
      const heal = fixture.abortNextWrite();
      expect(await store.putChunk(first, 0, otherChunk).then(() => 'stored', faultCode)).toBe('aborted');
      heal();
      expect(await store.getChunk(first, 0)).toEqual(chunk);
      expect(await store.usedBytes()).toBe(chunk.length);
    });

    it('names each damaged row, and mends it by writing it again', async () => {
      await store.putManifest(first, manifest);
      for (const index of [0, 1]) await store.putChunk(first, index, chunk);
      await store.close();
      await fixture.damage(`manifest ${first}`);
      await fixture.damage(`chunk ${first} 1`);
      store = await fixture.open();
      expect(await damagedRow(store.getManifest(first))).toBe(`manifest ${first}`);
      expect(await damagedRow(store.getChunk(first, 1))).toBe(`chunk ${first} 1`);
      expect(await store.getChunk(first, 0)).toEqual(chunk);
      expect(await store.listChunks(first)).toEqual([0, 1]);
      await store.putChunk(first, 1, chunk);
      expect(await store.getChunk(first, 1)).toEqual(chunk);
      expect(await store.usedBytes()).toBe(manifest.length + 2 * chunk.length);
    });

    it('says closed once it is closed', async () => {
      await store.close();
      expect(await store.putChunk(first, 0, chunk).then(() => 'stored', faultCode)).toBe('closed');
      expect(await store.usedBytes().then(() => 'answered', faultCode)).toBe('closed');
    });
  });
}
