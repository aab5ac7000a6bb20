/**
 * Documents that this person is waiting for: one at a time for each purpose. What is wanted changes while it is being
 * fetched (a newer version came, nobody serves the older one any more), and then the older fetch ends.
 */
import type { BlobId } from '../../core/ids.ts';
import { BlobCancelled, BlobRefused, type FetchOrder } from '../blob-fetches.ts';
import { StoreFault } from '../ports.ts';
import type { PersonContext } from './context.ts';

/** `refused`: it is not of the size that the chain says, and is not fetched. */
type Obtained = 'here' | 'coming' | 'refused';

export class BlobWants {
  private readonly context: PersonContext;
  private readonly onSettled: (purpose: string) => void;
  private readonly wanted = new Map<string, BlobId>();
  /** Known to be stored whole. */
  private readonly here = new Set<BlobId>();
  /** By purpose, until it is told. */
  private readonly refused = new Map<string, BlobId>();

  /** @param onSettled  what was wanted is here, or refused: `obtain` says which */
  constructor(context: PersonContext, onSettled: (purpose: string) => void) {
    this.context = context;
    this.onSettled = onSettled;
  }

  /** What something is being fetched for. */
  get purposes(): readonly string[] {
    return [...this.wanted.keys()];
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

  /** While it is coming, `onSettled` says when to ask again. */
  obtain(purpose: string, id: BlobId, order: FetchOrder): Obtained {
    if (this.wanted.get(purpose) === id && !this.here.has(id)) return 'coming';
    const isRefused = this.refused.get(purpose) === id;
    this.stop(purpose);
    if (this.here.has(id)) return 'here';
    if (isRefused) return 'refused';
    this.wanted.set(purpose, id);
    this.context.background(() => this.fetch(purpose, id, order));
    return 'coming';
  }

  /** Nothing is wanted for this purpose any more. */
  stop(purpose: string): void {
    this.refused.delete(purpose);
    const id = this.wanted.get(purpose);
    if (id === undefined) return;
    this.wanted.delete(purpose);
    if (!this.isWanted(id) && !this.here.has(id)) this.context.core.blobs.cancel(id);
  }

  /** Not whole after all, or dropped. */
  forget(id: BlobId): void {
    this.here.delete(id);
  }

  private async fetch(purpose: string, id: BlobId, order: FetchOrder): Promise<void> {
    let isRefused = false;
    try {
      await this.context.core.blobs.fetch(id, order);
      this.here.add(id);
    } catch (fault) {
      isRefused = fault instanceof BlobRefused;
      // A disk that fails has been reported by whoever wrote to it; what is still wanted is asked for again later.
      if (!isRefused && !(fault instanceof BlobCancelled) && !(fault instanceof StoreFault)) throw fault;
    }
    if (this.wanted.get(purpose) !== id) return;
    this.wanted.delete(purpose);
    if (isRefused) this.refused.set(purpose, id);
    if (isRefused || this.here.has(id)) this.onSettled(purpose);
  }
}
