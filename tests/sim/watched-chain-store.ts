/** The memory chain store with a witness: tells of every commit, and what the state held before it. */
import { MemoryChainStore } from '../../src/adapters/memory/memory-chain-store.ts';
import type { MemoryDisk } from '../../src/adapters/memory/memory-disk.ts';
import type { StateKey } from '../../src/core/ids.ts';
import type { ChainUpdate } from '../../src/node/ports.ts';

export interface CommitSeen {
  readonly update: ChainUpdate;
  /** Of the keys that the update writes. */
  readonly before: ReadonlyMap<StateKey, Uint8Array | undefined>;
}

export class WatchedChainStore extends MemoryChainStore {
  private readonly table: MemoryDisk['chain']['state'];
  private readonly onCommit: (seen: CommitSeen) => void;

  constructor(disk: MemoryDisk, onCommit: (seen: CommitSeen) => void) {
    super(disk);
    this.table = disk.chain.state;
    this.onCommit = onCommit;
  }

  override async commit(update: ChainUpdate): Promise<void> {
    const before = new Map([...update.state.keys()].map((key) => [key, this.table.get(key)]));
    await super.commit(update);
    this.onCommit({ update, before });
  }
}
