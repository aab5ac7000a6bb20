import { describe, expect, it } from 'vitest';
import { IndexedDbBlobStore } from '../../src/adapters/indexeddb/blob-store.ts';
import { deleteNodeDatabase } from '../../src/adapters/indexeddb/database.ts';
import { BlobId } from '../../src/core/ids.ts';
import { abortAtPut, changeRaw, damageRow, freshDatabaseName, withQuota } from '../support/indexed-db.ts';
import { Seeded } from '../support/seeded.ts';
import { describeBlobStore } from './suites/blob-store.ts';
import { faultCode } from './suites/store-faults.ts';

describeBlobStore('IndexedDB', () => {
  const name = freshDatabaseName();
  return {
    open: () => IndexedDbBlobStore.open(name),
    damage: (row) => damageRow(name, row),
    abortNextWrite: () => abortAtPut(0),
    dispose: () => deleteNodeDatabase(name),
  };
});

describe('IndexedDbBlobStore', () => {
  const random = new Seeded(8);
  const id = BlobId.of(random.bytes(32));

  it('counts anew when the counter itself is damaged', async () => {
    const name = freshDatabaseName();
    const store = await IndexedDbBlobStore.open(name);
    await store.putManifest(id, random.bytes(100));
    await store.putChunk(id, 0, random.bytes(1_000));
    await changeRaw(name, ['usage'], async (tx) => {
      tx.objectStore('usage').put(Uint8Array.of(1, 2, 3), 'usage');
    });
    expect(await store.usedBytes()).toBe(1_100);
    await store.putChunk(id, 1, random.bytes(10));
    expect(await store.usedBytes()).toBe(1_110);
    await store.close();
    await deleteNodeDatabase(name);
  });

  it('refuses a chunk beyond the quota and keeps what it has', async () => {
    await withQuota(2_000_000, async () => {
      const store = await IndexedDbBlobStore.open(freshDatabaseName());
      const chunk = random.bytes(262_144);
      const put = (index: number) => store.putChunk(id, index, chunk).then(() => 'stored', faultCode);
      let stored = 0;
      while ((await put(stored)) === 'stored') stored++;
      expect(await put(stored)).toBe('quota-exceeded');
      expect((await store.listChunks(id)).length).toBe(stored);
      expect(await store.getChunk(id, 0)).toEqual(chunk);
      expect(await store.usedBytes()).toBe(stored * chunk.length);
      await store.close();
    });
  });
});
