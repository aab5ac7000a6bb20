/**
 * The ledger as the chain engine, the mempool and the node see it: what a transaction may do, without knowing the kinds.
 * Pure and synchronous. Data of peers is judged, never thrown at; state keys must be loaded before they are read.
 */
import type { Block } from './block.ts';
import type { StateKey } from './ids.ts';
import type { Result, Verdict } from './result.ts';
import type { StateReader, StateView } from './state-view.ts';
import type { Transaction } from './transaction.ts';
import type { StateTransition } from './undo.ts';

/**
 * A transaction's place in a line of transactions that can only be taken in order: the account nonce of an account, the
 * version of a slot. Two transactions with one place exclude each other.
 */
export interface Claim {
  readonly line: StateKey;
  readonly position: number;
}

export interface Ledger {
  /**
   * All that needs no state: kind, payload, and that it pays a fee or carries the network's minimum stamp. Coinbases
   * pass too. Not the signature: the node checks those in batches, with `signatureItem`.
   */
  checkTransaction(tx: Transaction): Verdict;

  /** digest 32 || signature 65 || public key 33, for the verifier port; undefined for a coinbase, which has none. */
  signatureItem(tx: Transaction): Uint8Array | undefined;

  /** Every state key that applying reads or writes. Empty for a payload that `checkTransaction` refuses. */
  touches(tx: Transaction): readonly StateKey[];

  /** Empty for a coinbase, and for a payload that `checkTransaction` refuses. */
  claims(tx: Transaction): readonly Claim[];

  /**
   * Judges one transaction (no coinbase) in a block of this height and, if it is valid, writes what it does to the view;
   * if not, leaves the view as it was.
   */
  applyTransaction(view: StateView, tx: Transaction, height: number): Verdict;

  /**
   * Judges all the transactions of a block, coinbase first. Signatures and the header are the caller's matter.
   * @param state  before the block, with the `touches` of every transaction loaded; nothing is written to it
   * @param accumulator  before the block, 2,048 bytes; left as it is
   */
  applyTransactions(
    state: StateReader,
    accumulator: Uint8Array,
    transactions: readonly Transaction[],
    height: number,
  ): Result<StateTransition>;

  /** `applyTransactions`, the block's size, and that its header commits to the state it leads to (`bad-state-root`). */
  applyBlock(state: StateReader, accumulator: Uint8Array, block: Block, height: number): Result<StateTransition>;

  /** New coins in a block of this height, in grains. */
  subsidyAt(height: number): bigint;

  /** @param minerPublicKey 33 bytes */
  makeCoinbase(minerPublicKey: Uint8Array, height: number, amount: bigint): Transaction;
}
