/** Blocks as bytes: a header, and a body of seal and transactions. */
import { concatBytes } from './bytes.ts';
import { decode, Writer, type DecodeCode, type Reader } from './codec.ts';
import { decodeHeader, encodeHeader, HEADER_BYTES, type Header } from './header.ts';
import { merkleRoot } from './merkle.ts';
import { accept, type Result } from './result.ts';
import { encodeTransaction, readTransaction, TX_BYTES_MAX, TX_BYTES_MIN, type Transaction } from './transaction.ts';

/** Room for the signatures of a committee; proof of work needs none. */
export const SEAL_BYTES_MAX = 64 * 1024;

/** What travels beside a header whose work is in itself. */
export const NO_SEAL: Uint8Array = new Uint8Array(0);

export interface Body {
  /** What a consensus engine adds beside the header, outside its hash. Empty under proof of work. */
  readonly seal: Uint8Array;
  /** Coinbase first. */
  readonly transactions: readonly Transaction[];
}

export interface Block {
  readonly header: Header;
  readonly body: Body;
}

/** seal varbytes | list of transactions, each varbytes. */
export function encodeBody(body: Body): Uint8Array {
  return new Writer()
    .varbytes(body.seal)
    .list(body.transactions, (writer, tx) => writer.varbytes(encodeTransaction(tx)))
    .finish();
}

/** @param blockBytesMax  the network's cap on a whole encoded block, header included */
export function decodeBody(bytes: Uint8Array, blockBytesMax: number): Result<Body, DecodeCode> {
  const bodyBytesMax = blockBytesMax - HEADER_BYTES;
  return decode(bytes, bodyBytesMax, (reader) => ({
    seal: reader.varbytes(SEAL_BYTES_MAX),
    transactions: reader.list(Math.floor(bodyBytesMax / TX_BYTES_MIN), readSizedTransaction),
  }));
}

/** Commits to the order and to every byte of the transactions, signatures included. 32 bytes. */
export function bodyRootOf(body: Body): Uint8Array {
  return merkleRoot(body.transactions.map(encodeTransaction));
}

export function encodeBlock(block: Block): Uint8Array {
  return concatBytes(encodeHeader(block.header), encodeBody(block.body));
}

export function decodeBlock(bytes: Uint8Array, blockBytesMax: number): Result<Block, DecodeCode> {
  const header = decodeHeader(bytes.subarray(0, HEADER_BYTES));
  if (!header.ok) return header;
  const body = decodeBody(bytes.subarray(HEADER_BYTES), blockBytesMax);
  return body.ok ? accept({ header: header.value, body: body.value }) : body;
}

function readSizedTransaction(reader: Reader): Transaction {
  const size = reader.varint(TX_BYTES_MAX);
  const before = reader.remaining;
  const tx = readTransaction(reader);
  const read = before - reader.remaining;
  if (read !== size) reader.fail('non-canonical', `transaction of ${read} bytes announced as ${size}`);
  return tx;
}
