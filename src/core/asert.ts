/**
 * Difficulty that follows a schedule: block h belongs at genesis time + h * interval; for every half-life the chain runs
 * ahead of that, the target halves. It looks at the tip and the anchor alone, so nothing can be gained by the order or
 * the timestamps of the blocks between.
 *
 * One thing is added to the published rule, because tabs come and go: time lost with nobody mining is written off. By
 * the plain rule an idle weekend leaves a classroom 30,000 blocks behind, and whoever comes back mines all of them at
 * the lowest difficulty, many per second. Here a block that comes later than the schedule moves the schedule to itself
 * (`idleS`, which only grows), so that difficulty answers at once to those who are there now.
 * @source ASERT (aserti3-2d), https://github.com/bitcoincashorg/bitcoincash.org/blob/master/spec/2020-11-15-asert.md
 */
import type { NetworkSpec } from './network-spec.ts';
import { assert } from './result.ts';
import { bitsFromTarget, targetFromBits } from './target.ts';

/** Fixed point: 16 bits after the point. */
const RADIX_BITS = 16n;
const RADIX = 1n << RADIX_BITS;

type Schedule = Pick<NetworkSpec, 'blockIntervalS' | 'halfLifeS' | 'powLimitBits' | 'genesisTimeS'>;

/** What the schedule needs to know of a block. */
export interface ScheduledBlock {
  readonly height: number;
  /** Unix seconds, from its header. */
  readonly timeS: number;
  /** Seconds written off up to and including this block; 0 at genesis. */
  readonly idleS: number;
}

/**
 * Seconds of schedule written off once this block stands: what it is late by, or what was written off before it.
 * @param parentIdleS  `idleS` of its parent
 */
export function idleAfter(schedule: Schedule, parentIdleS: number, block: { height: number; timeS: number }): number {
  return Math.max(parentIdleS, behindS(schedule, block));
}

/**
 * Bits the next header must carry, so that blocks keep their pace when tabs come and go. The anchor is genesis, whose
 * target is the pow limit and whose time is the schedule's zero.
 * @param tip  block to build on
 */
export function nextBits(schedule: Schedule, tip: ScheduledBlock): number {
  const powLimit = targetFromBits(schedule.powLimitBits);
  assert(powLimit !== undefined, 'network spec with a bad pow limit');
  const lateS = behindS(schedule, tip) - tip.idleS;
  return bitsFromTarget(asertTarget(powLimit, lateS, schedule.halfLifeS, powLimit));
}

/**
 * anchorTarget * 2^(lateS / halfLifeS), with 2^x for 0 <= x < 1 as a cubic that is right to 0.013 %.
 * @param lateS  seconds behind the schedule; negative when ahead
 * @returns 1n..powLimit
 */
export function asertTarget(anchorTarget: bigint, lateS: number, halfLifeS: number, powLimit: bigint): bigint {
  // Truncates towards zero, as the reference does.
  const exponent = (BigInt(lateS) * RADIX) / BigInt(halfLifeS);
  const doublings = exponent >> RADIX_BITS;
  // Out of the 256 bits whatever the anchor is: spares a shift by millions of bits.
  if (doublings > 256n) return powLimit;
  if (doublings < -256n) return 1n;
  const x = exponent - (doublings << RADIX_BITS);
  const factor = RADIX + ((195_766_423_245_049n * x + 971_821_376n * x ** 2n + 5_127n * x ** 3n + (1n << 47n)) >> 48n);
  const shift = doublings - RADIX_BITS;
  const scaled = anchorTarget * factor;
  const target = shift < 0n ? scaled >> -shift : scaled << shift;
  if (target === 0n) return 1n;
  return target > powLimit ? powLimit : target;
}

function behindS(schedule: Schedule, block: { height: number; timeS: number }): number {
  return block.timeS - schedule.genesisTimeS - block.height * schedule.blockIntervalS;
}
