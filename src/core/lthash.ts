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

/** The accumulator of the empty state: all zero. */
export function emptyAccumulator(): Uint8Array {
  return new Uint8Array(ACCUMULATOR_BYTES);
}

/** Adds a pair to the multiset, in place: copy the accumulator first to keep the old one. */
export function addElement(accumulator: Uint8Array, key: Uint8Array, value: Uint8Array): void {
  mixIn(accumulator, elementOf(key, value));
}

/** Takes a pair out again, in place. One that was never added leaves an accumulator that belongs to no state. */
export function removeElement(accumulator: Uint8Array, key: Uint8Array, value: Uint8Array): void {
  mixOut(accumulator, elementOf(key, value));
}

/** The 32 bytes a header commits to. */
export function stateRootOf(accumulator: Uint8Array): Uint8Array {
  return taggedHash('medmesh/state', abytes(accumulator, ACCUMULATOR_BYTES, 'accumulator'));
}

/** The key's length goes first, so that no two pairs share an encoding. */
function elementOf(key: Uint8Array, value: Uint8Array): Uint8Array {
  return new Writer().varbytes(key).bytes(value).finish();
}

/** Adds the BLAKE3 expansion of any message, lane by lane modulo 2^16. */
export function mixIn(accumulator: Uint8Array, message: Uint8Array): void {
  const sum = abytes(accumulator, ACCUMULATOR_BYTES, 'accumulator');
  const term = expansionOf(message);
  for (let i = 0; i < ACCUMULATOR_BYTES; i += 2) {
    const lane = (sum[i]! | (sum[i + 1]! << 8)) + term[i >> 1]!;
    sum[i] = lane;
    sum[i + 1] = lane >> 8;
  }
}

/** The inverse of `mixIn`. */
export function mixOut(accumulator: Uint8Array, message: Uint8Array): void {
  const sum = abytes(accumulator, ACCUMULATOR_BYTES, 'accumulator');
  const term = expansionOf(message);
  for (let i = 0; i < ACCUMULATOR_BYTES; i += 2) {
    const lane = (sum[i]! | (sum[i + 1]! << 8)) - term[i >> 1]!;
    sum[i] = lane;
    sum[i + 1] = lane >> 8;
  }
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
    const bytes = blake3(message, { dkLen: ACCUMULATOR_BYTES });
    lanes = Uint16Array.from({ length: ACCUMULATOR_BYTES / 2 }, (_, i) => bytes[2 * i]! | (bytes[2 * i + 1]! << 8));
    const [oldest] = expansions.keys();
    if (expansions.size >= EXPANSIONS_KEPT && oldest !== undefined) expansions.delete(oldest);
    expansions.set(key, lanes);
  }
  return lanes;
}
