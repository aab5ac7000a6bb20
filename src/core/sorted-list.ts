/** An array kept in order, for a few ten thousand items: found by halving, moved by the engine's fast array copy. */
export class SortedList<T> {
  private readonly compare: (a: T, b: T) => number;
  private readonly sorted: T[] = [];

  /** `compare` must never call two different items equal. */
  constructor(compare: (a: T, b: T) => number) {
    this.compare = compare;
  }

  get items(): readonly T[] {
    return this.sorted;
  }

  insert(item: T): void {
    this.sorted.splice(this.indexFor(item), 0, item);
  }

  /** Does nothing when the item is not there. */
  delete(item: T): void {
    const index = this.indexFor(item);
    if (this.sorted[index] === item) this.sorted.splice(index, 1);
  }

  /** Of the first item that does not come before `item`. */
  private indexFor(item: T): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(this.sorted[middle]!, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
