/**
 * Transactions as bytes. What a kind may do is the ledger's matter; here every kind looks alike.
 *
 *   version u8 | kind u8 | sender 33 | accountNonce varint | fee u64 | expiryHeight varint | payload varbytes | stamp 8   (body)
 *   signature 65
 *
 * The id is a hash of the body, the signature signs the body: neither can be changed without the other.
 */
import { decode, Writer, type DecodeCode, type Reader } from './codec.ts';
import { PUBLIC_KEY_BYTES, sign, SIGNATURE_BYTES } from './ecdsa.ts';
import { taggedHash } from './hash.ts';
import { BlockHash, TxId } from './ids.ts';
import { memo } from './memo.ts';
import type { Result } from './result.ts';

export const TRANSACTION_VERSION = 1;
/** The kind that pays the miner: first of every block, nowhere else; no signature, stamp or fee. */
export const COINBASE_KIND = 0;
/** One encoded transaction, signature included. */
export const TX_BYTES_MAX = 8 * 1024;
export const STAMP_BYTES = 8;
/** Body and signature around an empty payload, with every varint at one byte. */
export const TX_BYTES_MIN = 1 + 1 + PUBLIC_KEY_BYTES + 1 + 8 + 1 + 1 + STAMP_BYTES + SIGNATURE_BYTES;
export const HEIGHT_MAX = 0xffff_ffff;

/** What is signed and identified. */
export interface TransactionBody {
  readonly version: typeof TRANSACTION_VERSION;
  /** 0..255. */
  readonly kind: number;
  /** Compressed public key, 33 bytes. The miner's in a coinbase. */
  readonly sender: Uint8Array;
  /** How many transactions this account sent before. The block's height in a coinbase. */
  readonly accountNonce: number;
  /** Grains, uint64. */
  readonly fee: bigint;
  /** Last height that may hold this transaction; 0 for no end. */
  readonly expiryHeight: number;
  readonly payload: Uint8Array;
  /** 8 bytes: the hashcash counter (stamp.ts), zero when there is none. */
  readonly stamp: Uint8Array;
}

export interface Transaction extends TransactionBody {
  /** 65 bytes; zero in a coinbase. */
  readonly signature: Uint8Array;
}

/** Throws RangeError or TypeError on fields out of range: only ever our own. */
export function encodeTransaction(tx: Transaction): Uint8Array {
  return writeBody(new Writer(), tx).bytes(tx.signature).finish();
}

export function decodeTransaction(bytes: Uint8Array): Result<Transaction, DecodeCode> {
  return decode(bytes, TX_BYTES_MAX, readTransaction);
}

export function readTransaction(reader: Reader): Transaction {
  const version = reader.u8();
  if (version !== TRANSACTION_VERSION) reader.fail('bad-value', `transaction version ${version}`);
  return {
    version: TRANSACTION_VERSION,
    kind: reader.u8(),
    sender: reader.bytes(PUBLIC_KEY_BYTES),
    accountNonce: reader.varint(),
    fee: reader.u64(),
    expiryHeight: reader.varint(HEIGHT_MAX),
    payload: reader.varbytes(TX_BYTES_MAX - TX_BYTES_MIN),
    stamp: reader.bytes(STAMP_BYTES),
    signature: reader.bytes(SIGNATURE_BYTES),
  };
}

/** The bytes that are identified and signed, stamp included. */
export function encodeTransactionBody(tx: TransactionBody): Uint8Array {
  return writeBody(new Writer(), tx).finish();
}

/** The same for a signed transaction and for its body alone. */
export const txIdOf: (tx: TransactionBody) => TxId = memo((tx) =>
  TxId.of(taggedHash('medmesh/txid', encodeTransactionBody(tx))),
);

/**
 * What the sender signs. Holds the genesis hash, so that a transaction of one network is void on every other.
 * @returns 32 bytes
 */
export function signatureDigest(tx: TransactionBody, genesisHash: BlockHash): Uint8Array {
  return taggedHash('medmesh/sign', BlockHash.toBytes(genesisHash), encodeTransactionBody(tx));
}

/** Stamp first, then sign: the signature covers the stamp. `secret` must belong to `tx.sender`. */
export function signTransaction(tx: TransactionBody, secret: Uint8Array, genesisHash: BlockHash): Transaction {
  return { ...tx, signature: sign(signatureDigest(tx, genesisHash), secret) };
}

function writeBody(writer: Writer, tx: TransactionBody): Writer {
  return writer
    .u8(tx.version)
    .u8(tx.kind)
    .bytes(tx.sender)
    .varint(tx.accountNonce)
    .u64(tx.fee)
    .varint(tx.expiryHeight)
    .varbytes(tx.payload)
    .bytes(tx.stamp);
}
