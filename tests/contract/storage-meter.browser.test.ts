import { expect, it, vi } from 'vitest';
import { IndexedDbBlobStore } from '../../src/adapters/indexeddb/blob-store.ts';
import { deleteNodeDatabase } from '../../src/adapters/indexeddb/database.ts';
import { OriginMeter } from '../../src/adapters/platform/origin-meter.ts';
import { freshDatabaseName } from '../support/indexed-db.ts';
import { describeStorageMeter } from './suites/storage-meter.ts';

describeStorageMeter('the origin of a tab', () => {
  const name = freshDatabaseName();
  return {
    meter: new OriginMeter(),
    openBlobs: () => IndexedDbBlobStore.open(name),
    dispose: () => deleteNodeDatabase(name),
  };
});

it('knows nothing where the browser will not say', async () => {
  const estimate = vi.spyOn(navigator.storage, 'estimate');
  estimate.mockResolvedValueOnce({}).mockRejectedValueOnce(new TypeError('internal error'));
  const meter = new OriginMeter();
  expect([await meter.estimate(), await meter.estimate()]).toEqual([undefined, undefined]);
  estimate.mockRestore();
});
