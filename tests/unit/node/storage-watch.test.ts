import { expect, it } from 'vitest';
import { MemoryBlobStore } from '../../../src/adapters/memory/memory-blob-store.ts';
import { faultAtPoint, MemoryDisk } from '../../../src/adapters/memory/memory-disk.ts';
import { MemoryMeter } from '../../../src/adapters/memory/memory-meter.ts';
import { BlobId } from '../../../src/core/ids.ts';
import { STORAGE_READ_DELAY_MS, STORAGE_READ_INTERVAL_MS } from '../../../src/node/params.ts';
import { StorageWatch } from '../../../src/node/storage-watch.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const ID = BlobId.of(new Uint8Array(32));

function watched() {
  const clock = new VirtualClock(1_000_000);
  const disk = new MemoryDisk();
  const blobs = new MemoryBlobStore(disk);
  const readAtMs: number[] = [];
  const faults: unknown[] = [];
  const watch = new StorageWatch(
    { clock, blobs, meter: new MemoryMeter(disk, 5_000) },
    { onChanged: () => readAtMs.push(clock.nowMs() - 1_000_000), onFault: (fault) => faults.push(fault) },
  );
  return { clock, disk, blobs, watch, readAtMs, faults };
}

it('reads at the start and each minute', async () => {
  const { clock, blobs, watch, readAtMs } = watched();
  await blobs.putChunk(ID, 0, new Uint8Array(1_200));
  watch.start();
  expect(watch.use).toBeUndefined();
  await clock.pass(0);
  expect([watch.blobBytes, watch.use]).toEqual([1_200, { usedBytes: 1_200, quotaBytes: 5_000 }]);
  await clock.pass(2 * STORAGE_READ_INTERVAL_MS);
  expect(readAtMs).toEqual([0, STORAGE_READ_INTERVAL_MS, 2 * STORAGE_READ_INTERVAL_MS]);
});

it('reads soon after something was written, and not more often however much is', async () => {
  const { clock, blobs, watch, readAtMs } = watched();
  watch.start();
  await clock.pass(1_000);
  await blobs.putChunk(ID, 0, new Uint8Array(800));
  for (let ms = 0; ms < 25_000; ms += 100) {
    watch.onWrite();
    await clock.pass(100);
  }
  expect(watch.use).toEqual({ usedBytes: 800, quotaBytes: 5_000 });
  expect(readAtMs).toEqual([0, 1_000 + STORAGE_READ_DELAY_MS, 1_000 + 2 * STORAGE_READ_DELAY_MS]);
});

it('reports a disk that fails and goes on; stopped, it says nothing more', async () => {
  const { clock, disk, watch, readAtMs, faults } = watched();
  disk.faults = faultAtPoint(0, 'unknown');
  watch.start();
  await clock.pass(0);
  expect([readAtMs.length, faults]).toMatchObject([0, [{ name: 'StoreFault', code: 'unknown' }]]);
  await clock.pass(STORAGE_READ_INTERVAL_MS);
  expect(readAtMs).toEqual([STORAGE_READ_INTERVAL_MS]);
  watch.stop();
  watch.onWrite();
  await clock.pass(10 * STORAGE_READ_INTERVAL_MS);
  expect([readAtMs.length, faults.length]).toEqual([1, 1]);
});
