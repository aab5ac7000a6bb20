/**
 * Which of the person's slots comes next. An index is used for one slot, ever: the key of a slot tells whose it is, and a
 * link's seed grows from it. So an index is stored as used before it is used, and one that a crash left unused stays so.
 *
 * One person may be several nodes (two tabs, two networks) that know nothing of each other: each takes its indices from
 * runs that begin at random, far too many for two nodes to meet in one.
 */
import type { Identity } from '../../health/identity.ts';
import type { Rng } from '../ports.ts';
import type { PersonRows } from './person-rows.ts';
import { OWN } from './row-types.ts';

/** Indices of one run: 2^21 runs of 2^10 make up all 2^31. */
const RUN_LENGTH = 2 ** 10;
const RUN_BITS = 21;

export class OwnSlots {
  private readonly rows: PersonRows;
  private readonly identity: Identity;
  private readonly rng: Rng;

  constructor(rows: PersonRows, identity: Identity, rng: Rng) {
    this.rows = rows;
    this.identity = identity;
    this.rng = rng;
  }

  /** A fresh index and its keys. Throws StoreFault. */
  async allocate(): Promise<{ readonly index: number } & ReturnType<Identity['ownSlot']>> {
    const index = await this.rows.change((batch) => {
      const left = this.rows.own('slotIndex');
      const run = left && left.next < left.end ? left : this.freshRun();
      batch.put('slotIndex', OWN, { next: run.next + 1, end: run.end });
      return run.next;
    });
    return { index, ...this.identity.ownSlot(index) };
  }

  private freshRun(): { readonly next: number; readonly end: number } {
    const bytes = this.rng.bytes(4);
    const start = (new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) >>> (32 - RUN_BITS)) * RUN_LENGTH;
    return { next: start, end: start + RUN_LENGTH };
  }
}
