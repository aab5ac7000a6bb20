/**
 * The port through which several relays serve one room. Whoever can write to a bus can write anything there: what comes
 * from it is parsed like a stranger's frame (bus-messages.ts), and rooms go by names that let nobody join them.
 * Nothing waits for a bus that is away: what is said then is not said later.
 */

export interface BusListener {
  /** What any relay said in a room that is subscribed to, our own words included. */
  heard(room: string, message: string): void;
  /** The bus has come or gone. Whoever comes back has been deaf meanwhile, and is subscribed to nothing. */
  changed(isUp: boolean): void;
}

/** Promises are rejected while the bus is away; `false` says the same of what has no answer. */
export interface RelayBus {
  readonly isUp: boolean;
  /** One listener at a time; undefined: nobody. */
  listen(listener: BusListener | undefined): void;
  /** Resolves once everything said in the room from then on is heard. */
  subscribe(room: string): Promise<void>;
  unsubscribe(room: string): void;
  publish(room: string, message: string): boolean;
  /** Writes who is in a room, by member id, on top of what is written; forgotten `ttlMs` after the last write or beat. */
  store(room: string, entries: ReadonlyMap<string, string>, ttlMs: number): boolean;
  remove(room: string, memberIds: readonly string[]): boolean;
  /** What is written of a room, `entriesMax` of it at most; after all writes of our own. */
  roster(room: string, entriesMax: number): Promise<ReadonlyMap<string, string>>;
  /**
   * Says that a relay lives for `ttlMs` from now, and that what is written of `rooms` is to be kept as long.
   * @returns whether it still counted as living
   */
  beat(relay: string, rooms: readonly string[], ttlMs: number): Promise<boolean>;
  /** Those of them that live. */
  living(relays: readonly string[]): Promise<ReadonlySet<string>>;
  close(): Promise<void>;
}
