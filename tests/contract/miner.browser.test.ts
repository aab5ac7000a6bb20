import { wrap } from 'comlink';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { MinerWorkerApi, SearchOutcome } from '../../src/adapters/miner/miner-worker.ts';
import { nonceShare } from '../../src/adapters/miner/nonce-search.ts';
import { WorkerMiner } from '../../src/adapters/miner/worker-miner.ts';
import { describeMiner, expectSolves, makeJob, MinerLog } from './suites/miner.ts';

const until = (condition: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 20_000, interval: 5 });

describeMiner('workers', () => ({ miner: new WorkerMiner(), until }));

describe('WorkerMiner', () => {
  function startMiner(spawn?: () => Worker): { miner: WorkerMiner; log: MinerLog } {
    const miner = new WorkerMiner(spawn);
    const log = new MinerLog();
    miner.start(log);
    onTestFinished(() => miner.stop());
    return { miner, log };
  }

  const crashing = (): Worker =>
    new Worker(new URL('../support/workers/crashing-worker.ts', import.meta.url), { type: 'module' });
  const exhausted = (): Worker =>
    new Worker(new URL('../support/workers/exhausted-miner.ts', import.meta.url), { type: 'module' });

  it('says once that a worker died, and takes the next job with fresh ones', async () => {
    const spawned: Worker[] = [];
    const { miner, log } = startMiner(() => {
      const worker = crashing();
      spawned.push(worker);
      return worker;
    });
    miner.mine(makeJob(1), 2);
    await until(() => log.stopped.length > 0);
    miner.mine(makeJob(2), 2);
    await until(() => log.stopped.length > 1);
    expect(log.stopped).toEqual(['worker-died', 'worker-died']);
    expect(spawned).toHaveLength(4);
  });

  it('holds workers ready that it needs no script for later', async () => {
    const spawned: Worker[] = [];
    const { miner, log } = startMiner(() => {
      if (spawned.length === 2) throw new Error('the script is out of reach by now');
      const worker = new Worker(new URL('../../src/adapters/miner/miner-worker.ts', import.meta.url), {
        type: 'module',
      });
      spawned.push(worker);
      return worker;
    });
    await miner.hold(2);
    onTestFinished(() => spawned.forEach((worker) => worker.terminate()));
    for (const [round, threads] of [2, 1, 2].entries()) {
      miner.mine(makeJob(round), threads);
      await until(() => log.found.length > round);
      miner.stop();
    }
    expect(log.found).toHaveLength(3);
  });

  it('says once that all nonces are used up, when every worker has found so', async () => {
    const { miner, log } = startMiner(exhausted);
    miner.mine(makeJob(1), 3);
    await until(() => log.stopped.length > 0);
    expect(log.stopped).toEqual(['exhausted']);
  });

  it('ends a search in the worker itself when another comes or it is cancelled', async () => {
    const worker = new Worker(new URL('../../src/adapters/miner/miner-worker.ts', import.meta.url), { type: 'module' });
    onTestFinished(() => worker.terminate());
    const remote = wrap<MinerWorkerApi>(worker);
    const never = makeJob(1, new Uint8Array(32));
    const search = (): Promise<SearchOutcome> => remote.search(never.header, never.target, nonceShare(0, 1));
    const [first, second] = [search(), search()];
    expect(await first).toEqual({ type: 'cancelled' });
    await remote.cancel();
    expect(await second).toEqual({ type: 'cancelled' });
  });

  it('runs inside another worker', async () => {
    const outer = new Worker(new URL('../support/workers/nested-miner.ts', import.meta.url), { type: 'module' });
    onTestFinished(() => outer.terminate());
    const reply = new Promise<Uint8Array>((resolve, reject) => {
      outer.onmessage = (event: MessageEvent<Uint8Array>) => resolve(event.data);
      outer.onerror = (event) => reject(new Error(event.message));
    });
    outer.postMessage(makeJob(3));
    expectSolves(await reply, makeJob(3));
  });
});
