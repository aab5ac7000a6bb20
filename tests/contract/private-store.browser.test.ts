import { deleteNodeDatabase } from '../../src/adapters/indexeddb/database.ts';
import { IndexedDbPrivateStore } from '../../src/adapters/indexeddb/private-store.ts';
import { abortAtPut, damageRow, freshDatabaseName } from '../support/indexed-db.ts';
import { describePrivateStore } from './suites/private-store.ts';

describePrivateStore('IndexedDB', () => {
  const name = freshDatabaseName();
  return {
    open: () => IndexedDbPrivateStore.open(name),
    damage: (row) => damageRow(name, row),
    abortAtWrite: abortAtPut,
    dispose: () => deleteNodeDatabase(name),
  };
});
