/** A record as the node opens it, opened anew when a newer version has come. */
import type { NodeApi, OpenedRecord, Problem } from '../node/api.ts';
import { settle } from './command.svelte.ts';

export class OpenedRecordLoader {
  #opened = $state.raw<OpenedRecord>();
  #problem = $state.raw<Problem>();
  /** Not a signal: `load` runs in effects, which must not depend on what it changes. */
  #openedId: string | undefined;
  #wanted = 0;

  /** Undefined while opening, and after a problem. */
  get opened(): OpenedRecord | undefined {
    return this.#opened;
  }
  get problem(): Problem | undefined {
    return this.#problem;
  }

  async load(api: NodeApi, id: string): Promise<void> {
    const turn = ++this.#wanted;
    if (this.#openedId !== id) this.#show(undefined);
    this.#problem = undefined;
    const outcome = await settle(() => api.openRecord(id));
    if (turn !== this.#wanted) return;
    this.#show(outcome.ok ? outcome.value : undefined);
    if (!outcome.ok) this.#problem = outcome.problem;
  }

  clear(): void {
    this.#wanted++;
    this.#show(undefined);
    this.#problem = undefined;
  }

  #show(opened: OpenedRecord | undefined): void {
    this.#opened = opened;
    this.#openedId = opened?.id;
  }
}
