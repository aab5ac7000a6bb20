/**
 * How bad it is to have sent something that a rule refuses. Validation only names the rule; the peer manager adds these
 * points up. What an honest peer can send by bad luck (a race, a clock, another mempool) costs nothing.
 */
import { MISBEHAVIOR_MAX } from './params.ts';

/** An honest node with a different view, clock or policy sends these. */
const INNOCENT: ReadonlySet<string> = new Set([
  'time-too-new',
  'index-full',
  'already-known',
  'conflict',
  'mempool-full',
  'fee-too-low',
  'stamp-too-low',
  'too-many-pending',
  'expired',
  'insufficient-balance',
  'account-nonce-gap',
  'account-nonce-used',
  'slot-exists',
  'slot-unknown',
  'slot-erased',
  'bad-slot-version',
]);

/** Rules on what state a transaction meets depend on the tip; those on its own bytes do not. */
const TRANSACTION_OFFENCES: ReadonlySet<string> = new Set([
  'bad-signature',
  'bad-payload',
  'unknown-kind',
  'bad-version',
  'coinbase-misplaced',
]);

/** Points for a block or header. Whoever relays it checked it first, or should have. */
export function blockPoints(code: string): number {
  if (INNOCENT.has(code)) return 0;
  return code === 'unknown-parent' ? 5 : MISBEHAVIOR_MAX;
}

/** Points for a transaction: only what is wrong on any chain state is held against the sender. */
export function transactionPoints(code: string): number {
  return TRANSACTION_OFFENCES.has(code) ? MISBEHAVIOR_MAX : 0;
}
