import { createContext } from 'svelte';
import type { UiHost } from './host.ts';
import type { ReadModelStore } from './model.svelte.ts';

export interface Ui {
  readonly host: UiHost;
  readonly model: ReadModelStore;
}

export const [getUi, setUi] = createContext<Ui>();
