import { describe, expect, it } from 'vitest';
import { MemoryChainStore } from '../../src/adapters/memory/memory-chain-store.ts';
import { faultAtPoint, MemoryDisk, noFaults, type FaultPoint } from '../../src/adapters/memory/memory-disk.ts';
import { expectedStore, readStore, StoredChain } from '../support/stored-chain.ts';
import { describeChainStore } from './suites/chain-store.ts';
import { faultCode } from './suites/store-faults.ts';

describeChainStore('memory', {
  undoDepth: 8,
  makeFixture: () => {
    const disk = new MemoryDisk();
    return {
      open: async () => new MemoryChainStore(disk),
      damage: async (row) => disk.damage(row),
      abortAtWrite: (index) => {
        disk.faults = faultAtPoint(index, 'aborted', ({ step }) => step === 'write');
        return () => (disk.faults = noFaults);
      },
      settle: async () => undefined,
      dispose: async () => undefined,
    };
  },
});

describe('MemoryChainStore', () => {
  it('is found whole after a crash at any step of a commit: the old chain, or the new one', async () => {
    const pointsOf = async (visit: (point: FaultPoint) => void) => {
      const disk = new MemoryDisk((point) => void visit(point));
      await new MemoryChainStore(disk).commit(new StoredChain().update(2));
    };
    let points = 0;
    await pointsOf(() => points++);
    const found: string[] = [];
    for (let index = 0; index < points; index++) {
      const disk = new MemoryDisk(faultAtPoint(index, 'crash'));
      const store = new MemoryChainStore(disk);
      const chain = new StoredChain();
      expect(await store.commit(chain.update(2)).then(() => 'stored', faultCode)).toBe('closed');
      expect(await store.loadTip().then(() => 'answered', faultCode)).toBe('closed');
      const reopened = await readStore(new MemoryChainStore(disk), chain);
      if (reopened.tip) expect(reopened).toEqual(expectedStore(chain));
      else expect(reopened.state).toEqual([]);
      found.push(reopened.tip ? 'new' : 'old');
    }
    expect(found).toEqual([...Array<string>(points - 1).fill('old'), 'new']);
  });

  it('has its chainstate or its blocks alone after a crash at any step of dropping it', async () => {
    const found: string[] = [];
    for (let index = 0; index < 4; index++) {
      const disk = new MemoryDisk();
      const chain = new StoredChain();
      await new MemoryChainStore(disk).commit(chain.update(2));
      disk.faults = faultAtPoint(index, 'crash');
      expect(await new MemoryChainStore(disk).dropChainstate().then(() => 'dropped', faultCode)).toBe('closed');
      disk.faults = noFaults;
      const { tip, state, blocks, headers } = await readStore(new MemoryChainStore(disk), chain);
      const expected = expectedStore(chain);
      expect([blocks, headers]).toEqual([expected.blocks, expected.headers]);
      expect([tip, state]).toEqual(tip ? [expected.tip, expected.state] : [undefined, []]);
      found.push(tip ? 'old' : 'dropped');
    }
    expect(found).toEqual(['old', 'old', 'old', 'dropped']);
  });

  it('produces every fault a disk can have', async () => {
    const codes = ['quota-exceeded', 'aborted', 'corrupt-row', 'closed', 'blocked', 'unknown'] as const;
    for (const code of codes) {
      const store = new MemoryChainStore(new MemoryDisk(faultAtPoint(0, code)));
      expect(await store.commit(new StoredChain().update(1)).then(() => 'stored', faultCode)).toBe(code);
    }
  });
});
