/**
 * Compact blocks: a header, the coinbase, and eight bytes for each other transaction, since the receiver most likely has
 * them waiting. A short id covers the whole encoded transaction, signature included, as the body root does; so what does
 * not fit is asked for by position, and only a collision of short ids makes a body that its header disowns.
 * @source the idea of BIP-152, with a tagged hash in place of SipHash
 */
import type { Block, Body } from './block.ts';
import { abytes, toBigInt } from './bytes.ts';
import { taggedHash } from './hash.ts';
import { encodeHeader, hashHeader } from './header.ts';
import { BlockHash } from './ids.ts';
import { decodeTransaction, encodeTransaction, type Transaction } from './transaction.ts';
import type { MessageOf } from './wire.ts';

export type CompactBlock = MessageOf<'compactBlock'>;

export const SALT_BYTES = 8;

/** A block on its way to being whole. */
export interface PartialBody {
  /** By position in the block, coinbase first; undefined where it is not known yet. */
  readonly transactions: readonly (Transaction | undefined)[];
  /** Positions to ask for, ascending. */
  readonly missing: readonly number[];
}

/** @param salt  8 random bytes, fresh for each block and sender, so that nobody can prepare colliding transactions */
export function makeCompactBlock({ header, body }: Block, salt: Uint8Array): CompactBlock {
  const headerBytes = encodeHeader(header);
  const [coinbase, ...others] = body.transactions.map(encodeTransaction);
  if (!coinbase) throw new RangeError('a block without a coinbase');
  const shorten = shortener(headerBytes, salt);
  return { type: 'compactBlock', header: headerBytes, seal: body.seal, salt, coinbase, shortIds: others.map(shorten) };
}

/**
 * Finds what it can among the transactions that wait here. Two that share a short id count as none. Undefined when the
 * coinbase is no transaction.
 */
export function matchCompactBlock(compact: CompactBlock, waiting: Iterable<Transaction>): PartialBody | undefined {
  const coinbase = decodeTransaction(compact.coinbase);
  if (!coinbase.ok) return undefined;
  const wanted = new Set(compact.shortIds);
  const shorten = shortener(compact.header, compact.salt);
  const found = new Map<bigint, Transaction | undefined>();
  // A long mempool is not gone through for nothing.
  for (const tx of wanted.size > 0 ? waiting : []) {
    const id = shorten(encodeTransaction(tx));
    if (wanted.has(id)) found.set(id, found.has(id) ? undefined : tx);
  }
  const transactions = [coinbase.value, ...compact.shortIds.map((id) => found.get(id))];
  return { transactions, missing: transactions.flatMap((tx, position) => (tx ? [] : [position])) };
}

/**
 * The body, once the missing transactions have come; undefined when they are not as many as were missing, or one is no
 * transaction. It is a claim still: the header's body root judges it. What was waiting here is in it as the same objects,
 * with all that is known of them.
 * @param answered  encoded, in the order of `missing`
 */
export function completeBody(
  compact: CompactBlock,
  { transactions, missing }: PartialBody,
  answered: readonly Uint8Array[],
): Body | undefined {
  if (answered.length !== missing.length) return undefined;
  const whole = [...transactions];
  for (const [i, position] of missing.entries()) {
    const tx = decodeTransaction(answered[i]!);
    if (!tx.ok) return undefined;
    whole[position] = tx.value;
  }
  return { seal: compact.seal, transactions: whole as Transaction[] };
}

function shortener(header: Uint8Array, salt: Uint8Array): (encodedTx: Uint8Array) => bigint {
  const blockHash = BlockHash.toBytes(hashHeader(header));
  abytes(salt, SALT_BYTES, 'salt');
  return (encodedTx) => toBigInt(taggedHash('medmesh/short-id', blockHash, salt, encodedTx).subarray(0, 8));
}
