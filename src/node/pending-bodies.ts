/**
 * Bodies that wait for their parents: checked against their own header, not yet against the state. Bounded in number and
 * bytes; the one furthest above the chain goes first, since it can be fetched again last.
 */
import type { Body } from '../core/block.ts';
import type { BlockHash } from '../core/ids.ts';
import { PENDING_BODIES_MAX, PENDING_BODY_BYTES_MAX } from './params.ts';

export interface PendingBody {
  readonly height: number;
  readonly body: Body;
  /** Encoded. */
  readonly bytes: Uint8Array;
}

export class PendingBodies {
  private readonly bodies = new Map<BlockHash, PendingBody>();
  private totalBytes = 0;

  has(hash: BlockHash): boolean {
    return this.bodies.has(hash);
  }

  get(hash: BlockHash): PendingBody | undefined {
    return this.bodies.get(hash);
  }

  add(hash: BlockHash, body: PendingBody): void {
    if (this.bodies.has(hash)) return;
    this.bodies.set(hash, body);
    this.totalBytes += body.bytes.length;
    while (this.bodies.size > PENDING_BODIES_MAX || this.totalBytes > PENDING_BODY_BYTES_MAX)
      this.delete(this.highest());
  }

  delete(hash: BlockHash): void {
    const body = this.bodies.get(hash);
    if (!body) return;
    this.bodies.delete(hash);
    this.totalBytes -= body.bytes.length;
  }

  private highest(): BlockHash {
    let highest: BlockHash | undefined;
    let height = -1;
    for (const [hash, body] of this.bodies) {
      if (body.height <= height) continue;
      highest = hash;
      height = body.height;
    }
    return highest!;
  }
}
