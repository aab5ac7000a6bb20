/** Where faults of the disk end: what each means for the node, and who sees to it. */
import type { Problem } from './api.ts';
import type { BlockMender } from './block-mender.ts';
import { repairChain } from './chain-repair.ts';
import { isChainDamage } from './damage.ts';
import type { LogEvent } from './log-event.ts';
import type { ChainStore, StoreFault } from './ports.ts';

export interface StoreFaultHandlers {
  note(event: LogEvent): void;
  /** No room on the disk: what is there stays. */
  onFull(): void;
  /** The node stops, its data kept. */
  halt(problem: Problem): void;
  /** The chain was repaired, and has to be opened anew. */
  onRepaired(): void;
}

export class StoreFaults {
  private readonly store: ChainStore;
  private readonly mender: BlockMender;
  private readonly handlers: StoreFaultHandlers;

  constructor(store: ChainStore, mender: BlockMender, handlers: StoreFaultHandlers) {
    this.store = store;
    this.mender = mender;
    this.handlers = handlers;
  }

  handle(fault: StoreFault): void {
    if (fault.code === 'corrupt-row') {
      if (isChainDamage(fault)) void this.repair(fault);
      else this.nameDamage(fault);
      return;
    }
    this.note(fault);
    if (fault.code === 'quota-exceeded') this.handlers.onFull();
    else if (fault.code !== 'closed') {
      this.handlers.halt({ code: 'storage-failed', detail: `${fault.code}: ${fault.message}` });
    }
  }

  /** A row that the node goes on without, and that can be fetched again. */
  nameDamage(fault: StoreFault): void {
    this.note(fault);
    this.mender.report(fault);
  }

  /** Halts, repairs the chain, keeps everything that is the person's, and asks for a fresh start. Never rejects. */
  async repair(fault: StoreFault): Promise<void> {
    this.note(fault);
    this.handlers.halt({ code: 'storage-failed', detail: fault.row ?? fault.message });
    try {
      const repair = await repairChain(this.store, fault);
      this.handlers.note({ type: 'chain-repaired', repair, detail: fault.row ?? fault.message });
      this.handlers.onRepaired();
    } catch (failure) {
      this.handlers.note({ type: 'chain-not-repaired', detail: String(failure) });
    }
  }

  private note(fault: StoreFault): void {
    this.handlers.note({ type: 'storage-fault', detail: `${fault.code} ${fault.row ?? fault.message}` });
  }
}
