/** The clock of one life of a tab: its wall clock may be wrong, its timers stop with it. */
import type { Clock } from '../../src/node/ports.ts';

export class TabClock implements Clock {
  /** What the person, or a machine that slept, did to the wall clock. */
  skewMs = 0;
  private readonly clock: Clock;
  private state: 'running' | 'frozen' | 'dead' = 'running';
  private due: (() => void)[] = [];

  constructor(clock: Clock) {
    this.clock = clock;
  }

  nowMs(): number {
    return this.clock.nowMs() + this.skewMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    let pending: (() => void) | undefined = callback;
    const fire = () => pending?.();
    const cancel = this.clock.after(delayMs, () => {
      if (this.state === 'running') fire();
      else if (this.state === 'frozen') this.due.push(fire);
    });
    return () => {
      pending = undefined;
      cancel();
    };
  }

  /** Nothing fires; what falls due meanwhile fires when it thaws, in order. */
  freeze(): void {
    if (this.state === 'running') this.state = 'frozen';
  }

  thaw(): void {
    if (this.state !== 'frozen') return;
    this.state = 'running';
    const { due } = this;
    this.due = [];
    for (const fire of due) fire();
  }

  /** What the tab had planned does not happen. */
  die(): void {
    this.state = 'dead';
    this.due = [];
  }
}
