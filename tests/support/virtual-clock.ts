/** A clock that stands still until a test says so, and lets what was promised happen between one timer and the next. */
import type { Clock } from '../../src/node/ports.ts';

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

export class VirtualClock implements Clock {
  private now = 0;
  private readonly timers = new Set<Timer>();

  nowMs(): number {
    return this.now;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.now + delayMs, callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Runs every timer due within the next `ms`, in order; those of one instant in the order they were set. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.now + ms;
    for (;;) {
      await settle();
      let next: Timer | undefined;
      for (const timer of this.timers) if (!next || timer.dueMs < next.dueMs) next = timer;
      if (!next || next.dueMs > untilMs) break;
      this.timers.delete(next);
      this.now = next.dueMs;
      next.callback();
    }
    this.now = untilMs;
  }
}

/** Lets pending promises run. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
