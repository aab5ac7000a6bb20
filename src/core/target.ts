/**
 * Targets: a block's hash, read as a big-endian number, must not be above its target. In headers a target travels in
 * 32 bits: one byte of exponent, three of mantissa, target = mantissa * 256^(exponent - 3).
 */
import { fromBigInt } from './bytes.ts';
import type { BlockHash } from './ids.ts';

const HASH_SPACE = 1n << 256n;
const MANTISSA_SIGN = 0x80_0000;

/**
 * Undefined when `bits` is no target (zero, negative, above 256 bits) or not the one way to write it.
 * @param bits  uint32
 * @source Bitcoin's nBits (arith_uint256::SetCompact), canonical form only
 */
export function targetFromBits(bits: number): bigint | undefined {
  const exponent = bits >>> 24;
  const mantissa = bits & 0xff_ffff;
  if (mantissa === 0 || mantissa >= MANTISSA_SIGN || exponent > 33) return undefined;
  const shift = 8n * BigInt(exponent - 3);
  const target = shift < 0n ? BigInt(mantissa) >> -shift : BigInt(mantissa) << shift;
  if (target === 0n || target >= HASH_SPACE) return undefined;
  return bitsFromTarget(target) === bits ? target : undefined;
}

/**
 * Rounds down to the 15 to 23 leading bits that fit.
 * @param target  1n..2^256 - 1; throws RangeError outside
 */
export function bitsFromTarget(target: bigint): number {
  if (target <= 0n || target >= HASH_SPACE) throw new RangeError(`not a target: ${target}`);
  let exponent = Math.ceil(target.toString(16).length / 2);
  const shift = 8n * BigInt(exponent - 3);
  let mantissa = Number(shift < 0n ? target << -shift : target >> shift);
  // The top bit once meant a sign, so a mantissa never sets it.
  if (mantissa >= MANTISSA_SIGN) {
    mantissa >>>= 8;
    exponent++;
  }
  return exponent * 0x100_0000 + mantissa;
}

/** Hashes it takes on average to meet a target: what chains are weighed by. 1n..2^256 / 2. */
export function workOf(target: bigint): bigint {
  return HASH_SPACE / (target + 1n);
}

export function meetsTarget(hash: BlockHash, target: bigint): boolean {
  return BigInt(`0x${hash}`) <= target;
}

/** 32 bytes big-endian, as a miner compares them. */
export function targetBytes(target: bigint): Uint8Array {
  return fromBigInt(target, 32);
}
