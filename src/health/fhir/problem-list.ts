import type { EntryProblem } from './display-model.ts';
import { PROBLEMS_SHOWN_MAX } from './display-model.ts';
import { clip } from './plain-text.ts';

/** Findings of the structure check: all are counted, the first are kept. */
export class ProblemList {
  readonly #shown: EntryProblem[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get shown(): readonly EntryProblem[] {
    return this.#shown;
  }

  add(path: string, code: EntryProblem['code'], detail: string): void {
    this.#count++;
    if (this.#shown.length >= PROBLEMS_SHOWN_MAX) return;
    this.#shown.push({ path: clip(path, 300), code, detail: clip(detail, 200) });
  }
}
