/**
 * Whether our clock is wrong: blocks just made by others carry their time. The median of the last few forgives a miner
 * whose clock is off and a block that was long on its way.
 */
import type { Clock } from './ports.ts';

const SAMPLES = 7;
/** Fewer say nothing. */
const SAMPLES_MIN = 3;

export class ClockWatch {
  private readonly offsetsMs: number[] = [];
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** A header announced as new just now, by somebody else. */
  onFreshHeader(timeS: number): void {
    this.offsetsMs.push(timeS * 1000 - this.clock.nowMs());
    if (this.offsetsMs.length > SAMPLES) this.offsetsMs.shift();
  }

  /** How far others' clocks are ahead of ours, ms; 0 while nothing is known. */
  get offsetMs(): number {
    if (this.offsetsMs.length < SAMPLES_MIN) return 0;
    return [...this.offsetsMs].sort((a, b) => a - b)[this.offsetsMs.length >> 1]!;
  }
}
