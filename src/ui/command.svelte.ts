/** One command of the node, as a form sees it: busy, done, or a problem with words. */
import type { Outcome, Problem } from '../node/api.ts';

export class Command {
  #busy = $state(false);
  #problem = $state.raw<Problem>();

  get busy(): boolean {
    return this.#busy;
  }
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Runs `call` unless one is under way. A call that throws (the worker died) becomes the problem `internal`. */
  async run<T>(call: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    if (this.#busy) return { ok: false, problem: { code: 'cancelled' } };
    this.#busy = true;
    this.#problem = undefined;
    const outcome = await settle(call);
    this.#busy = false;
    if (!outcome.ok) this.#problem = outcome.problem;
    return outcome;
  }

  clear(): void {
    this.#problem = undefined;
  }
}

/** An Outcome in every case: errors lose class and code between worker and page, their message is all there is. */
export async function settle<T>(call: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await call();
  } catch (error) {
    return { ok: false, problem: { code: 'internal', detail: error instanceof Error ? error.message : String(error) } };
  }
}
