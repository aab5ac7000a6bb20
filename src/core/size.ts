/** How many bytes things take when encoded, without encoding them. */
import type { Body } from './block.ts';
import { HEADER_BYTES } from './header.ts';
import { TX_BYTES_MIN, type Transaction } from './transaction.ts';

/** Length of a varint (codec.ts), 1 to 8. */
function varintBytes(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}

/** Length of `encodeTransaction(tx)`. */
export function transactionBytes(tx: Transaction): number {
  const varints = varintBytes(tx.accountNonce) + varintBytes(tx.expiryHeight) + varintBytes(tx.payload.length);
  return TX_BYTES_MIN - 3 + varints + tx.payload.length;
}

/** What a transaction takes in a body: its bytes and their length. */
export function transactionBytesInBody(tx: Transaction): number {
  const bytes = transactionBytes(tx);
  return varintBytes(bytes) + bytes;
}

/** Length of a whole encoded block, header included: what a network's `blockBytesMax` caps. */
export function blockBytes(sealBytes: number, transactionCount: number, transactionBytesInBodySum: number): number {
  return HEADER_BYTES + varintBytes(sealBytes) + sealBytes + varintBytes(transactionCount) + transactionBytesInBodySum;
}

/** Length of `encodeBody(body)`. */
export function bodyBytes({ seal, transactions }: Body): number {
  const content = transactions.reduce((sum, tx) => sum + transactionBytesInBody(tx), 0);
  return blockBytes(seal.length, transactions.length, content) - HEADER_BYTES;
}
