/** The first so many of a list, and more on request: drawing thousands of rows at once would freeze the page. */
export class Paging {
  readonly #step: number;
  #shown: number;

  /** @param step  rows at first, and rows more each time */
  constructor(step: number) {
    this.#step = step;
    this.#shown = $state(step);
  }

  page<T>(rows: readonly T[]): readonly T[] {
    return rows.slice(0, this.#shown);
  }
  left(rows: readonly unknown[]): number {
    return Math.max(0, rows.length - this.#shown);
  }
  more(): void {
    this.#shown += this.#step;
  }
}
