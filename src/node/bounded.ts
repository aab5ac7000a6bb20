/** Sets and maps with a cap: what peers make us remember never grows past it. The oldest entry goes first. */

export class BoundedSet<T> {
  private readonly items = new Set<T>();
  private readonly max: number;

  constructor(max: number) {
    this.max = max;
  }

  get size(): number {
    return this.items.size;
  }

  has(item: T): boolean {
    return this.items.has(item);
  }

  add(item: T): void {
    this.items.delete(item);
    this.items.add(item);
    if (this.items.size > this.max) this.items.delete(this.items.values().next().value as T);
  }

  delete(item: T): boolean {
    return this.items.delete(item);
  }

  clear(): void {
    this.items.clear();
  }

  /** Oldest first. What is added or deleted meanwhile is seen. */
  [Symbol.iterator](): IterableIterator<T> {
    return this.items.values();
  }
}

export class BoundedMap<K, V> {
  private readonly entries = new Map<K, V>();
  private readonly max: number;

  constructor(max: number) {
    this.max = max;
  }

  get(key: K): V | undefined {
    return this.entries.get(key);
  }

  set(key: K, value: V): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size > this.max) this.entries.delete(this.entries.keys().next().value as K);
  }

  delete(key: K): boolean {
    return this.entries.delete(key);
  }

  values(): IterableIterator<V> {
    return this.entries.values();
  }
}
