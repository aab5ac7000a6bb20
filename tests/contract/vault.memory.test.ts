import { MemoryDisk } from '../../src/adapters/memory/memory-disk.ts';
import { MemoryVault } from '../../src/adapters/memory/memory-vault.ts';
import { describeVault } from './suites/vault.ts';

describeVault('memory', () => {
  const disk = new MemoryDisk();
  return {
    open: async () => new MemoryVault(disk),
    damage: async () => disk.damage('vault'),
    stored: async () => structuredClone(disk.vault),
    dispose: async () => undefined,
  };
});
