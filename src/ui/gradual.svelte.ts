/** Drawing much in several frames, so that the page answers a tap meanwhile. */
import { flushSync, untrack } from 'svelte';

/** A long list drawn a few entries a frame, in reading order. */
export class Gradual {
  #reached: number;
  readonly #total: () => number;

  /** While a component is set up. @param step  entries drawn at once, and added each frame */
  constructor(step: number, total: () => number) {
    this.#reached = $state(step);
    this.#total = total;
    $effect(() => {
      if (this.isWhole) return;
      return afterFrame(() => (this.#reached += step));
    });
  }

  /** How many entries to draw. */
  get reached(): number {
    return this.#reached;
  }

  get isWhole(): boolean {
    return this.#reached >= this.#total();
  }

  /** Draws the rest before it returns, for what cannot wait: a print, a jump to the end. */
  finish(): void {
    flushSync(() => (this.#reached = Math.max(this.#reached, this.#total())));
  }
}

/** A value that many places show: those that read `current` follow a frame after those that read it directly. */
export class Trailing<T> {
  #current: T;

  /** While a component is set up. */
  constructor(value: () => T) {
    this.#current = $state.raw(untrack(value));
    $effect(() => {
      const next = value();
      return afterFrame(() => (this.#current = next));
    });
  }

  get current(): T {
    return this.#current;
  }
}

/** Once what is drawn so far is on the screen: added before that, a step would make the frame under way longer. */
function afterFrame(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => (timer = setTimeout(run)));
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
