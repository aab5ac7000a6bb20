import { MemoryBlobStore } from '../../src/adapters/memory/memory-blob-store.ts';
import { faultAtPoint, MemoryDisk, noFaults } from '../../src/adapters/memory/memory-disk.ts';
import { describeBlobStore } from './suites/blob-store.ts';

describeBlobStore('memory', () => {
  const disk = new MemoryDisk();
  return {
    open: async () => new MemoryBlobStore(disk),
    damage: async (row) => disk.damage(row),
    abortNextWrite: () => {
      disk.faults = faultAtPoint(0, 'aborted', ({ step }) => step === 'write');
      return () => (disk.faults = noFaults);
    },
    dispose: async () => undefined,
  };
});
