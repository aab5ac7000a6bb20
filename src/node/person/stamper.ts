/** Stamps and signs own transactions, a slice at a time, so that the worker stays responsive meanwhile. */
import { SIGNATURE_BYTES } from '../../core/ecdsa.ts';
import { transactionBytes } from '../../core/size.ts';
import { findStamp, NO_STAMP } from '../../core/stamp.ts';
import {
  signTransaction,
  TRANSACTION_VERSION,
  type Transaction,
  type TransactionBody,
} from '../../core/transaction.ts';
import { STAMP_ATTEMPTS_PER_SLICE } from '../params.ts';
import type { PersonContext } from './context.ts';

/** A transaction before it is stamped and signed. `accountNonce` is 0 where no account is used. */
export interface Draft {
  readonly kind: number;
  readonly sender: Uint8Array;
  readonly accountNonce: number;
  readonly fee: bigint;
  readonly payload: Uint8Array;
}

/** With whatever stamp the mempool asks for now; none where the fee is enough. `secret` belongs to the draft's sender. */
export async function stampAndSign(
  { core, pause }: Pick<PersonContext, 'core' | 'pause'>,
  draft: Draft,
  secret: Uint8Array,
): Promise<Transaction> {
  const { kind, sender, accountNonce, fee, payload } = draft;
  const body: TransactionBody = {
    version: TRANSACTION_VERSION,
    kind,
    sender,
    accountNonce,
    fee,
    expiryHeight: 0,
    payload,
    stamp: NO_STAMP,
  };
  const floors = core.mempool.floors();
  const bytes = transactionBytes({ ...body, signature: new Uint8Array(SIGNATURE_BYTES) });
  if (Number(fee) / bytes >= floors.feePerByte) return signTransaction(body, secret, core.genesisHash);
  const bits = Math.max(core.spec.stampBits, floors.stampBits);
  for (let counter = 0; ; counter += STAMP_ATTEMPTS_PER_SLICE) {
    const stamped = findStamp(body, core.genesisHash, bits, STAMP_ATTEMPTS_PER_SLICE, counter);
    if (stamped) return signTransaction(stamped, secret, core.genesisHash);
    await pause();
  }
}
