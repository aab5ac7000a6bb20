import { MemoryBlobStore } from '../../src/adapters/memory/memory-blob-store.ts';
import { MemoryDisk } from '../../src/adapters/memory/memory-disk.ts';
import { MemoryMeter } from '../../src/adapters/memory/memory-meter.ts';
import { describeStorageMeter } from './suites/storage-meter.ts';

describeStorageMeter('memory', () => {
  const disk = new MemoryDisk();
  return {
    meter: new MemoryMeter(disk),
    openBlobs: async () => new MemoryBlobStore(disk),
    dispose: async () => undefined,
  };
});
