/**
 * Publishes the read model: whoever changes something touches its slice; a few times a second the touched slices are
 * computed once and handed to every listener. Thousands of changes cost one message.
 */
import type { ModelListener, ReadModel, Slice } from './api.ts';
import type { Clock } from './ports.ts';

export type SliceSources = { readonly [S in Slice]: () => ReadModel[S] };

export class Publisher {
  private readonly listeners = new Map<number, ModelListener>();
  private readonly touched = new Set<Slice>();
  private nextSubscription = 1;
  private cancelTimer: (() => void) | undefined;
  private readonly clock: Clock;
  private readonly sources: SliceSources;
  private readonly intervalMs: () => number;

  /** @param intervalMs  asked at the first change after each message: how long to gather more */
  constructor(clock: Clock, sources: SliceSources, intervalMs: () => number) {
    this.clock = clock;
    this.sources = sources;
    this.intervalMs = intervalMs;
  }

  /** The listener hears everything at once, then what changes. */
  subscribe(listener: ModelListener): number {
    const subscription = this.nextSubscription++;
    this.listeners.set(subscription, listener);
    listener(this.compute(Object.keys(this.sources) as Slice[]));
    return subscription;
  }

  unsubscribe(subscription: number): void {
    this.listeners.delete(subscription);
  }

  touch(...slices: readonly Slice[]): void {
    if (this.listeners.size === 0) return;
    for (const slice of slices) this.touched.add(slice);
    this.cancelTimer ??= this.clock.after(this.intervalMs(), () => this.flush());
  }

  stop(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    this.listeners.clear();
  }

  private flush(): void {
    this.cancelTimer = undefined;
    const changed = this.compute([...this.touched]);
    this.touched.clear();
    for (const listener of this.listeners.values()) listener(changed);
  }

  private compute(slices: readonly Slice[]): Partial<ReadModel> {
    return Object.fromEntries(slices.map((slice) => [slice, this.sources[slice]()])) as Partial<ReadModel>;
  }
}
