/**
 * The one door for transactions, our own and peers': rules without state, signature, then the mempool's judgement on the
 * state at the tip. What arrives while a batch is being checked shares the next one.
 */
import { concatBytes, equalBytes } from '../core/bytes.ts';
import type { Ledger } from '../core/ledger.ts';
import type { Mempool } from '../core/mempool.ts';
import { reject, VALID, type Rejection } from '../core/result.ts';
import { preloadedState } from '../core/state-view.ts';
import { txIdOf, type Transaction } from '../core/transaction.ts';
import type { ChainManager } from './chain-manager.ts';
import { ADMISSION_BATCH_MAX, ADMISSION_QUEUE_MAX } from './params.ts';
import type { Verifier } from './ports.ts';
import type { SerialQueue } from './serial-queue.ts';

/** `never`: it breaks a rule on any chain, with any mempool; so whoever passed it on could have known. */
export type Admission = { readonly ok: true } | (Rejection & { readonly never: boolean });

interface Waiting {
  readonly tx: Transaction;
  settle(admission: Admission): void;
  fail(fault: unknown): void;
}

export class TxAdmission {
  private readonly waiting: Waiting[] = [];
  private running = false;
  private readonly ledger: Ledger;
  private readonly mempool: Mempool;
  private readonly chain: ChainManager;
  private readonly verifier: Verifier;
  private readonly queue: SerialQueue;
  private readonly onAdmitted: (tx: Transaction) => void;

  constructor(
    parts: { ledger: Ledger; mempool: Mempool; chain: ChainManager; verifier: Verifier; queue: SerialQueue },
    onAdmitted: (tx: Transaction) => void,
  ) {
    this.ledger = parts.ledger;
    this.mempool = parts.mempool;
    this.chain = parts.chain;
    this.verifier = parts.verifier;
    this.queue = parts.queue;
    this.onAdmitted = onAdmitted;
  }

  /** Verdicts of the ledger and the mempool, `bad-signature`, or `admission-full`. Rejects only when a port failed. */
  submit(tx: Transaction): Promise<Admission> {
    if (this.mempool.byTxId(txIdOf(tx))) return Promise.resolve({ ...reject('already-known'), never: false });
    const stateless = this.ledger.checkTransaction(tx);
    if (!stateless.ok) return Promise.resolve({ ...stateless, never: true });
    if (this.waiting.length >= ADMISSION_QUEUE_MAX)
      return Promise.resolve({ ...reject('admission-full'), never: false });
    const admission = new Promise<Admission>((settle, fail) => this.waiting.push({ tx, settle, fail }));
    if (!this.running) void this.run();
    return admission;
  }

  /** A signature that was checked here need not be checked again in a block: same transaction, same signature. */
  isVerified(tx: Transaction): boolean {
    const entry = this.mempool.byTxId(txIdOf(tx));
    return entry !== undefined && equalBytes(entry.tx.signature, tx.signature);
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, ADMISSION_BATCH_MAX);
      try {
        const signed = await this.verifySignatures(batch);
        await this.queue.run(() => this.admit(signed));
      } catch (fault) {
        for (const { fail } of batch) fail(fault);
      }
    }
    this.running = false;
  }

  private async verifySignatures(batch: readonly Waiting[]): Promise<Waiting[]> {
    const items = batch.map(({ tx }) => this.ledger.signatureItem(tx));
    const signed = batch.filter((_, i) => items[i] !== undefined);
    for (const [i, { settle }] of batch.entries())
      if (!items[i]) settle({ ...reject('coinbase-misplaced'), never: true });
    const verdicts = await this.verifier.verify(concatBytes(...items.filter((item) => item !== undefined)));
    return signed.filter(({ settle }, i) => {
      if (verdicts[i] === 1) return true;
      settle({ ...reject('bad-signature'), never: true });
      return false;
    });
  }

  private async admit(batch: readonly Waiting[]): Promise<void> {
    const keys = [...new Set(batch.flatMap(({ tx }) => this.ledger.touches(tx)))];
    const state = preloadedState(keys, await this.chain.readState(keys));
    for (const { tx, settle } of batch) {
      const admitted = this.mempool.admit(tx, state);
      settle(admitted.ok ? VALID : { ...admitted, never: false });
      if (admitted.ok) this.onAdmitted(tx);
    }
  }
}
