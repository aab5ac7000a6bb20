/**
 * Compact blocks: a header, the coinbase, and eight bytes for each other transaction, since the receiver most likely has
 * them waiting. A short id covers the whole encoded transaction, signature included, as the body root does; so what does
 * not fit is asked for by position, and only a collision of short ids makes a body that its header disowns.
 * @source the idea of BIP-152, with a tagged hash in place of SipHash
 */
import type { Block } from './block.ts';
import { abytes, toBigInt } from './bytes.ts';
import { Writer } from './codec.ts';
import { taggedHash } from './hash.ts';
import { encodeHeader, hashHeader } from './header.ts';
import { BlockHash } from './ids.ts';
import { encodeTransaction, type Transaction } from './transaction.ts';
import type { MessageOf } from './wire.ts';

export type CompactBlock = MessageOf<'compactBlock'>;

export const SALT_BYTES = 8;

/** A block on its way to being whole. */
export interface PartialBody {
  /** Encoded, by position in the block, coinbase first; undefined where it is not known yet. */
  readonly transactions: readonly (Uint8Array | undefined)[];
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

/** Finds what it can among the transactions that wait here. Two that share a short id count as none. */
export function matchCompactBlock(compact: CompactBlock, waiting: Iterable<Transaction>): PartialBody {
  const wanted = new Set(compact.shortIds);
  const shorten = shortener(compact.header, compact.salt);
  const found = new Map<bigint, Uint8Array | undefined>();
  for (const tx of waiting) {
    const bytes = encodeTransaction(tx);
    const id = shorten(bytes);
    if (wanted.has(id)) found.set(id, found.has(id) ? undefined : bytes);
  }
  const transactions = [compact.coinbase, ...compact.shortIds.map((id) => found.get(id))];
  return { transactions, missing: transactions.flatMap((bytes, position) => (bytes ? [] : [position])) };
}

/**
 * The encoded body, once the missing transactions have come; undefined when they are not as many as were missing.
 * It is a claim still: the header's body root judges it.
 * @param answered  encoded, in the order of `missing`
 */
export function completeBody(
  compact: CompactBlock,
  { transactions, missing }: PartialBody,
  answered: readonly Uint8Array[],
): Uint8Array | undefined {
  if (answered.length !== missing.length) return undefined;
  const rest = answered.values();
  const whole = transactions.map((bytes) => bytes ?? rest.next().value!);
  return new Writer()
    .varbytes(compact.seal)
    .list(whole, (writer, bytes) => writer.varbytes(bytes))
    .finish();
}

function shortener(header: Uint8Array, salt: Uint8Array): (encodedTx: Uint8Array) => bigint {
  const blockHash = BlockHash.toBytes(hashHeader(header));
  abytes(salt, SALT_BYTES, 'salt');
  return (encodedTx) => toBigInt(taggedHash('medmesh/short-id', blockHash, salt, encodedTx).subarray(0, 8));
}
