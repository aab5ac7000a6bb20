/**
 * The state machine behind core's `Ledger`: what all transactions have in common, and the order of judgement in a block.
 *
 * No two transactions of a chain have one id, so ids need no index: a coinbase holds its height, an account nonce and a
 * slot's version are taken once, and a slot is created once.
 */
import { concatBytes, equalBytes } from '../core/bytes.ts';
import type { Block } from '../core/block.ts';
import { HEADER_BYTES } from '../core/header.ts';
import type { BlockHash } from '../core/ids.ts';
import type { Ledger } from '../core/ledger.ts';
import { stateRootOf } from '../core/lthash.ts';
import type { NetworkSpec } from '../core/network-spec.ts';
import { accept, assert, reject, VALID, type Result, type Verdict } from '../core/result.ts';
import { bodyBytes } from '../core/size.ts';
import { NO_STAMP, stampBitsOf } from '../core/stamp.ts';
import { StateView, type StateReader } from '../core/state-view.ts';
import { COINBASE_KIND, signatureDigest, TRANSACTION_VERSION, type Transaction } from '../core/transaction.ts';
import { SIGNATURE_BYTES } from '../core/ecdsa.ts';
import { accumulate, type StateTransition } from '../core/undo.ts';
import { AMOUNT_MAX } from './account-state.ts';
import { coinbase, subsidyAt } from './coinbase.ts';
import { kindOf } from './registry.ts';

export function createLedger(spec: NetworkSpec, genesisHash: BlockHash): Ledger {
  function checkTransaction(tx: Transaction): Verdict {
    const kind = kindOf(tx.kind);
    if (!kind) return reject('unknown-kind', `kind ${tx.kind}`);
    const verdict = kind.check(tx, spec);
    if (!verdict.ok || tx.kind === COINBASE_KIND || tx.fee > 0n) return verdict;
    const bits = stampBitsOf(tx, genesisHash);
    return bits >= spec.stampBits ? VALID : reject('stamp-too-low', `${bits} of ${spec.stampBits} bits, and no fee`);
  }

  /** A checked transaction, on a view of its own that sees only what it said it touches. */
  function applyChecked(view: StateView, tx: Transaction, height: number, fees: bigint): Verdict {
    const kind = kindOf(tx.kind);
    assert(kind, 'a transaction applied before it was checked');
    const touched = kind.touches(tx);
    const step = new StateView((key) => {
      assert(touched.includes(key), `${kind.name} reads ${key}, which it does not say it touches`);
      return view.get(key);
    });
    const verdict = kind.apply(step, tx, { spec, height, fees });
    if (verdict.ok) view.absorb(step);
    return verdict;
  }

  function applyTransaction(view: StateView, tx: Transaction, height: number): Verdict {
    if (tx.kind === COINBASE_KIND) return reject('coinbase-misplaced', 'only the first of a block is a coinbase');
    const verdict = checkTransaction(tx);
    if (!verdict.ok) return verdict;
    if (tx.expiryHeight !== 0 && tx.expiryHeight < height) {
      return reject('expired', `after height ${tx.expiryHeight}, judged at ${height}`);
    }
    return applyChecked(view, tx, height, 0n);
  }

  function applyCoinbase(view: StateView, tx: Transaction, height: number, fees: bigint): Verdict {
    const verdict = checkTransaction(tx);
    return verdict.ok ? applyChecked(view, tx, height, fees) : verdict;
  }

  function applyTransactions(
    state: StateReader,
    accumulator: Uint8Array,
    transactions: readonly Transaction[],
    height: number,
  ): Result<StateTransition> {
    const [first, ...others] = transactions;
    if (first?.kind !== COINBASE_KIND) return reject('coinbase-missing');
    const view = new StateView(state);
    let fees = 0n;
    for (const [i, tx] of others.entries()) {
      const verdict = applyTransaction(view, tx, height);
      if (!verdict.ok) return reject(verdict.code, `transaction ${i + 1}: ${verdict.detail ?? ''}`);
      fees += tx.fee;
    }
    // The fees were all balances once, and those fit a uint64 together; so this is a bug before it is a broken rule.
    assert(fees <= AMOUNT_MAX, 'fees above a uint64');
    // Last, so that even without a maturity nobody spends in a block what the block itself creates.
    const paid = applyCoinbase(view, first, height, fees);
    if (!paid.ok) return paid;
    const changes = view.changes();
    return accept({ changes, accumulator: accumulate(accumulator, changes) });
  }

  function applyBlock(
    state: StateReader,
    accumulator: Uint8Array,
    { header, body }: Block,
    height: number,
  ): Result<StateTransition> {
    const bytes = HEADER_BYTES + bodyBytes(body);
    if (bytes > spec.blockBytesMax) return reject('block-too-large', `${bytes} of ${spec.blockBytesMax} bytes`);
    const applied = applyTransactions(state, accumulator, body.transactions, height);
    if (applied.ok && !equalBytes(stateRootOf(applied.value.accumulator), header.stateRoot)) {
      return reject('bad-state-root');
    }
    return applied;
  }

  return {
    checkTransaction,
    signatureItem: (tx) =>
      tx.kind === COINBASE_KIND ? undefined : concatBytes(signatureDigest(tx, genesisHash), tx.signature, tx.sender),
    touches: (tx) => kindOf(tx.kind)?.touches(tx) ?? [],
    claims: (tx) => kindOf(tx.kind)?.claims(tx) ?? [],
    applyTransaction,
    applyTransactions,
    applyBlock,
    subsidyAt: (height) => subsidyAt(spec, height),
    makeCoinbase: (minerPublicKey, height, amount) => ({
      version: TRANSACTION_VERSION,
      kind: COINBASE_KIND,
      sender: minerPublicKey,
      accountNonce: height,
      fee: 0n,
      expiryHeight: 0,
      payload: coinbase.codec.encode({ amount, extra: new Uint8Array(0) }),
      stamp: NO_STAMP,
      signature: new Uint8Array(SIGNATURE_BYTES),
    }),
  };
}
