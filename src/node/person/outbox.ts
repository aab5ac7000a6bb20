/**
 * Own transactions on their way into the chain. Each is stored before it is sent, sent again until a block holds it, and
 * kept until that block is deep: so neither a closed tab, nor a reorg, nor a mempool that forgot loses one. Those that
 * made a slot what it is are kept for good: a chain that was lost and begun again is given them once more.
 */
import { fromHex, toHex } from '../../core/bytes.ts';
import type { SlotId, TxId } from '../../core/ids.ts';
import { assert, type Verdict } from '../../core/result.ts';
import { decodeTransaction, encodeTransaction, txIdOf, type Transaction } from '../../core/transaction.ts';
import type { AnchorState } from '../api.ts';
import { detailOf } from '../node-log.ts';
import { SETTLED_DEPTH } from '../params.ts';
import type { PersonContext } from './context.ts';
import type { RowBatch } from './person-rows.ts';
import type { OutboxData, OutboxSlot, Signer } from './row-types.ts';
import { readConfirmed, sealedVersionOf } from './slots.ts';
import { stampAndSign } from './stamper.ts';

/** Refusals that time may mend: the transaction stays and is sent again. */
const PASSING: ReadonlySet<string> = new Set([
  'already-known',
  'stamp-too-low',
  'fee-too-low',
  'mempool-full',
  'too-many-pending',
  'admission-full',
  'account-nonce-gap',
  'slot-version-gap',
  'slot-unknown',
  'insufficient-balance',
]);
/** Refusals that say: the place is taken on the chain, by this very transaction or by another. */
const TAKEN: ReadonlySet<string> = new Set(['slot-exists', 'slot-version-used', 'account-nonce-used', 'slot-erased']);
const RESTAMPS_MAX = 3;

export interface OutboxHandlers {
  /** Its stamp was too low and it has a new one; with it a new id. */
  onRenamed(batch: RowBatch, from: TxId, to: TxId): void;
  /** It will never be in the chain: another has its place. */
  onLost(batch: RowBatch, txid: TxId): void;
}

export class Outbox {
  private readonly context: PersonContext;
  private readonly handlers: OutboxHandlers;
  private readonly submitting = new Map<TxId, Promise<Verdict>>();

  constructor(context: PersonContext, handlers: OutboxHandlers) {
    this.context = context;
    this.handlers = handlers;
  }

  /** To be stored in one batch with whatever the transaction is about; then `submit`. */
  add(batch: RowBatch, tx: Transaction, signer: Signer, slot?: OutboxSlot): TxId {
    const txid = txIdOf(tx);
    const createdAtMs = this.context.core.ports.clock.nowMs();
    const base = { txid, tx: toHex(encodeTransaction(tx)), signer, createdAtMs };
    batch.put('outbox', txid, slot ? { ...base, slot } : base);
    return txid;
  }

  /** Takes one back that was refused at once, with whatever was stored for it. */
  withdraw(txid: TxId, undo: (batch: RowBatch) => void): Promise<void> {
    return this.context.rows.change((batch) => {
      batch.delete('outbox', txid);
      undo(batch);
    });
  }

  /** Sends one. Refusals that time may mend count as sent. */
  async submit(txid: TxId): Promise<Verdict> {
    const running = this.submitting.get(txid);
    if (running) return running;
    const submission = this.submitOnce(txid).finally(() => this.submitting.delete(txid));
    this.submitting.set(txid, submission);
    return submission;
  }

  /** Sends all that no block holds yet; those of one line in their order. */
  async submitAll(): Promise<void> {
    const waiting = this.context.rows.all('outbox').filter(({ height }) => height === undefined);
    const inOrder = waiting
      .map((row) => ({ txid: row.txid, position: row.slot?.version ?? transactionOf(row).accountNonce }))
      .sort((a, b) => a.position - b.position);
    for (const { txid } of inOrder) {
      const verdict = await this.submit(txid);
      if (!verdict.ok) this.context.core.log({ type: 'own-transaction-refused', txid, detail: detailOf(verdict) });
    }
  }

  /** How far a version of an own slot has come. */
  anchorOf(slotId: SlotId, version: number): AnchorState {
    const rows = this.context.rows.all('outbox');
    const row = rows.find(({ slot }) => slot?.slotId === slotId && slot.version === version);
    if (!row || row.height !== undefined) return 'recorded';
    return this.isAdmitted(row.txid) ? 'sent' : 'saving';
  }

  /** Whether the mempool has it. */
  isAdmitted(txid: TxId): boolean {
    return this.context.core.mempool.byTxId(txid) !== undefined;
  }

  /** Every own transaction that no block holds yet. */
  waiting(): { readonly txid: TxId; readonly tx: Transaction }[] {
    const rows = this.context.rows.all('outbox').filter(({ height }) => height === undefined);
    return rows.map((row) => ({ txid: row.txid, tx: transactionOf(row) }));
  }

  // ---------------------------------------------------------------- following the chain

  /** A block at `height` holds these. */
  confirm(batch: RowBatch, txids: Iterable<TxId>, height: number): void {
    for (const txid of txids) {
      const row = this.context.rows.get('outbox', txid);
      if (row && row.height !== height) batch.put('outbox', txid, { ...row, height });
    }
  }

  /** Blocks above `height` came off: what they held is on its way again. */
  unwind(batch: RowBatch, height: number): void {
    for (const row of this.context.rows.all('outbox')) {
      if (row.height === undefined || row.height <= height) continue;
      const { height: _, ...waiting } = row;
      batch.put('outbox', row.txid, waiting);
    }
  }

  /** Lets go of what is so deep that no likely reorg brings it back, unless a slot stands on it. */
  settle(batch: RowBatch, tipHeight: number): void {
    const deep = this.context.rows
      .all('outbox')
      .filter(
        ({ txid, height }) =>
          height !== undefined && height <= tipHeight - SETTLED_DEPTH && batch.peek('outbox', txid) === undefined,
      );
    const erased = new Set(deep.flatMap(({ slot }) => (slot?.erases ? slot.slotId : [])));
    for (const { txid, slot } of deep) if (!slot || erased.has(slot.slotId)) batch.delete('outbox', txid);
  }

  // ---------------------------------------------------------------- sending

  private async submitOnce(txid: TxId): Promise<Verdict> {
    let id = txid;
    for (let attempt = 0; ; attempt++) {
      const row = this.context.rows.get('outbox', id);
      if (!row || row.height !== undefined) return { ok: true };
      const verdict = await this.context.core.submitTransaction(transactionOf(row));
      if (verdict.ok) return verdict;
      if (TAKEN.has(verdict.code)) return this.settleTaken(row, verdict);
      if (verdict.code !== 'stamp-too-low' || attempt >= RESTAMPS_MAX) {
        return PASSING.has(verdict.code) ? { ok: true } : verdict;
      }
      id = await this.restamp(row);
    }
  }

  private async restamp(row: OutboxData): Promise<TxId> {
    const old = transactionOf(row);
    const tx = await stampAndSign(this.context, old, this.secretOf(row.signer));
    const txid = txIdOf(tx);
    await this.context.rows.change((batch) => {
      if (!this.context.rows.get('outbox', row.txid)) return;
      batch.delete('outbox', row.txid);
      batch.put('outbox', txid, { ...row, txid, tx: toHex(encodeTransaction(tx)) });
      this.handlers.onRenamed(batch, row.txid, txid);
    });
    return txid;
  }

  /** The chain has something in this one's place: is it this one? */
  private async settleTaken(row: OutboxData, verdict: Verdict): Promise<Verdict> {
    const { core, rows } = this.context;
    if (row.slot) {
      const confirmed = await readConfirmed(core, row.slot.slotId);
      const isPast = confirmed !== undefined && confirmed.version >= row.slot.version;
      const isOurs =
        confirmed?.version !== row.slot.version || confirmed.blobId === sealedVersionOf(transactionOf(row))?.blobId;
      if (isPast && isOurs) {
        await rows.change((batch) => this.confirm(batch, [row.txid], confirmed.height));
        return { ok: true };
      }
      return verdict;
    }
    // An account nonce tells nothing of who took it: whoever walks the chain knows, and drops what it did not find.
    return { ok: true };
  }

  /**
   * Drops account transactions whose nonce the chain has passed without them: another tab of the same person was faster.
   * Only for when the whole chain has been walked.
   * @param accountNonce  the next one by the chain's state
   */
  dropOvertaken(batch: RowBatch, accountNonce: number): void {
    for (const row of this.context.rows.all('outbox')) {
      if (row.signer.kind !== 'account' || row.height !== undefined) continue;
      if (transactionOf(row).accountNonce >= accountNonce) continue;
      batch.delete('outbox', row.txid);
      this.handlers.onLost(batch, row.txid);
      this.context.core.log({ type: 'own-transaction-overtaken', txid: row.txid });
    }
  }

  private secretOf(signer: Signer): Uint8Array {
    const { identity } = this.context;
    switch (signer.kind) {
      case 'account':
        return identity.accountSecret;
      case 'slot':
        return identity.ownSlot(signer.index).ownerSecret;
      case 'once': {
        const secret = fromHex(signer.secret);
        assert(secret, 'one-time key in an outbox row');
        return secret;
      }
    }
  }
}

function transactionOf(row: OutboxData): Transaction {
  const bytes = fromHex(row.tx);
  const tx = bytes && decodeTransaction(bytes);
  assert(tx?.ok, `outbox row ${row.txid} holds a transaction`);
  return tx.value;
}
