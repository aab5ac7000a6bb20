/** What the pending link is, as the node describes it; asking again keeps the last answer on the screen meanwhile. */
import type { LinkDescription, NodeApi, Problem } from '../../../node/api.ts';
import { settle } from '../../command.svelte.ts';

export class LinkReader {
  #description = $state.raw<LinkDescription>();
  #problem = $state.raw<Problem>();
  #busy = $state(false);
  #turns = 0;

  get description(): LinkDescription | undefined {
    return this.#description;
  }
  get problem(): Problem | undefined {
    return this.#problem;
  }
  get busy(): boolean {
    return this.#busy;
  }

  async read(api: NodeApi, link: string): Promise<void> {
    const turn = ++this.#turns;
    this.#busy = true;
    const outcome = await settle(() => api.describeLink(link));
    if (turn !== this.#turns) return;
    this.#busy = false;
    this.#description = outcome.ok ? outcome.value : undefined;
    this.#problem = outcome.ok ? undefined : outcome.problem;
  }

  clear(): void {
    this.#turns++;
    this.#busy = false;
    this.#description = undefined;
    this.#problem = undefined;
  }
}
