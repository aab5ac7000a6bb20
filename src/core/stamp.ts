/**
 * Stamps: a little work on a transaction's own body, in place of a fee, so that nobody needs coins to share a record
 * and a flood still costs its author. Bound to one network and one body: a stamp cannot be reused.
 *
 *   prefixHash = tagged hash 'medmesh/stamp' of genesis hash || body with a zero stamp
 *   bits       = leading zero bits of SHA256(prefixHash || stamp)
 */
import { abytes } from './bytes.ts';
import { HASH_BYTES, sha256, taggedHash } from './hash.ts';
import { BlockHash } from './ids.ts';
import { memo } from './memo.ts';
import { encodeTransactionBody, STAMP_BYTES, type TransactionBody } from './transaction.ts';

/** The stamp of a transaction that has none; of itself worth about one bit. */
export const NO_STAMP: Uint8Array = new Uint8Array(STAMP_BYTES);

/** How much work the stamp shows, 0..256: b bits took about 2^b hashes. */
export function stampBitsOf(tx: TransactionBody, genesisHash: BlockHash): number {
  const bits = stampBitsByNetwork(tx);
  let known = bits.get(genesisHash);
  if (known === undefined) {
    known = leadingZeroBits(sha256(stampMessage(tx, genesisHash, abytes(tx.stamp, STAMP_BYTES, 'stamp'))));
    bits.set(genesisHash, known);
  }
  return known;
}

const stampBitsByNetwork = memo((_tx: TransactionBody) => new Map<BlockHash, number>());

/**
 * Tries counters from `startCounter` on, at most `attemptsMax` of them, so that a worker can stay responsive: on
 * undefined, call again with `startCounter + attemptsMax`.
 * @param bits  leading zero bits wanted; about 2^bits attempts on average
 * @returns the body with its stamp, still to be signed
 */
export function findStamp(
  tx: TransactionBody,
  genesisHash: BlockHash,
  bits: number,
  attemptsMax: number,
  startCounter = 0,
): TransactionBody | undefined {
  const message = stampMessage(tx, genesisHash, NO_STAMP);
  const counterView = new DataView(message.buffer, HASH_BYTES, STAMP_BYTES);
  for (let counter = startCounter; counter < startCounter + attemptsMax; counter++) {
    counterView.setBigUint64(0, BigInt(counter));
    if (leadingZeroBits(sha256(message)) >= bits) return { ...bodyOf(tx), stamp: message.slice(HASH_BYTES) };
  }
  return undefined;
}

/** A copy without the signature of an earlier stamp, if there was one. */
function bodyOf(tx: TransactionBody): TransactionBody {
  const { version, kind, sender, accountNonce, fee, expiryHeight, payload, stamp } = tx;
  return { version, kind, sender, accountNonce, fee, expiryHeight, payload, stamp };
}

function stampMessage(tx: TransactionBody, genesisHash: BlockHash, stamp: Uint8Array): Uint8Array {
  const unstamped = encodeTransactionBody({ ...tx, stamp: NO_STAMP });
  const message = new Uint8Array(HASH_BYTES + STAMP_BYTES);
  message.set(taggedHash('medmesh/stamp', BlockHash.toBytes(genesisHash), unstamped));
  message.set(stamp, HASH_BYTES);
  return message;
}

function leadingZeroBits(hash: Uint8Array): number {
  let bits = 0;
  for (const byte of hash) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
}
