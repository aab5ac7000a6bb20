/**
 * What peers say to each other: one canonical byte string for one message, capped per type before anything is decoded.
 * The first byte names the type. Blocks, headers and transactions cross as bytes: the chain engine judges what is in
 * them, with its own codes. Nothing but `hello`, `auth` and `bye` is answered before the handshake is done.
 */
import { SEAL_BYTES_MAX } from './block.ts';
import { abytes } from './bytes.ts';
import { decode, Writer, type DecodeCode, type Reader } from './codec.ts';
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './ecdsa.ts';
import { HEADER_BYTES } from './header.ts';
import type { TxId } from './ids.ts';
import { BlobId, BlockHash } from './ids.ts';
import { assert, reject, type Result } from './result.ts';
import { TX_BYTES_MAX } from './transaction.ts';
import {
  BITMAP_BYTES_MAX,
  BLOCK_TXS_MAX,
  BODY_BYTES_MAX,
  WIRE_BYTES_MAX,
  asciiBytes,
  bounded,
  minimalBytes,
  readAscending,
  readAscii,
  readBlobId,
  readBlockHash,
  readChunkSet,
  readCount,
  readMinimal,
  readPart,
  readTxId,
  writeAscending,
  writeBlockHash,
  writeChunkSet,
  writePart,
  writeTxId,
} from './wire-fields.ts';

export const PROTOCOL_VERSION = 1;

/** Hashes in a locator: enough for 2^21 blocks at full reach. */
export const LOCATOR_MAX = 32;
export const HEADERS_MAX = 2000;
export const GET_BLOCKS_MAX = 64;
export const INV_MAX = 1000;
export const GET_TX_MAX = 256;
/** A sealed document's chunk of 262,144 bytes, or a manifest; the rest is slack. */
const CHUNK_BYTES_MAX = 262_144 + 64;
/** Bits of `Hello.services`; unknown ones are kept and ignored. */
export const SERVICE_FULL = 1;

/** The first message of both sides: who, on which network, how far. */
export interface Hello {
  readonly type: 'hello';
  readonly protocolVersion: number;
  readonly genesisHash: BlockHash;
  /** 33 bytes: the public key of this session, which `auth` proves. */
  readonly nodeKey: Uint8Array;
  readonly tipHash: BlockHash;
  readonly tipHeight: number;
  /** A claim only, at most 32 bytes: headers prove it. */
  readonly chainwork: bigint;
  /** Printable ASCII, at most 32. */
  readonly userAgent: string;
  readonly services: number;
  /** 16 random bytes, so that no signature of another session fits. */
  readonly nonce: Uint8Array;
}

/** A header as it crosses the wire, beside the seal its consensus engine asks for (empty for proof of work). */
export interface WireHeader {
  /** 112 bytes. */
  readonly header: Uint8Array;
  readonly seal: Uint8Array;
}

/** The whole manifest, or one chunk by index. */
export type BlobPart = 'manifest' | number;

export type PeerMessage =
  | Hello
  /** 65 bytes over both hellos and the channel they crossed. */
  | { readonly type: 'auth'; readonly signature: Uint8Array }
  | { readonly type: 'ping'; readonly nonce: number }
  | { readonly type: 'pong'; readonly nonce: number }
  /** Printable ASCII, at most 40: a stable code, told before closing. */
  | { readonly type: 'bye'; readonly reason: string }
  /** Headers after the first locator hash (newest first) on the sender's main chain, up to `stop` where it is given. */
  | {
      readonly type: 'getHeaders';
      readonly locator: readonly BlockHash[];
      readonly stop: BlockHash | undefined;
      readonly max: number;
    }
  | { readonly type: 'headers'; readonly headers: readonly WireHeader[] }
  | { readonly type: 'getBlocks'; readonly hashes: readonly BlockHash[] }
  /** `body` as `encodeBody` gives it, seal and transactions. */
  | { readonly type: 'block'; readonly header: Uint8Array; readonly body: Uint8Array }
  /** A block whose transactions the receiver most likely has: see compact-block.ts. */
  | {
      readonly type: 'compactBlock';
      readonly header: Uint8Array;
      readonly seal: Uint8Array;
      /** 8 bytes, fresh for each block, so that nobody can prepare colliding short ids. */
      readonly salt: Uint8Array;
      /** The coinbase, encoded. */
      readonly coinbase: Uint8Array;
      /** Of the other transactions, in order; uint64. */
      readonly shortIds: readonly bigint[];
    }
  /** Positions in the block, ascending. */
  | { readonly type: 'getBlockTxs'; readonly blockHash: BlockHash; readonly indexes: readonly number[] }
  /** In the order asked. */
  | { readonly type: 'blockTxs'; readonly blockHash: BlockHash; readonly transactions: readonly Uint8Array[] }
  | { readonly type: 'inv'; readonly kind: 'tx'; readonly ids: readonly TxId[] }
  | { readonly type: 'inv'; readonly kind: 'block'; readonly ids: readonly BlockHash[] }
  | { readonly type: 'getTx'; readonly ids: readonly TxId[] }
  | { readonly type: 'tx'; readonly transaction: Uint8Array }
  | { readonly type: 'getHave'; readonly blobId: BlobId }
  /**
   * Which chunks of a blob the sender can serve now: all, nothing (not even the manifest), or a bitmap: chunk i is bit
   * i % 8, lowest first, of byte i / 8, up to 1,024 bytes and without trailing zero bytes.
   */
  | { readonly type: 'have'; readonly blobId: BlobId; readonly chunks: 'all' | 'none' | Uint8Array }
  | { readonly type: 'getChunk'; readonly blobId: BlobId; readonly part: BlobPart }
  | { readonly type: 'chunk'; readonly blobId: BlobId; readonly part: BlobPart; readonly bytes: Uint8Array }
  /** The answer to a request for what the sender does not have, or no longer serves. */
  | { readonly type: 'notFound'; readonly kind: 'block'; readonly ids: readonly BlockHash[] }
  | { readonly type: 'notFound'; readonly kind: 'tx'; readonly ids: readonly TxId[] }
  | { readonly type: 'notFound'; readonly kind: 'chunk'; readonly blobId: BlobId; readonly part: BlobPart };

type MessageType = PeerMessage['type'];
export type WireCode = DecodeCode | 'unknown-type';
export type MessageOf<T extends MessageType> = Extract<PeerMessage, { readonly type: T }>;

interface Format<M> {
  /** The first byte. */
  readonly code: number;
  /** Of the whole message, first byte included. */
  readonly bytesMax: number;
  write(writer: Writer, message: M): void;
  read(reader: Reader): M;
}

/** Throws on a message out of bounds: only ever our own. */
export function encodeMessage(message: PeerMessage): Uint8Array {
  const format = FORMATS[message.type] as Format<PeerMessage>;
  const writer = new Writer().u8(format.code);
  format.write(writer, message);
  const bytes = writer.finish();
  assert(bytes.length <= format.bytesMax, `${message.type} message of ${bytes.length} bytes`);
  return bytes;
}

/** Judges any bytes: the message, or why not. Its type's cap is checked before anything is decoded. */
export function decodeMessage(bytes: Uint8Array): Result<PeerMessage, WireCode> {
  const code = bytes[0];
  if (code === undefined) return reject('truncated', 'empty message');
  const format = FORMAT_BY_CODE.get(code);
  if (!format) return reject('unknown-type', `type ${code}`);
  return decode(bytes, format.bytesMax, (reader) => {
    reader.u8();
    return format.read(reader);
  });
}

/** Every type, its first byte and its cap. A new type is a new row and a new number; numbers are never used again. */
const FORMATS: { readonly [T in MessageType]: Format<MessageOf<T>> } = {
  hello: {
    code: 0x01,
    bytesMax: 256,
    write(w, m) {
      w.u16(m.protocolVersion)
        .bytes(BlockHash.toBytes(m.genesisHash))
        .bytes(abytes(m.nodeKey, PUBLIC_KEY_BYTES, 'nodeKey'));
      w.bytes(BlockHash.toBytes(m.tipHash)).varint(m.tipHeight).varbytes(minimalBytes(m.chainwork));
      w.varbytes(asciiBytes(m.userAgent, 32))
        .u16(m.services)
        .bytes(abytes(m.nonce, 16, 'nonce'));
    },
    read: (r) => ({
      type: 'hello',
      protocolVersion: r.u16(),
      genesisHash: readBlockHash(r),
      nodeKey: r.bytes(PUBLIC_KEY_BYTES),
      tipHash: readBlockHash(r),
      tipHeight: r.varint(),
      chainwork: readMinimal(r),
      userAgent: readAscii(r, 32),
      services: r.u16(),
      nonce: r.bytes(16),
    }),
  },
  auth: {
    code: 0x02,
    bytesMax: 1 + SIGNATURE_BYTES,
    write: (w, m) => w.bytes(abytes(m.signature, SIGNATURE_BYTES, 'signature')),
    read: (r) => ({ type: 'auth', signature: r.bytes(SIGNATURE_BYTES) }),
  },
  ping: {
    code: 0x03,
    bytesMax: 5,
    write: (w, m) => w.u32(m.nonce),
    read: (r) => ({ type: 'ping', nonce: r.u32() }),
  },
  pong: {
    code: 0x04,
    bytesMax: 5,
    write: (w, m) => w.u32(m.nonce),
    read: (r) => ({ type: 'pong', nonce: r.u32() }),
  },
  bye: {
    code: 0x05,
    bytesMax: 42,
    write: (w, m) => w.varbytes(asciiBytes(m.reason, 40)),
    read: (r) => ({ type: 'bye', reason: readAscii(r, 40) }),
  },
  getHeaders: {
    code: 0x10,
    bytesMax: 2048,
    write(w, m) {
      assert(m.locator.length <= LOCATOR_MAX && m.max >= 1 && m.max <= HEADERS_MAX, 'getHeaders out of bounds');
      w.list(m.locator, writeBlockHash)
        .list(m.stop === undefined ? [] : [m.stop], writeBlockHash)
        .varint(m.max);
    },
    read: (r) => ({
      type: 'getHeaders',
      locator: r.list(LOCATOR_MAX, readBlockHash),
      stop: r.list(1, readBlockHash)[0],
      max: readCount(r, HEADERS_MAX),
    }),
  },
  headers: {
    code: 0x11,
    bytesMax: WIRE_BYTES_MAX,
    write: (w, m) => w.list(bounded(m.headers, HEADERS_MAX), writeWireHeader),
    read: (r) => ({ type: 'headers', headers: r.list(HEADERS_MAX, readWireHeader) }),
  },
  getBlocks: {
    code: 0x12,
    bytesMax: 2 + GET_BLOCKS_MAX * 32,
    write: (w, m) => w.list(bounded(m.hashes, GET_BLOCKS_MAX), writeBlockHash),
    read: (r) => ({ type: 'getBlocks', hashes: r.list(GET_BLOCKS_MAX, readBlockHash) }),
  },
  block: {
    code: 0x13,
    bytesMax: WIRE_BYTES_MAX,
    write: (w, m) => w.bytes(abytes(m.header, HEADER_BYTES, 'header')).varbytes(m.body),
    read: (r) => ({ type: 'block', header: r.bytes(HEADER_BYTES), body: r.varbytes(BODY_BYTES_MAX) }),
  },
  notFound: {
    code: 0x14,
    bytesMax: 3 + GET_TX_MAX * 32,
    write(w, m) {
      if (m.kind === 'block') w.u8(0).list(bounded(m.ids, GET_TX_MAX), writeBlockHash);
      else if (m.kind === 'tx') w.u8(1).list(bounded(m.ids, GET_TX_MAX), writeTxId);
      else writePart(w.u8(2).bytes(BlobId.toBytes(m.blobId)), m.part);
    },
    read(r) {
      const kind = r.u8();
      if (kind === 0) return { type: 'notFound', kind: 'block', ids: r.list(GET_TX_MAX, readBlockHash) };
      if (kind === 1) return { type: 'notFound', kind: 'tx', ids: r.list(GET_TX_MAX, readTxId) };
      if (kind === 2) return { type: 'notFound', kind: 'chunk', blobId: readBlobId(r), part: readPart(r) };
      return r.fail('bad-value', `notFound kind ${kind}`);
    },
  },
  compactBlock: {
    code: 0x15,
    bytesMax: 1 + HEADER_BYTES + SEAL_BYTES_MAX + 8 + TX_BYTES_MAX + 8 * BLOCK_TXS_MAX + 16,
    write(w, m) {
      w.bytes(abytes(m.header, HEADER_BYTES, 'header'))
        .varbytes(m.seal)
        .bytes(abytes(m.salt, 8, 'salt'));
      w.varbytes(m.coinbase).list(bounded(m.shortIds, BLOCK_TXS_MAX), (writer, id) => writer.u64(id));
    },
    read: (r) => ({
      type: 'compactBlock',
      header: r.bytes(HEADER_BYTES),
      seal: r.varbytes(SEAL_BYTES_MAX),
      salt: r.bytes(8),
      coinbase: r.varbytes(TX_BYTES_MAX),
      shortIds: r.list(BLOCK_TXS_MAX, (reader) => reader.u64()),
    }),
  },
  getBlockTxs: {
    code: 0x16,
    bytesMax: 1 + 32 + 3 * BLOCK_TXS_MAX,
    write: (w, m) => writeAscending(w.bytes(BlockHash.toBytes(m.blockHash)), m.indexes),
    read: (r) => ({ type: 'getBlockTxs', blockHash: readBlockHash(r), indexes: readAscending(r) }),
  },
  blockTxs: {
    code: 0x17,
    bytesMax: WIRE_BYTES_MAX,
    write: (w, m) => w.bytes(BlockHash.toBytes(m.blockHash)).list(m.transactions, (writer, tx) => writer.varbytes(tx)),
    read: (r) => ({
      type: 'blockTxs',
      blockHash: readBlockHash(r),
      transactions: r.list(BLOCK_TXS_MAX, (reader) => reader.varbytes(TX_BYTES_MAX)),
    }),
  },
  inv: {
    code: 0x20,
    bytesMax: 4 + INV_MAX * 32,
    write(w, m) {
      if (m.kind === 'block') w.u8(0).list(bounded(m.ids, INV_MAX), writeBlockHash);
      else w.u8(1).list(bounded(m.ids, INV_MAX), writeTxId);
    },
    read(r) {
      const kind = r.u8();
      if (kind === 0) return { type: 'inv', kind: 'block', ids: r.list(INV_MAX, readBlockHash) };
      if (kind === 1) return { type: 'inv', kind: 'tx', ids: r.list(INV_MAX, readTxId) };
      return r.fail('bad-value', `inv kind ${kind}`);
    },
  },
  getTx: {
    code: 0x21,
    bytesMax: 3 + GET_TX_MAX * 32,
    write: (w, m) => w.list(bounded(m.ids, GET_TX_MAX), writeTxId),
    read: (r) => ({ type: 'getTx', ids: r.list(GET_TX_MAX, readTxId) }),
  },
  tx: {
    code: 0x22,
    bytesMax: 1 + TX_BYTES_MAX,
    write: (w, m) => w.bytes(m.transaction),
    read: (r) => ({ type: 'tx', transaction: r.bytes(r.remaining) }),
  },
  getHave: {
    code: 0x30,
    bytesMax: 1 + 32,
    write: (w, m) => w.bytes(BlobId.toBytes(m.blobId)),
    read: (r) => ({ type: 'getHave', blobId: readBlobId(r) }),
  },
  have: {
    code: 0x31,
    bytesMax: 1 + 32 + 3 + BITMAP_BYTES_MAX,
    write(w, m) {
      writeChunkSet(w.bytes(BlobId.toBytes(m.blobId)), m.chunks);
    },
    read: (r) => ({ type: 'have', blobId: readBlobId(r), chunks: readChunkSet(r) }),
  },
  getChunk: {
    code: 0x32,
    bytesMax: 1 + 32 + 9,
    write: (w, m) => writePart(w.bytes(BlobId.toBytes(m.blobId)), m.part),
    read: (r) => ({ type: 'getChunk', blobId: readBlobId(r), part: readPart(r) }),
  },
  chunk: {
    code: 0x33,
    bytesMax: 1 + 32 + 9 + 4 + CHUNK_BYTES_MAX,
    write: (w, m) => writePart(w.bytes(BlobId.toBytes(m.blobId)), m.part).varbytes(m.bytes),
    read: (r) => ({ type: 'chunk', blobId: readBlobId(r), part: readPart(r), bytes: r.varbytes(CHUNK_BYTES_MAX) }),
  },
};

const FORMAT_BY_CODE: ReadonlyMap<number, Format<PeerMessage>> = new Map(
  Object.values(FORMATS).map((format) => [format.code, format as Format<PeerMessage>]),
);

const ANSWERS: ReadonlySet<number> = new Set(
  (['pong', 'headers', 'block', 'notFound', 'blockTxs', 'tx', 'have', 'chunk'] as const).map(
    (type) => FORMATS[type].code,
  ),
);

/** Whether it is of a type that answers a question, as far as its first byte says. */
export function isAnswer(message: Uint8Array): boolean {
  return ANSWERS.has(message[0] ?? 0);
}

function writeWireHeader(writer: Writer, item: WireHeader): void {
  writer.bytes(abytes(item.header, HEADER_BYTES, 'header')).varbytes(item.seal);
}

function readWireHeader(reader: Reader): WireHeader {
  return { header: reader.bytes(HEADER_BYTES), seal: reader.varbytes(SEAL_BYTES_MAX) };
}
