/** `transfer`: coins from the sender's account to another. No memo: nothing a person writes belongs on the chain. */
import { accountOf, formatAddress } from '../core/account.ts';
import { decode, Writer } from '../core/codec.ts';
import { AccountId } from '../core/ids.ts';
import { reject, VALID } from '../core/result.ts';
import { credit, debit } from './account-state.ts';
import { defineKind } from './kind.ts';
import { accountKey } from './state-keys.ts';

interface TransferPayload {
  readonly to: AccountId;
  /** Grains, at least 1. */
  readonly amount: bigint;
}

const PAYLOAD_BYTES = AccountId.byteLength + 8;

export const transfer = defineKind({
  number: 1,
  name: 'transfer',
  account: 'always',
  codec: {
    /** to 20 | amount u64. */
    encode: ({ to, amount }: TransferPayload) => new Writer().bytes(AccountId.toBytes(to)).u64(amount).finish(),
    decode: (bytes) =>
      decode(bytes, PAYLOAD_BYTES, (r) => ({ to: AccountId.of(r.bytes(AccountId.byteLength)), amount: r.u64() })),
  },

  check: (_tx, { amount }) => (amount > 0n ? VALID : reject('bad-amount', 'a transfer of nothing')),
  touches: (_tx, { to }) => [accountKey(to)],
  claims: () => [],

  apply(view, tx, { to, amount }, { height }) {
    const spent = debit(view, accountOf(tx.sender), amount, height);
    return spent.ok ? credit(view, to, amount, height) : spent;
  },

  summary: (tx, { to, amount }) => ({
    kind: 'transfer' as const,
    from: formatAddress(accountOf(tx.sender)),
    to: formatAddress(to),
    amount,
  }),
});
