/**
 * Documents that this person is waiting for: one at a time for each purpose. What is wanted changes while it is being
 * fetched (a newer version came, nobody serves the older one any more), and then the older fetch ends.
 */
import type { BlobId } from '../../core/ids.ts';
import { BlobCancelled } from '../blob-exchange.ts';
import { StoreFault } from '../ports.ts';
import type { PersonContext } from './context.ts';

export class BlobWants {
  private readonly context: PersonContext;
  private readonly onArrived: (purpose: string) => void;
  private readonly wanted = new Map<string, BlobId>();
  /** Known to be stored whole. */
  private readonly here = new Set<BlobId>();

  constructor(context: PersonContext, onArrived: (purpose: string) => void) {
    this.context = context;
    this.onArrived = onArrived;
  }

  /** What is being fetched for a purpose. */
  pending(purpose: string): BlobId | undefined {
    return this.wanted.get(purpose);
  }

  /** Whether a document is stored whole, as far as known. */
  isHere(id: BlobId): boolean {
    return this.here.has(id);
  }

  isWanted(id: BlobId): boolean {
    return [...this.wanted.values()].includes(id);
  }

  /** True when the document is here whole; else it is fetched, and `onArrived` says when to ask again. */
  obtain(purpose: string, id: BlobId): boolean {
    if (this.here.has(id)) {
      this.stop(purpose);
      return true;
    }
    if (this.wanted.get(purpose) === id) return false;
    this.stop(purpose);
    this.wanted.set(purpose, id);
    this.context.background(() => this.fetch(purpose, id));
    return false;
  }

  /** Nothing is wanted for this purpose any more. */
  stop(purpose: string): void {
    const id = this.wanted.get(purpose);
    if (id === undefined) return;
    this.wanted.delete(purpose);
    if (!this.isWanted(id) && !this.here.has(id)) this.context.core.blobs.cancel(id);
  }

  /** Not whole after all, or dropped. */
  forget(id: BlobId): void {
    this.here.delete(id);
  }

  private async fetch(purpose: string, id: BlobId): Promise<void> {
    try {
      await this.context.core.blobs.fetch(id);
      this.here.add(id);
    } catch (fault) {
      // A disk that fails has been reported by whoever wrote to it; what is still wanted is asked for again later.
      if (!(fault instanceof BlobCancelled) && !(fault instanceof StoreFault)) throw fault;
    }
    if (this.wanted.get(purpose) !== id) return;
    this.wanted.delete(purpose);
    if (this.here.has(id)) this.onArrived(purpose);
  }
}
