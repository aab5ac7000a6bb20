import type { BootState, UiHost } from './host.ts';

/** How far the page has come in starting the node, as a signal. */
export class Boot {
  #state = $state.raw<BootState>({ phase: 'starting' });

  constructor(source: UiHost['boot']) {
    source.subscribe((state) => (this.#state = state));
  }

  get state(): BootState {
    return this.#state;
  }
}
