import { expect, it } from 'vitest';
import { TabMemory } from '../../../src/app/tab-memory.ts';
import { NetworkId } from '../../../src/core/ids.ts';
import { MemoryStorage } from '../../support/memory-storage.ts';

const HOME = NetworkId.parse('0a'.repeat(NetworkId.byteLength))!;
const OTHER = NetworkId.parse('0b'.repeat(NetworkId.byteLength))!;

it('a tab remembers its slot and its mining across a reload, by network', () => {
  const storage = new MemoryStorage();
  const tab = new TabMemory(storage, HOME);
  expect([tab.slot, tab.miningThreads]).toEqual([undefined, 0]);
  tab.slot = 3;
  tab.miningThreads = 2;
  const reloaded = new TabMemory(storage, HOME);
  expect([reloaded.slot, reloaded.miningThreads]).toEqual([3, 2]);
  expect(new TabMemory(storage, OTHER).miningThreads).toBe(0);
});

it.each(['', 'NaN', '-1', '1.5', '99999'])('takes %j for nothing', (kept) => {
  const storage = new MemoryStorage();
  for (const name of ['slot', 'mining']) storage.setItem(`medmesh/${name}/${HOME}`, kept);
  const tab = new TabMemory(storage, HOME);
  expect([tab.slot, tab.miningThreads]).toEqual([undefined, 0]);
});
