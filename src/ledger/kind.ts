/**
 * A kind of transaction: one file exporting one object made by `defineKind`, and one line in registry.ts. What all kinds
 * share is here: decoding the payload, and the sender's account with its nonce and fee. A kind adds its own rules.
 */
import { accountOf } from '../core/account.ts';
import type { DecodeCode } from '../core/codec.ts';
import type { StateKey } from '../core/ids.ts';
import type { Claim } from '../core/ledger.ts';
import { memo } from '../core/memo.ts';
import type { NetworkSpec } from '../core/network-spec.ts';
import { assert, reject, VALID, type Result, type Verdict } from '../core/result.ts';
import type { StateView } from '../core/state-view.ts';
import type { Transaction } from '../core/transaction.ts';
import { debit, takeAccountNonce } from './account-state.ts';
import { accountKey } from './state-keys.ts';

/** One byte string for one payload. */
interface PayloadCodec<Payload> {
  /** Throws on fields out of range: only ever our own. */
  encode(payload: Payload): Uint8Array;
  decode(bytes: Uint8Array): Result<Payload, DecodeCode>;
}

/** Where a transaction is applied. */
export interface ApplyContext {
  readonly spec: NetworkSpec;
  readonly height: number;
  /** What the block's other transactions pay; matters to its coinbase alone. */
  readonly fees: bigint;
}

/** What a kind is made of. `Payload` is already decoded wherever it appears. */
interface KindDefinition<Name extends string, Payload, Summary> {
  /** The transaction's kind byte; never used again for anything else. */
  readonly number: number;
  readonly name: Name;
  readonly codec: PayloadCodec<Payload>;
  /**
   * Whether the sender's account is used: then its nonce counts, and the fee comes out of it. A kind that guards against
   * replay in another way may leave the account alone where there is no fee.
   */
  readonly account: 'always' | 'with-fee' | 'never';
  /** Rules that need no state. */
  check(tx: Transaction, payload: Payload, spec: NetworkSpec): Verdict;
  /** State keys read or written, beside the sender's account where that is used. */
  touches(tx: Transaction, payload: Payload): readonly StateKey[];
  /** Places taken, beside the sender's account nonce where that is used. */
  claims(tx: Transaction, payload: Payload): readonly Claim[];
  /** Rules that need state, and what the transaction does. The fee is paid already. A rejected one's writes are dropped. */
  apply(view: StateView, tx: Transaction, payload: Payload, context: ApplyContext): Verdict;
  /** What the transaction says, in fields for people: addresses in bech32m, ids in hex. */
  summary(tx: Transaction, payload: Payload): Summary;
}

export interface Kind<Name extends string = string, Payload = unknown, Summary = unknown> {
  readonly number: number;
  readonly name: Name;
  readonly codec: PayloadCodec<Payload>;
  check(tx: Transaction, spec: NetworkSpec): Verdict;
  /** Empty for a payload that `check` refuses as undecodable; likewise `claims`. */
  touches(tx: Transaction): readonly StateKey[];
  claims(tx: Transaction): readonly Claim[];
  apply(view: StateView, tx: Transaction, context: ApplyContext): Verdict;
  /** Of a transaction that `check` accepts. */
  summary(tx: Transaction): Summary;
}

export function defineKind<const Name extends string, Payload, Summary>(
  definition: KindDefinition<Name, Payload, Summary>,
): Kind<Name, Payload, Summary> {
  const { number, name, codec } = definition;

  function usesAccount(tx: Transaction): boolean {
    return definition.account === 'always' || (definition.account === 'with-fee' && tx.fee > 0n);
  }

  const decoded = memo((tx: Transaction) => codec.decode(tx.payload));

  function payloadOf(tx: Transaction): Payload {
    const payload = decoded(tx);
    assert(payload.ok, `${name} transaction used before it was checked`);
    return payload.value;
  }

  return {
    number,
    name,
    codec,

    check(tx, spec) {
      const payload = decoded(tx);
      if (!payload.ok) return reject('bad-payload', `${name}: ${payload.code} ${payload.detail ?? ''}`);
      if (definition.account === 'with-fee' && tx.fee === 0n && tx.accountNonce !== 0) {
        return reject('account-nonce-unused', `${tx.accountNonce} where no account is used`);
      }
      return definition.check(tx, payload.value, spec);
    },

    touches: memo((tx) => {
      const payload = decoded(tx);
      if (!payload.ok) return [];
      const own = definition.touches(tx, payload.value);
      if (!usesAccount(tx)) return own;
      const sender = accountKey(accountOf(tx.sender));
      return [sender, ...own.filter((key) => key !== sender)];
    }),

    claims: memo((tx) => {
      const payload = decoded(tx);
      if (!payload.ok) return [];
      const own = definition.claims(tx, payload.value);
      if (!usesAccount(tx)) return own;
      return [{ line: accountKey(accountOf(tx.sender)), position: tx.accountNonce }, ...own];
    }),

    apply(view, tx, context) {
      const payload = payloadOf(tx);
      if (usesAccount(tx)) {
        const paid = paySender(view, tx, context.height);
        if (!paid.ok) return paid;
      }
      return definition.apply(view, tx, payload, context);
    },

    summary: (tx) => definition.summary(tx, payloadOf(tx)),
  };
}

function paySender(view: StateView, tx: Transaction, height: number): Verdict {
  const sender = accountOf(tx.sender);
  const nonce = takeAccountNonce(view, sender, tx.accountNonce, height);
  if (!nonce.ok) return nonce;
  return tx.fee === 0n ? VALID : debit(view, sender, tx.fee, height);
}
