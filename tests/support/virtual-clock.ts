/** A clock that stands still until a test says so, and lets what was promised happen between one timer and the next. */
import type { Clock } from '../../src/node/ports.ts';

interface Timer {
  readonly dueMs: number;
  /** Order in which they were set: those of one instant run in it. */
  readonly order: number;
  callback: (() => void) | undefined;
}

export class VirtualClock implements Clock {
  private now: number;
  private timersSet = 0;
  /** A binary heap: the next timer first. */
  private readonly heap: Timer[] = [];

  constructor(startMs = 0) {
    this.now = startMs;
  }

  /** Whole milliseconds, as a wall clock tells them. */
  nowMs(): number {
    return Math.floor(this.now);
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { dueMs: this.now + delayMs, order: this.timersSet++, callback };
    this.push(timer);
    return () => (timer.callback = undefined);
  }

  /** Runs every timer due within the next `ms`, in order, each to the end of all that it awaits. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.now + ms;
    await oneByOne(() => this.step(untilMs));
    this.now = untilMs;
  }

  /** Runs timers until a condition holds. @returns virtual milliseconds it took, or throws after `limitMs` of them */
  async until(what: string, holds: () => boolean, limitMs: number): Promise<number> {
    const fromMs = this.now;
    await oneByOne(() => !holds() && this.step(fromMs + limitMs));
    if (!holds()) throw new Error(`after ${limitMs} ms still not: ${what}`);
    return this.now - fromMs;
  }

  /** The next timer, if it is due. False when there is none. */
  private step(untilMs: number): boolean {
    while (this.heap[0] && !this.heap[0].callback) this.pop();
    const next = this.heap[0];
    if (!next || next.dueMs > untilMs) return false;
    this.pop();
    this.now = next.dueMs;
    next.callback?.();
    return true;
  }

  private push(timer: Timer): void {
    const { heap } = this;
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (isSooner(heap[above]!, timer)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = timer;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below + 1 < heap.length && isSooner(heap[below + 1]!, heap[below]!)) below++;
      if (below >= heap.length || isSooner(last, heap[below]!)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
  }
}

function isSooner(a: Timer, b: Timer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

/** Immediates planned at a time: between two of them all promises run, and the event loop turns only once for all. */
const AT_A_TIME = 64;

/** Takes steps until there are none, letting all pending promises run before each, and after the last. */
function oneByOne(step: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = 0;
    let isOver = false;
    const plan = (): void => {
      left = AT_A_TIME;
      for (let i = 0; i < AT_A_TIME; i++) setImmediate(turn);
    };
    const turn = (): void => {
      left--;
      if (isOver) return;
      try {
        if (!step()) {
          isOver = true;
          resolve();
        }
      } catch (fault) {
        isOver = true;
        reject(fault instanceof Error ? fault : new Error(String(fault)));
      }
      if (left === 0 && !isOver) plan();
    };
    plan();
  });
}
