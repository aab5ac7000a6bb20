import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareBytes, equalBytes, fromBigInt } from '../../../src/core/bytes.ts';
import { hashHeader } from '../../../src/core/header.ts';
import { BlockHash } from '../../../src/core/ids.ts';
import type { Miner, MinerHandlers, MiningJob } from '../../../src/node/ports.ts';

export interface MinerFixture {
  readonly miner: Miner;
  /** Lets time pass, in the miner's sense of it, until the condition holds. */
  until(condition: () => boolean): Promise<void>;
}

/** Found after some hundred hashes: at once. */
const EASY = fromBigInt(2n ** 256n / 500n, 32);
/** Met by no header. */
const NEVER = new Uint8Array(32);

export function makeJob(seed: number, target: Uint8Array = EASY): MiningJob {
  return { header: Uint8Array.from({ length: 112 }, (_, i) => (seed * 131 + i * 29) & 255), target };
}

/** Everything a miner said, in order. */
export class MinerLog implements MinerHandlers {
  readonly found: Uint8Array[] = [];
  readonly rates: number[] = [];
  readonly stopped: string[] = [];

  readonly onFound = (header: Uint8Array): void => void this.found.push(header);
  readonly onRate = (hashesPerSecond: number): void => void this.rates.push(hashesPerSecond);
  readonly onStopped = (reason: string): void => void this.stopped.push(reason);
}

/** Asserts that `header` is the job's with its free fields filled in, and meets the target. */
export function expectSolves(header: Uint8Array, job: MiningJob): void {
  expect(header.length).toBe(112);
  expect(compareBytes(BlockHash.toBytes(hashHeader(header)), job.target)).toBeLessThanOrEqual(0);
  const fixed = (bytes: Uint8Array): Uint8Array[] => [bytes.subarray(0, 2), bytes.subarray(4, 108)];
  expect(fixed(header)).toEqual(fixed(job.header));
}

export function describeMiner(name: string, makeFixture: () => MinerFixture): void {
  describe(`Miner: ${name}`, () => {
    let fixture: MinerFixture;
    let log: MinerLog;

    beforeEach(() => {
      fixture = makeFixture();
      log = new MinerLog();
      fixture.miner.start(log);
    });

    afterEach(() => fixture.miner.stop());

    it('finds a header that meets the target, changing only the free fields', async () => {
      const job = makeJob(1);
      fixture.miner.mine(job, 1);
      await fixture.until(() => log.found.length > 0);
      expectSolves(log.found[0]!, job);
    });

    it('works with several threads, and with another number of them on the next job', async () => {
      for (const [i, threads] of [3, 1, 2].entries()) {
        const job = makeJob(i);
        fixture.miner.mine(job, threads);
        await fixture.until(() => log.found.length > i);
        expectSolves(log.found[i]!, job);
      }
    });

    it('reports one header a job, and none of a job that was replaced', async () => {
      const jobs = Array.from({ length: 20 }, (_, i) => makeJob(i));
      for (const job of jobs) fixture.miner.mine(job, 2);
      await fixture.until(() => log.found.length > 0);
      fixture.miner.mine(makeJob(99), 2);
      await fixture.until(() => log.found.length > 1);
      expectSolves(log.found[0]!, jobs.at(-1)!);
      expectSolves(log.found[1]!, makeJob(99));
      expect(log.found).toHaveLength(2);
    });

    it('leaves a hopeless job for a new one', async () => {
      fixture.miner.mine(makeJob(1, NEVER), 2);
      await fixture.until(() => log.rates.length > 0);
      fixture.miner.mine(makeJob(2), 2);
      await fixture.until(() => log.found.length > 0);
      expectSolves(log.found[0]!, makeJob(2));
    });

    it('says how fast it hashes', async () => {
      fixture.miner.mine(makeJob(1, NEVER), 1);
      await fixture.until(() => log.rates.some((rate) => rate > 0));
      expect(log.found).toEqual([]);
    });

    it('is silent about a job it was told to stop, and mines again afterwards', async () => {
      fixture.miner.mine(makeJob(1), 2);
      fixture.miner.stop();
      fixture.miner.mine(makeJob(2), 2);
      await fixture.until(() => log.found.length > 0);
      expect(
        log.found.map((header) => equalBytes(header.subarray(4, 108), makeJob(2).header.subarray(4, 108))),
      ).toEqual([true]);
      expect(log.stopped).toEqual([]);
    });

    it('keeps to the job it was given when the caller reuses the bytes', async () => {
      const job = makeJob(1);
      const reused = { header: Uint8Array.from(job.header), target: Uint8Array.from(job.target) };
      fixture.miner.mine(reused, 1);
      reused.header.fill(0);
      reused.target.fill(0);
      await fixture.until(() => log.found.length > 0);
      expectSolves(log.found[0]!, job);
    });
  });
}
