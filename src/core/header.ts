/**
 * Block headers: 112 bytes, with SHA-256's own padding exactly two of its blocks. The first 64 bytes stay put while a
 * miner varies the nonce in the last word; extraNonce gives it 65,536 first halves to choose from.
 */
import { abytes } from './bytes.ts';
import { decode, Writer, type DecodeCode } from './codec.ts';
import { HASH_BYTES, sha256 } from './hash.ts';
import { BlockHash } from './ids.ts';
import type { Result } from './result.ts';

export const HEADER_BYTES = 112;
export const HEADER_VERSION = 1;
/** Where a miner writes: extraNonce, 2 bytes, and nonce, 4 bytes, both big-endian. */
export const EXTRA_NONCE_OFFSET = 2;
export const NONCE_OFFSET = 108;

export interface Header {
  /** uint16. */
  readonly version: number;
  /** uint16, free. */
  readonly extraNonce: number;
  readonly prevHash: BlockHash;
  /** Merkle root over the encoded transactions, 32 bytes. */
  readonly bodyRoot: Uint8Array;
  /** Root of the state after this block, 32 bytes. */
  readonly stateRoot: Uint8Array;
  /** Unix seconds, uint32. */
  readonly timeS: number;
  /** Target in compact form, uint32 (target.ts). */
  readonly bits: number;
  /** uint32, free. */
  readonly nonce: number;
}

/** Throws on fields out of range: only ever our own. */
export function encodeHeader(header: Header): Uint8Array {
  return new Writer()
    .u16(header.version)
    .u16(header.extraNonce)
    .bytes(BlockHash.toBytes(header.prevHash))
    .bytes(abytes(header.bodyRoot, HASH_BYTES, 'bodyRoot'))
    .bytes(abytes(header.stateRoot, HASH_BYTES, 'stateRoot'))
    .u32(header.timeS)
    .u32(header.bits)
    .u32(header.nonce)
    .finish();
}

/** Every 112 bytes are a header, and of one header only; whether it is a good one is the consensus engine's matter. */
export function decodeHeader(bytes: Uint8Array): Result<Header, DecodeCode> {
  return decode(bytes, HEADER_BYTES, (reader) => ({
    version: reader.u16(),
    extraNonce: reader.u16(),
    prevHash: BlockHash.of(reader.bytes(HASH_BYTES)),
    bodyRoot: reader.bytes(HASH_BYTES),
    stateRoot: reader.bytes(HASH_BYTES),
    timeS: reader.u32(),
    bits: reader.u32(),
    nonce: reader.u32(),
  }));
}

/** One SHA-256, on purpose: anybody can paste the header's hex into any tool and get the block's hash. */
export function hashHeader(header: Header | Uint8Array): BlockHash {
  const bytes = header instanceof Uint8Array ? abytes(header, HEADER_BYTES, 'header') : encodeHeader(header);
  return BlockHash.of(sha256(bytes));
}
