/** The Miner port on Web Workers, one nonce range each. Works inside the node worker and in a page. */
import { assert } from '../../core/result.ts';
import type { Miner, MinerHandlers, MiningJob } from '../../node/ports.ts';
import { WatchedWorker } from '../platform/watched-worker.ts';
import type { MinerWorkerApi, SearchOutcome } from './miner-worker.ts';
import { nonceShare } from './nonce-search.ts';

const RATE_INTERVAL_MS = 1000;

type MinerWorker = WatchedWorker<MinerWorkerApi>;

function spawnMinerWorker(): Worker {
  return new Worker(new URL('./miner-worker.ts', import.meta.url), { type: 'module' });
}

export class WorkerMiner implements Miner {
  private readonly spawn: () => Worker;
  private handlers: MinerHandlers | undefined;
  /** The first of them search; more than that are only held ready. */
  private workers: MinerWorker[] = [];
  private held = 0;
  /** Counts jobs; an answer to an older one is nobody's business any more. */
  private generation = 0;
  private rateTimer: ReturnType<typeof setInterval> | undefined;

  constructor(spawn: () => Worker = spawnMinerWorker) {
    this.spawn = spawn;
  }

  start(handlers: MinerHandlers): void {
    this.handlers = handlers;
  }

  /** Makes so many workers now and keeps them, for a page that could not fetch their script later. Rejects with WorkerDied. */
  async hold(threads: number): Promise<void> {
    this.held = threads;
    this.hire(threads);
    await Promise.all(this.workers.map((worker) => worker.ask((remote) => remote.takeHashes())));
  }

  mine(job: MiningJob, threads: number): void {
    assert(this.handlers, 'mine before start');
    assert(Number.isInteger(threads) && threads >= 1, `threads: ${threads}`);
    const generation = ++this.generation;
    this.resize(threads);
    this.rateTimer ??= this.reportRates();
    let searching = threads;
    const onOutcome = (outcome: SearchOutcome): void => {
      if (generation !== this.generation) return;
      searching -= 1;
      if (outcome.type === 'found') {
        this.cancel();
        this.handlers?.onFound(outcome.header);
      } else if (searching === 0) {
        this.handlers?.onStopped('exhausted');
      }
    };
    this.workers.slice(0, threads).forEach((worker, i) => {
      worker.remote
        .search(job.header, job.target, nonceShare(i, threads))
        .then(onOutcome, () => generation === this.generation && this.onWorkerDied(worker));
    });
  }

  stop(): void {
    this.generation += 1;
    clearInterval(this.rateTimer);
    this.rateTimer = undefined;
    this.resize(0);
  }

  /** One header a job: the others would only compete with it. */
  private cancel(): void {
    this.generation += 1;
    for (const worker of this.workers) void worker.remote.cancel();
  }

  private resize(threads: number): void {
    for (const worker of this.workers.splice(Math.max(threads, this.held))) worker.terminate();
    for (const worker of this.workers.slice(threads)) void worker.remote.cancel();
    this.hire(threads);
  }

  private hire(threads: number): void {
    while (this.workers.length < threads) {
      const worker: MinerWorker = new WatchedWorker<MinerWorkerApi>(this.spawn(), () => this.onWorkerDied(worker));
      this.workers.push(worker);
    }
  }

  /** The others stop too: the next job shares the nonces out anew. */
  private onWorkerDied(worker: MinerWorker): void {
    this.workers = this.workers.filter((other) => other !== worker);
    this.stop();
    this.handlers?.onStopped('worker-died');
  }

  private reportRates(): ReturnType<typeof setInterval> {
    let sinceMs = performance.now();
    let isAsking = false;
    const report = async (): Promise<void> => {
      const hashes = await this.takeHashes();
      const nowMs = performance.now();
      const elapsedS = (nowMs - sinceMs) / 1000;
      sinceMs = nowMs;
      // Stopped while asking: nothing more is said.
      if (this.rateTimer === timer) this.handlers?.onRate(hashes / elapsedS);
    };
    const timer = setInterval(() => {
      if (isAsking) return;
      isAsking = true;
      void report().finally(() => (isAsking = false));
    }, RATE_INTERVAL_MS);
    return timer;
  }

  /** Hashes since the last call, all workers together; one that is gone by now counts nothing. */
  private async takeHashes(): Promise<number> {
    const answers = await Promise.allSettled(this.workers.map((worker) => worker.ask((remote) => remote.takeHashes())));
    return answers.reduce((sum, answer) => sum + (answer.status === 'fulfilled' ? answer.value : 0), 0);
  }
}
