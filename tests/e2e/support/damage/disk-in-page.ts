/** What a test does to a node's disk behind the app's back, from a page of its origin that is not the app. */
import { seedChain } from '../../../bench/page/seed-chain.ts';
import { changeRaw, damageRow, settleRequest } from '../../../support/indexed-db.ts';

async function keysOf(databaseName: string, store: string): Promise<IDBValidKey[]> {
  let keys: IDBValidKey[] = [];
  await changeRaw(databaseName, [store], async (tx) => {
    keys = await settleRequest(tx.objectStore(store).getAllKeys());
  });
  return keys;
}

/** Changes one byte of the row under a key, or changes it back. */
async function flipRow(databaseName: string, store: string, key: IDBValidKey): Promise<void> {
  await changeRaw(databaseName, [store], async (tx) => {
    const row = (await settleRequest(tx.objectStore(store).get(key))) as Uint8Array;
    row[row.length - 1]! ^= 1;
    tx.objectStore(store).put(row, key);
  });
}

const disk = { seedChain, damageRow, flipRow, keysOf };

export type DiskInPage = typeof disk;

Object.assign(window, { disk });
