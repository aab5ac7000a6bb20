/** The node's own small rows on IndexedDB. What they say is encrypted before it comes here. */
import { wrap } from 'idb';
import type { PrivateRows, PrivateStore } from '../../node/ports.ts';
import type { Connection } from './connection.ts';
import { openNodeDatabase, STORES } from './database.ts';
import { assertPrivateKey, privateRowName } from './limits.ts';
import { intactPayload, sealRow } from './row-checksum.ts';

export class IndexedDbPrivateStore implements PrivateStore {
  private readonly connection: Connection;

  private constructor(connection: Connection) {
    this.connection = connection;
  }

  /** @throws StoreFault, see openConnection */
  static async open(databaseName: string): Promise<IndexedDbPrivateStore> {
    return new IndexedDbPrivateStore(await openNodeDatabase(databaseName));
  }

  async loadAll(): Promise<PrivateRows> {
    const [keys, values] = await this.connection.read([STORES.rows], (tx) => {
      const store = tx.objectStore(STORES.rows);
      return Promise.all([wrap(store.getAllKeys()), wrap(store.getAll())]);
    });
    const rows = new Map<string, Uint8Array>();
    const damaged: string[] = [];
    keys.map(String).forEach((key, index) => {
      const value = intactPayload(privateRowName(key), values[index]);
      if (value) rows.set(key, value.slice());
      else damaged.push(key);
    });
    return { rows, damaged };
  }

  async write(rows: ReadonlyMap<string, Uint8Array | null>): Promise<void> {
    for (const key of rows.keys()) assertPrivateKey(key);
    await this.connection.write([STORES.rows], 'strict', (tx) => {
      const store = tx.objectStore(STORES.rows);
      for (const [key, value] of rows) {
        if (value === null) store.delete(key);
        else store.put(sealRow(privateRowName(key), value), key);
      }
    });
  }

  async close(): Promise<void> {
    this.connection.close();
  }
}
