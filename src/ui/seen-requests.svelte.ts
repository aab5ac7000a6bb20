/** Requests whose links were opened in this tab and not answered yet: the share screen offers them as recipients. */
import type { LinkDescription } from '../node/api.ts';

export type RequestDescription = Extract<LinkDescription, { readonly kind: 'request' }>;

const KEPT_MAX = 8;

class SeenRequests {
  #list = $state.raw<readonly RequestDescription[]>([]);

  /** Those still open at `nowMs`, newest first. */
  open(nowMs: number): readonly RequestDescription[] {
    return this.#list.filter((request) => request.untilS * 1000 > nowMs);
  }

  add(request: RequestDescription): void {
    this.answered(request.requestId);
    this.#list = [request, ...this.#list].slice(0, KEPT_MAX);
  }

  answered(requestId: string): void {
    this.#list = this.#list.filter((known) => known.requestId !== requestId);
  }
}

export const seenRequests = new SeenRequests();
