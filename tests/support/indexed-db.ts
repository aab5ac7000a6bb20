/** Reaches behind the stores' backs, with nothing but the browser's own IndexedDB. */
import { BlockHash } from '../../src/core/ids.ts';
import { BlockSegment } from '../../src/adapters/indexeddb/segments.ts';

let databases = 0;

export function freshDatabaseName(): string {
  return `medmesh-test/${crypto.randomUUID()}/${databases++}`;
}

export function settleRequest<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error as DOMException);
  });
}

/** Opens a database as it is, lets `change` work on it in one transaction, and closes it. */
export async function changeRaw(
  name: string,
  stores: readonly string[],
  change: (tx: IDBTransaction) => Promise<void>,
): Promise<void> {
  const database = await settleRequest(indexedDB.open(name));
  const tx = database.transaction([...stores], 'readwrite');
  const completed = new Promise((resolve, reject) => {
    tx.oncomplete = resolve;
    tx.onabort = () => reject(tx.error as DOMException);
  });
  await change(tx);
  await completed;
  database.close();
}

const flipped = (bytes: Uint8Array, offset: number) => bytes.map((byte, index) => (index === offset ? byte ^ 1 : byte));

/** Flips one bit of the row under the first key that `matches`. Returns whether there was one. */
async function flipRow(store: IDBObjectStore, matches: (key: IDBValidKey) => boolean): Promise<boolean> {
  const key = (await settleRequest(store.getAllKeys())).find(matches);
  if (key === undefined) return false;
  const row = (await settleRequest(store.get(key))) as Uint8Array;
  store.put(flipped(row, row.length - 1), key);
  return true;
}

/** Spoils a row of a node database by the name that a StoreFault would give it. */
export async function damageRow(name: string, row: string): Promise<void> {
  const stores = ['tip', 'headers', 'header-segments', 'blocks', 'block-segments', 'undo', 'state', 'pieces', 'rows'];
  await changeRaw(name, stores, async (tx) => {
    const [kind = '', id = '', index] = row.split(' ');
    const endsWithId = (key: IDBValidKey) => typeof key === 'string' && key.endsWith(id);
    const isPiece = (key: IDBValidKey, piece: number) => (key as string[])[0] === id && (key as number[])[1] === piece;
    const kinds: Record<string, () => Promise<boolean>> = {
      tip: () => flipRow(tx.objectStore('tip'), () => true),
      state: () => flipRow(tx.objectStore('state'), (key) => key === id),
      undo: () => flipRow(tx.objectStore('undo'), endsWithId),
      row: () => flipRow(tx.objectStore('rows'), (key) => key === id),
      block: async () => (await flipRow(tx.objectStore('blocks'), endsWithId)) || (await flipPackedBlock(tx, id)),
      headers: async () =>
        (await flipRow(tx.objectStore('headers'), (key) => `${Number(key)}-${Number(key)}` === id)) ||
        (await flipRow(tx.objectStore('header-segments'), (key) => (key as number[]).join('-') === id)),
      manifest: () => flipRow(tx.objectStore('pieces'), (key) => isPiece(key, -1)),
      chunk: () => flipRow(tx.objectStore('pieces'), (key) => isPiece(key, Number(index))),
    };
    const found = await kinds[kind]?.();
    if (!found) throw new Error(`no such row: ${row}`);
  });
}

async function flipPackedBlock(tx: IDBTransaction, id: string): Promise<boolean> {
  const segments = tx.objectStore('block-segments');
  for (const key of await settleRequest(segments.getAllKeys())) {
    const bytes = (await settleRequest(segments.get(key))) as Uint8Array;
    const packed = BlockSegment.open(key as [number, number], bytes)?.find(BlockHash.parse(id)!);
    if (!packed) continue;
    segments.put(flipped(bytes, packed.byteOffset + packed.length - 1), key);
    return true;
  }
  return false;
}

/** The `index`-th put from now on (in whatever database) aborts its transaction. Returns what ends that. */
export function abortAtPut(index: number): () => void {
  const put = IDBObjectStore.prototype.put;
  let seen = 0;
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
    const request = put.call(this, value, key);
    if (seen++ === index) this.transaction.abort();
    return request;
  };
  return () => {
    IDBObjectStore.prototype.put = put;
  };
}

/**
 * Runs with every database opened meanwhile in a storage bucket of `bytes`, beyond which the browser itself refuses.
 * (Overriding the page's own quota through the debugger does not bite at once: the browser remembers the room it had.)
 */
export async function withQuota(bytes: number, body: () => Promise<void>): Promise<void> {
  const { storageBuckets } = navigator as unknown as { readonly storageBuckets: StorageBuckets };
  const bucketName = `small-${databases++}`;
  const bucket = await storageBuckets.open(bucketName, { quota: bytes });
  const original = Object.getOwnPropertyDescriptor(globalThis, 'indexedDB')!;
  Object.defineProperty(globalThis, 'indexedDB', { configurable: true, value: bucket.indexedDB });
  try {
    await body();
  } finally {
    Object.defineProperty(globalThis, 'indexedDB', original);
    await storageBuckets.delete(bucketName);
  }
}

/** @source Storage Buckets API, not in TypeScript's DOM types yet */
interface StorageBuckets {
  open(name: string, options: { readonly quota: number }): Promise<{ readonly indexedDB: IDBFactory }>;
  delete(name: string): Promise<void>;
}
