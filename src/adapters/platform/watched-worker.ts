/**
 * A worker whose death is noticed. Browsers report a script that fails, but a worker killed for its memory just falls
 * silent and leaves its callers waiting for ever; so does a reply that cannot be read.
 */
import { wrap, type Remote } from 'comlink';

const TICK_MS = 1000;
/** Ticks without an answer to an open question; generous, since loading the script counts too. */
const PATIENCE_TICKS = 20;

/** Resolves or rejects with whatever the worker says, or rejects with this. */
export class WorkerDied extends Error {
  override readonly name = 'WorkerDied';
}

export class WatchedWorker<Api> {
  /** For calls that may take long; they never settle once the worker is dead. */
  readonly remote: Remote<Api>;
  private readonly worker: Worker;
  private readonly onDied: (cause: WorkerDied) => void;
  private readonly abandon = new Set<(cause: WorkerDied) => void>();
  private end: WorkerDied | undefined;
  private ticking: ReturnType<typeof setInterval> | undefined;
  private silentTicks = 0;

  /** @param onDied  called once, unless `terminate` came first */
  constructor(worker: Worker, onDied: (cause: WorkerDied) => void) {
    this.worker = worker;
    this.onDied = onDied;
    this.remote = wrap<Api>(worker);
    worker.addEventListener('error', (event) => {
      // Handled here: unprevented, it would go on to fail the worker or page that made this one.
      event.preventDefault();
      this.die(`script failed: ${event.message}`);
    });
    worker.addEventListener('messageerror', () => this.die('unreadable message'));
  }

  /** Waits for an answer that should come within seconds. Rejects with WorkerDied when the worker dies first. */
  ask<T>(question: (remote: Remote<Api>) => Promise<T>): Promise<T> {
    if (this.end) return Promise.reject(this.end);
    return new Promise<T>((resolve, reject) => {
      this.abandon.add(reject);
      const answered = (): void => {
        this.silentTicks = 0;
        this.abandon.delete(reject);
        if (this.abandon.size === 0) this.stopTicking();
      };
      this.startTicking();
      question(this.remote).finally(answered).then(resolve, reject);
    });
  }

  terminate(): void {
    this.finish(new WorkerDied('terminated'));
  }

  private die(reason: string): void {
    if (this.end) return;
    const cause = new WorkerDied(reason);
    this.finish(cause);
    this.onDied(cause);
  }

  private finish(cause: WorkerDied): void {
    if (this.end) return;
    this.end = cause;
    this.stopTicking();
    this.worker.terminate();
    for (const reject of this.abandon) reject(cause);
    this.abandon.clear();
  }

  /** Counts ticks instead of reading a clock: a frozen tab's timers stand still with its workers. */
  private startTicking(): void {
    this.ticking ??= setInterval(() => {
      this.silentTicks += 1;
      if (this.silentTicks >= PATIENCE_TICKS) this.die(`silent for ${PATIENCE_TICKS} s`);
    }, TICK_MS);
  }

  private stopTicking(): void {
    clearInterval(this.ticking);
    this.ticking = undefined;
    this.silentTicks = 0;
  }
}
