/** The Clock port on the device's own clock and timers: a tab, a worker or Node.js. */
import type { Clock } from '../../node/ports.ts';

/** Longer delays overflow setTimeout's int32 and fire at once. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

export class SystemClock implements Clock {
  nowMs(): number {
    return Date.now();
  }

  after(delayMs: number, callback: () => void): () => void {
    let timer: ReturnType<typeof setTimeout>;
    const wait = (leftMs: number): void => {
      const thisMs = Math.min(leftMs, TIMEOUT_MAX_MS);
      timer = setTimeout(() => (leftMs > thisMs ? wait(leftMs - thisMs) : callback()), thisMs);
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  }
}
