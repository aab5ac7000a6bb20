import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { LotteryMiner } from '../../src/adapters/memory/lottery-miner.ts';
import { fromBigInt } from '../../src/core/bytes.ts';
import type { Clock, Rng } from '../../src/node/ports.ts';
import { describeMiner, makeJob, MinerLog } from './suites/miner.ts';

/** Time passes only when told to, from one timer to the next. */
class SteppedClock implements Clock {
  private ms = 0;
  private timers: { readonly atMs: number; readonly callback: () => void }[] = [];

  nowMs(): number {
    return this.ms;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.ms + delayMs, callback };
    this.timers.push(timer);
    return () => void (this.timers = this.timers.filter((other) => other !== timer));
  }

  until(condition: () => boolean): void {
    while (!condition()) {
      const next = this.timers.reduce((a, b) => (b.atMs < a.atMs ? b : a));
      this.timers = this.timers.filter((timer) => timer !== next);
      this.ms = next.atMs;
      next.callback();
    }
  }
}

function seededRng(seed: number): Rng {
  let calls = 0;
  return { bytes: (length) => sha256(Uint8Array.of(seed, calls >> 8, calls++ & 255)).subarray(0, length) };
}

describeMiner('lottery', () => {
  const clock = new SteppedClock();
  const miner = new LotteryMiner(clock, seededRng(1), { hashesPerSecond: 100 });
  return { miner, until: async (condition) => clock.until(condition) };
});

describe('LotteryMiner', () => {
  /** Times of finds on jobs one after the other, in ms. */
  function findTimes(seed: number, jobs: number, threads: number): { times: number[]; found: Uint8Array[] } {
    const clock = new SteppedClock();
    const miner = new LotteryMiner(clock, seededRng(seed), { hashesPerSecond: 10 });
    const log = new MinerLog();
    miner.start(log);
    const times: number[] = [];
    for (let i = 0; i < jobs; i++) {
      miner.mine(makeJob(i, fromBigInt(2n ** 256n / 50n, 32)), threads);
      clock.until(() => log.found.length > i);
      times.push(clock.nowMs());
    }
    return { times, found: log.found };
  }

  it('is the same twice for one seed, and another for another', () => {
    expect(findTimes(7, 20, 1)).toEqual(findTimes(7, 20, 1));
    expect(findTimes(7, 20, 1).times).not.toEqual(findTimes(8, 20, 1).times);
  });

  it('takes the time that the hash rate and the threads make of the difficulty', () => {
    // 50 hashes expected at 20 a second: 2.5 s on average; the mean of 1,000 exponential waits is within 10% of it.
    const meanMs = findTimes(3, 1000, 2).times.at(-1)! / 1000;
    expect(meanMs).toBeGreaterThan(2250);
    expect(meanMs).toBeLessThan(2750);
  });
});
