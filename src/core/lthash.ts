/**
 * The lattice multiset hash of the state: one 2,048-byte accumulator for all (key, value) pairs, whatever their order.
 * A changed pair costs one subtraction and one addition, undoing is the same backwards, and no other pair is read.
 * @source LtHash16, https://eprint.iacr.org/2019/227, over BLAKE3 XOF as in Solana's accounts lattice hash (SIMD-0215)
 */
import { blake3 } from '@noble/hashes/blake3.js';
import { abytes } from './bytes.ts';
import { Writer } from './codec.ts';
import { taggedHash } from './hash.ts';

/** 1,024 lanes of little-endian uint16. */
export const ACCUMULATOR_BYTES = 2048;
const LANES = ACCUMULATOR_BYTES / 2;

/** The accumulator of the empty state: all zero. */
export function emptyAccumulator(): Uint8Array {
  return new Uint8Array(ACCUMULATOR_BYTES);
}

/** Pairs put in and taken out one after the other: lanes are added as numbers, and bytes again only at the end. */
export class Accumulation {
  private readonly lanes: Uint16Array;

  /** @param accumulator  2,048 bytes, left as they are */
  constructor(accumulator: Uint8Array) {
    this.lanes = lanesOf(abytes(accumulator, ACCUMULATOR_BYTES, 'accumulator'));
  }

  add(key: Uint8Array, value: Uint8Array): this {
    return this.mixIn(elementOf(key, value));
  }

  /** One that was never added leaves an accumulator that belongs to no state. */
  remove(key: Uint8Array, value: Uint8Array): this {
    return this.mixOut(elementOf(key, value));
  }

  /** Adds the BLAKE3 expansion of any message, lane by lane modulo 2^16. */
  mixIn(message: Uint8Array): this {
    const { lanes } = this;
    const term = expansionOf(message);
    for (let i = 0; i < LANES; i++) lanes[i] = lanes[i]! + term[i]!;
    return this;
  }

  /** The inverse of `mixIn`. */
  mixOut(message: Uint8Array): this {
    const { lanes } = this;
    const term = expansionOf(message);
    for (let i = 0; i < LANES; i++) lanes[i] = lanes[i]! - term[i]!;
    return this;
  }

  /** The accumulator of what is in now, 2,048 bytes. */
  bytes(): Uint8Array {
    const bytes = new Uint8Array(ACCUMULATOR_BYTES);
    for (let i = 0; i < LANES; i++) {
      bytes[2 * i] = this.lanes[i]!;
      bytes[2 * i + 1] = this.lanes[i]! >> 8;
    }
    return bytes;
  }
}

/** The 32 bytes a header commits to. */
export function stateRootOf(accumulator: Uint8Array): Uint8Array {
  return taggedHash('medmesh/state', abytes(accumulator, ACCUMULATOR_BYTES, 'accumulator'));
}

/** The key's length goes first, so that no two pairs share an encoding. */
function elementOf(key: Uint8Array, value: Uint8Array): Uint8Array {
  return new Writer().varbytes(key).bytes(value).finish();
}

function lanesOf(bytes: Uint8Array): Uint16Array {
  const lanes = new Uint16Array(LANES);
  for (let i = 0; i < LANES; i++) lanes[i] = bytes[2 * i]! | (bytes[2 * i + 1]! << 8);
  return lanes;
}

/** 2 KiB each. */
const EXPANSIONS_KEPT = 2_048;
/**
 * Expansions by their message, oldest first. A pair is added once and taken out once, and its block is worked out as a
 * template, as a mined block and as a stored one: most of what is asked for was asked for a moment ago.
 */
const expansions = new Map<string, Uint16Array>();

/** The lanes that a message stands for. */
function expansionOf(message: Uint8Array): Uint16Array {
  const key = String.fromCharCode(...message);
  let lanes = expansions.get(key);
  if (!lanes) {
    lanes = lanesOf(blake3(message, { dkLen: ACCUMULATOR_BYTES }));
    const [oldest] = expansions.keys();
    if (expansions.size >= EXPANSIONS_KEPT && oldest !== undefined) expansions.delete(oldest);
    expansions.set(key, lanes);
  }
  return lanes;
}
