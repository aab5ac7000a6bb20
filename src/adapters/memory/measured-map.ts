/** A map that knows how many bytes its values hold, so that nobody has to go through all of them to ask. */
export class MeasuredMap<Key, Value> extends Map<Key, Value> {
  private held = 0;
  private readonly bytesOf: (value: Value) => number;

  constructor(bytesOf: (value: Value) => number) {
    super();
    this.bytesOf = bytesOf;
  }

  get bytes(): number {
    return this.held;
  }

  override set(key: Key, value: Value): this {
    this.forget(key);
    this.held += this.bytesOf(value);
    return super.set(key, value);
  }

  override delete(key: Key): boolean {
    this.forget(key);
    return super.delete(key);
  }

  override clear(): void {
    this.held = 0;
    super.clear();
  }

  private forget(key: Key): void {
    const value = this.get(key);
    if (value !== undefined) this.held -= this.bytesOf(value);
  }
}
