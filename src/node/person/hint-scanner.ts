/**
 * Finds what others sealed for the organisation that this person is. Every hint costs a multiplication on the curve, so
 * only those who have a profile look, and nothing is looked at twice.
 */
import type { TxId } from '../../core/ids.ts';
import { txIdOf, type Transaction } from '../../core/transaction.ts';
import { matchHint } from '../../health/hint.ts';
import { BoundedSet } from '../bounded.ts';
import type { PersonContext } from './context.ts';
import { sealedVersionOf, type SealedVersion } from './slots.ts';

/** Hints looked at between two pauses: about 5 ms. */
const HINTS_PER_SLICE = 5;
const SEEN_MAX = 20_000;

export class HintScanner {
  private readonly context: PersonContext;
  private readonly seen = new BoundedSet<TxId>(SEEN_MAX);

  constructor(context: PersonContext) {
    this.context = context;
  }

  /** Nobody can seal anything for an organisation whose keys are not published. */
  get isOn(): boolean {
    return this.context.rows.own('profile') !== undefined;
  }

  /** The seals among these that are for this person, without those looked at before. */
  async findOwn(transactions: readonly Transaction[]): Promise<SealedVersion[]> {
    const found: SealedVersion[] = [];
    if (!this.isOn) return found;
    let looked = 0;
    for (const tx of transactions) {
      const version = sealedVersionOf(tx);
      const txid = version && txIdOf(tx);
      if (!txid || this.seen.has(txid)) continue;
      if (++looked % HINTS_PER_SLICE === 0) await this.context.pause();
      if (matchHint(version.hint, this.context.identity.scanSecret, version)) found.push(version);
      else this.seen.add(txid);
    }
    return found;
  }
}
