/**
 * Bodies that wait for their parents, or for their branch to win: checked against their own header, not yet against the
 * state. Bounded in number and bytes; the one furthest from the tip goes first: above it is fetched again last, below it
 * has lost its race.
 */
import type { Body } from '../core/block.ts';
import type { BlockHash } from '../core/ids.ts';
import type { IndexedHeader } from '../core/indexed-header.ts';
import { PENDING_BODIES_MAX, PENDING_BODY_BYTES_MAX } from './params.ts';

export interface PendingBody {
  readonly block: IndexedHeader;
  readonly body: Body;
  /** Encoded. */
  readonly bytes: Uint8Array;
  /** Read from the disk, where it and its header lie above the tip. */
  readonly isStored: boolean;
}

export class PendingBodies {
  private readonly bodies = new Map<BlockHash, PendingBody>();
  private totalBytes = 0;

  get count(): number {
    return this.bodies.size;
  }

  get bytes(): number {
    return this.totalBytes;
  }

  has(hash: BlockHash): boolean {
    return this.bodies.has(hash);
  }

  get(hash: BlockHash): PendingBody | undefined {
    return this.bodies.get(hash);
  }

  values(): Iterable<PendingBody> {
    return this.bodies.values();
  }

  add(body: PendingBody, tipHeight: number): void {
    if (this.bodies.has(body.block.hash)) return;
    this.bodies.set(body.block.hash, body);
    this.totalBytes += body.bytes.length;
    while (this.bodies.size > PENDING_BODIES_MAX || this.totalBytes > PENDING_BODY_BYTES_MAX)
      this.delete(this.furthest(tipHeight));
  }

  delete(hash: BlockHash): void {
    const body = this.bodies.get(hash);
    if (!body) return;
    this.bodies.delete(hash);
    this.totalBytes -= body.bytes.length;
  }

  deleteWhere(isUseless: (block: IndexedHeader) => boolean): void {
    for (const { block } of [...this.bodies.values()]) if (isUseless(block)) this.delete(block.hash);
  }

  private furthest(tipHeight: number): BlockHash {
    let furthest: BlockHash | undefined;
    let distance = -1;
    for (const { block } of this.bodies.values()) {
      if (Math.abs(block.height - tipHeight) <= distance) continue;
      furthest = block.hash;
      distance = Math.abs(block.height - tipHeight);
    }
    return furthest!;
  }
}
