/**
 * `coinbase`: the subsidy and the fees, to the miner. First of every block, applied last, when the fees are known. Its
 * account nonce is the block's height, so that no two coinbases have one id.
 */
import { accountOf, formatAddress } from '../core/account.ts';
import { isZero } from '../core/bytes.ts';
import { decode, Writer } from '../core/codec.ts';
import type { NetworkSpec } from '../core/network-spec.ts';
import { reject, VALID } from '../core/result.ts';
import { COINBASE_KIND } from '../core/transaction.ts';
import { AMOUNT_MAX, creditImmature } from './account-state.ts';
import { defineKind } from './kind.ts';
import { accountKey } from './state-keys.ts';

interface CoinbasePayload {
  /** Grains. Less than the rules allow is allowed: the rest is never created. */
  readonly amount: bigint;
  /** The miner's own, at most 32 bytes. */
  readonly extra: Uint8Array;
}

const EXTRA_BYTES_MAX = 32;
const PAYLOAD_BYTES_MAX = 8 + 1 + EXTRA_BYTES_MAX;

export const coinbase = defineKind({
  number: COINBASE_KIND,
  name: 'coinbase',
  account: 'never',
  codec: {
    /** amount u64 | extra varbytes. */
    encode: (payload: CoinbasePayload) => new Writer().u64(payload.amount).varbytes(payload.extra).finish(),
    decode: (bytes) =>
      decode(bytes, PAYLOAD_BYTES_MAX, (r) => ({ amount: r.u64(), extra: r.varbytes(EXTRA_BYTES_MAX) })),
  },

  check(tx) {
    // What means nothing here has one value, or a miner could have many ids for one coinbase.
    const isPlain = tx.fee === 0n && tx.expiryHeight === 0 && isZero(tx.stamp) && isZero(tx.signature);
    return isPlain ? VALID : reject('bad-coinbase', 'fee, expiry, stamp or signature on a coinbase');
  },

  touches: (tx) => [accountKey(accountOf(tx.sender))],
  claims: () => [],

  apply(view, tx, { amount }, { spec, height, fees }) {
    if (tx.accountNonce !== height) return reject('bad-coinbase-height', `${tx.accountNonce} in block ${height}`);
    const most = subsidyAt(spec, height) + fees;
    if (most > AMOUNT_MAX) return reject('amount-overflow', 'subsidy and fees');
    if (amount > most) return reject('coinbase-too-large', `${amount} of ${most} grains`);
    if (amount === 0n) return VALID;
    const matureHeight = height + spec.maturityBlocks;
    return creditImmature(view, accountOf(tx.sender), { matureHeight, amount }, height);
  },

  summary: (tx, { amount }) => ({ kind: 'coinbase' as const, to: formatAddress(accountOf(tx.sender)), amount }),
});

/** New coins in a block: halved every `halvingBlocks`, none in genesis, which has no transactions. Grains. */
export function subsidyAt(spec: NetworkSpec, height: number): bigint {
  return height === 0 ? 0n : spec.subsidy >> BigInt(Math.floor(height / spec.halvingBlocks));
}
