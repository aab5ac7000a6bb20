import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WatchedWorker, WorkerDied } from '../../../src/adapters/platform/watched-worker.ts';

/** Hears everything and answers nothing. */
class MuteWorker extends EventTarget {
  readonly postMessage = vi.fn();
  readonly terminate = vi.fn();
}

interface Api {
  count(): number;
}

function watch(): { mute: MuteWorker; watched: WatchedWorker<Api>; deaths: WorkerDied[] } {
  const mute = new MuteWorker();
  const deaths: WorkerDied[] = [];
  const watched = new WatchedWorker<Api>(mute as unknown as Worker, (cause) => deaths.push(cause));
  return { mute, watched, deaths };
}

describe('WatchedWorker', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('gives up on a worker that fell silent, once, and terminates it', async () => {
    const { mute, watched, deaths } = watch();
    const answers = [watched.ask((remote) => remote.count()), watched.ask((remote) => remote.count())];
    const settled = Promise.allSettled(answers);
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(deaths).toHaveLength(1);
    expect(mute.terminate).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is patient while no question is open', async () => {
    const { deaths } = watch();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(deaths).toEqual([]);
  });

  it('is told of an unreadable message at once, and answers later questions with the same end', async () => {
    const { mute, watched, deaths } = watch();
    mute.dispatchEvent(new Event('messageerror'));
    mute.dispatchEvent(new Event('messageerror'));
    expect(deaths).toHaveLength(1);
    await expect(watched.ask((remote) => remote.count())).rejects.toBe(deaths[0]);
  });

  it('rejects what is under way when terminated, without calling it a death', async () => {
    const { watched, deaths } = watch();
    const answer = watched.ask((remote) => remote.count());
    watched.terminate();
    await expect(answer).rejects.toThrow(WorkerDied);
    expect(deaths).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
