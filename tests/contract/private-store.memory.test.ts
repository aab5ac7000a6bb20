import { faultAtPoint, MemoryDisk, noFaults } from '../../src/adapters/memory/memory-disk.ts';
import { MemoryPrivateStore } from '../../src/adapters/memory/memory-private-store.ts';
import { describePrivateStore } from './suites/private-store.ts';

describePrivateStore('memory', () => {
  const disk = new MemoryDisk();
  return {
    open: async () => new MemoryPrivateStore(disk),
    damage: async (row) => disk.damage(row),
    abortAtWrite: (index) => {
      disk.faults = faultAtPoint(index, 'aborted', ({ step }) => step === 'write');
      return () => (disk.faults = noFaults);
    },
    dispose: async () => undefined,
  };
});
