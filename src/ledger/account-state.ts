/**
 * Accounts in the state: balance, account nonce, and coinbases that are not yet spendable. Coinbases mature without
 * anybody doing anything: an entry counts as balance from its height on, and moves there the next time the account is
 * written. So a block touches no account but those its transactions name.
 */
import { decode, Writer } from '../core/codec.ts';
import type { AccountId } from '../core/ids.ts';
import { assert, reject, VALID, type Verdict } from '../core/result.ts';
import type { StateReader, StateView } from '../core/state-view.ts';
import { accountKey } from './state-keys.ts';

/** Grains are unsigned 64-bit. */
export const AMOUNT_MAX = 0xffff_ffff_ffff_ffffn;

interface ImmatureAmount {
  /** First height at which it can be spent. */
  readonly matureHeight: number;
  readonly amount: bigint;
}

export interface AccountState {
  /** What may be spent at the height this was read for. */
  readonly balance: bigint;
  /** The account nonce that the next transaction must have. */
  readonly accountNonce: number;
  /** By height, ascending; one per height. */
  readonly immature: readonly ImmatureAmount[];
}

const NOTHING: AccountState = { balance: 0n, accountNonce: 0, immature: [] };

/** An account nobody paid yet is one without coins. @param height of the block that would read it */
export function readAccount(state: StateReader, account: AccountId, height: number): AccountState {
  const bytes = state(accountKey(account));
  return bytes === undefined ? NOTHING : settle(decodeAccount(bytes), height);
}

/** An account that is as if it had never been leaves no trace in the state. */
export function writeAccount(view: StateView, account: AccountId, value: AccountState): void {
  const isEmpty = value.balance === 0n && value.accountNonce === 0 && value.immature.length === 0;
  view.set(accountKey(account), isEmpty ? undefined : encodeAccount(value));
}

/** balance u64 | accountNonce varint | list of: matureHeight varint, amount u64. */
export function encodeAccount(value: AccountState): Uint8Array {
  return new Writer()
    .u64(value.balance)
    .varint(value.accountNonce)
    .list(value.immature, (writer, entry) => writer.varint(entry.matureHeight).u64(entry.amount))
    .finish();
}

/** Of a stored value, as it was when last written: see `settle`. Bytes that are no account mean the state is corrupt. */
export function decodeAccount(bytes: Uint8Array): AccountState {
  const decoded = decode(bytes, bytes.length, (reader) => ({
    balance: reader.u64(),
    accountNonce: reader.varint(),
    immature: reader.list(bytes.length, (r) => ({ matureHeight: r.varint(), amount: r.u64() })),
  }));
  assert(decoded.ok, 'corrupt account in the state');
  return decoded.value;
}

/** Counts what has matured by `height` as balance. */
export function settle(value: AccountState, height: number): AccountState {
  if (value.immature.every((entry) => entry.matureHeight > height)) return value;
  let { balance } = value;
  const immature: ImmatureAmount[] = [];
  for (const entry of value.immature) {
    if (entry.matureHeight <= height) balance += entry.amount;
    else immature.push(entry);
  }
  return { balance, accountNonce: value.accountNonce, immature };
}

/** Adds to what can be spent. No account may ever hold more than a uint64, matured or not. */
export function credit(view: StateView, account: AccountId, amount: bigint, height: number): Verdict {
  const value = readAccount(view.get, account, height);
  if (holdings(value) + amount > AMOUNT_MAX) return reject('amount-overflow', `account ${account}`);
  writeAccount(view, account, { ...value, balance: value.balance + amount });
  return VALID;
}

/** Adds what can be spent from `matureHeight` on: later than any other entry, since blocks come in order. */
export function creditImmature(view: StateView, account: AccountId, entry: ImmatureAmount, height: number): Verdict {
  const value = readAccount(view.get, account, height);
  if (holdings(value) + entry.amount > AMOUNT_MAX) return reject('amount-overflow', `account ${account}`);
  writeAccount(view, account, { ...value, immature: [...value.immature, entry] });
  return VALID;
}

export function debit(view: StateView, account: AccountId, amount: bigint, height: number): Verdict {
  const value = readAccount(view.get, account, height);
  if (value.balance < amount) return reject('insufficient-balance', `${value.balance} of ${amount} grains`);
  writeAccount(view, account, { ...value, balance: value.balance - amount });
  return VALID;
}

/** Uses up one account nonce: exactly the next one. That is what stops a transaction from being taken twice. */
export function takeAccountNonce(view: StateView, account: AccountId, accountNonce: number, height: number): Verdict {
  const value = readAccount(view.get, account, height);
  const detail = `account nonce ${accountNonce}, next is ${value.accountNonce}`;
  if (accountNonce < value.accountNonce) return reject('account-nonce-used', detail);
  if (accountNonce > value.accountNonce) return reject('account-nonce-gap', detail);
  writeAccount(view, account, { ...value, accountNonce: accountNonce + 1 });
  return VALID;
}

/** All coins of an account, spendable or not. */
export function holdings(value: AccountState): bigint {
  return value.immature.reduce((sum, entry) => sum + entry.amount, value.balance);
}
