/**
 * The Miner port for the simulator: when a header is found is drawn by lot, as proof of work does it, on the given
 * clock. The nonce is found for real at that moment, so that the consensus engine stays as it is; networks that are
 * simulated are therefore given difficulties of some thousand hashes, and hash rates to match.
 */
import { assert } from '../../core/result.ts';
import { toBigInt } from '../../core/bytes.ts';
import type { Clock, Miner, MinerHandlers, MiningJob, Rng } from '../../node/ports.ts';
import { NonceSearch } from '../miner/nonce-search.ts';

const RATE_INTERVAL_MS = 1000;
/** A harder target than this search reaches is a mistake in the simulation's set-up. */
const HASHES_MAX = 2 ** 24;
/** Beyond any simulation, and exact in a clock's arithmetic. */
const DELAY_MAX_MS = 2 ** 50;

export class LotteryMiner implements Miner {
  private readonly clock: Clock;
  private readonly rng: Rng;
  private readonly hashesPerSecond: number;
  private handlers: MinerHandlers | undefined;
  private cancelFind: () => void = () => undefined;
  private cancelRate: () => void = () => undefined;

  /** @param hashesPerSecond  of one thread, in the clock's time */
  constructor(clock: Clock, rng: Rng, { hashesPerSecond }: { readonly hashesPerSecond: number }) {
    this.clock = clock;
    this.rng = rng;
    this.hashesPerSecond = hashesPerSecond;
  }

  start(handlers: MinerHandlers): void {
    this.handlers = handlers;
  }

  mine(job: MiningJob, threads: number): void {
    assert(this.handlers, 'mine before start');
    assert(Number.isInteger(threads) && threads >= 1, `threads: ${threads}`);
    this.stop();
    const rate = this.hashesPerSecond * threads;
    const header = Uint8Array.from(job.header);
    const target = Uint8Array.from(job.target);
    const reportRate = (): void => {
      this.cancelRate = this.clock.after(RATE_INTERVAL_MS, reportRate);
      this.handlers?.onRate(rate);
    };
    this.cancelRate = this.clock.after(RATE_INTERVAL_MS, reportRate);
    this.cancelFind = this.clock.after(this.drawDelayMs(target, rate), () => {
      this.stop();
      this.handlers?.onFound(findHeader(header, target));
    });
  }

  stop(): void {
    this.cancelFind();
    this.cancelRate();
  }

  /** Hashing has no memory: the wait is exponential, its mean the expected number of hashes over the rate. */
  private drawDelayMs(target: Uint8Array, hashesPerSecond: number): number {
    const expectedHashes = 2 ** 256 / (Number(toBigInt(target)) + 1);
    const uniform = (Number(toBigInt(this.rng.bytes(6))) + 1) / 2 ** 48;
    return Math.min(DELAY_MAX_MS, (1000 * -Math.log(uniform) * expectedHashes) / hashesPerSecond);
  }
}

function findHeader(header: Uint8Array, target: Uint8Array): Uint8Array {
  const search = new NonceSearch(header, target);
  let hashes = 0;
  while (hashes < HASHES_MAX) {
    const step = search.step(HASHES_MAX - hashes);
    if (step.header) return step.header;
    hashes += step.hashes;
  }
  assert(false, `no nonce within ${HASHES_MAX} hashes: the simulated difficulty is too high`);
}
