/** A bus within one process: several relays side by side, without a server between them. */
import type { BusListener, RelayBus } from './bus.ts';

interface StoredRoom {
  readonly entries: Map<string, string>;
  expiresAtMs: number;
}

/** What the buses of all relays have in common. */
export class MemoryBusHub {
  private readonly nowMs: () => number;
  private readonly buses = new Set<MemoryBus>();
  private readonly rooms = new Map<string, StoredRoom>();
  /** When each relay's life ends unless it beats. */
  private readonly relays = new Map<string, number>();
  isUp = true;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  connect(): RelayBus {
    const bus = new MemoryBus(this);
    this.buses.add(bus);
    return bus;
  }

  /** As when the server between relays stops, with all it knew, or comes back. */
  setUp(isUp: boolean): void {
    if (isUp === this.isUp) return;
    this.isUp = isUp;
    if (!isUp) {
      this.rooms.clear();
      this.relays.clear();
    }
    for (const bus of this.buses) bus.change(isUp);
  }

  disconnect(bus: MemoryBus): void {
    this.buses.delete(bus);
  }

  publish(room: string, message: string): void {
    for (const bus of this.buses) bus.hear(room, message);
  }

  /** What is written of a room, to be read and changed. */
  entriesOf(room: string): Map<string, string> {
    const known = this.rooms.get(room);
    if (known && known.expiresAtMs > this.nowMs()) return known.entries;
    const fresh = new Map<string, string>();
    this.rooms.set(room, { entries: fresh, expiresAtMs: Infinity });
    return fresh;
  }

  keep(rooms: readonly string[], ttlMs: number): void {
    for (const name of rooms) {
      const room = this.rooms.get(name);
      if (room) room.expiresAtMs = this.nowMs() + ttlMs;
    }
  }

  forgetIfEmpty(room: string): void {
    if (this.rooms.get(room)?.entries.size === 0) this.rooms.delete(room);
  }

  isLiving(relay: string): boolean {
    return (this.relays.get(relay) ?? 0) > this.nowMs();
  }

  beat(relay: string, ttlMs: number): void {
    this.relays.set(relay, this.nowMs() + ttlMs);
  }
}

class MemoryBus implements RelayBus {
  private readonly hub: MemoryBusHub;
  private readonly subscribed = new Set<string>();
  private listener: BusListener | undefined;
  private isClosed = false;

  constructor(hub: MemoryBusHub) {
    this.hub = hub;
  }

  get isUp(): boolean {
    return this.hub.isUp && !this.isClosed;
  }

  listen(listener: BusListener | undefined): void {
    this.listener = listener;
  }

  subscribe(room: string): Promise<void> {
    return this.ask(() => void this.subscribed.add(room));
  }

  unsubscribe(room: string): void {
    this.subscribed.delete(room);
  }

  publish(room: string, message: string): boolean {
    return this.tell(() => this.hub.publish(room, message));
  }

  store(room: string, entries: ReadonlyMap<string, string>, ttlMs: number): boolean {
    return this.tell(() => {
      const stored = this.hub.entriesOf(room);
      for (const [id, entry] of entries) stored.set(id, entry);
      this.hub.keep([room], ttlMs);
    });
  }

  remove(room: string, memberIds: readonly string[]): boolean {
    return this.tell(() => {
      const stored = this.hub.entriesOf(room);
      for (const id of memberIds) stored.delete(id);
      this.hub.forgetIfEmpty(room);
    });
  }

  roster(room: string, entriesMax: number): Promise<ReadonlyMap<string, string>> {
    return this.ask(() => {
      const entries = [...this.hub.entriesOf(room)].slice(0, entriesMax);
      this.hub.forgetIfEmpty(room);
      return new Map(entries);
    });
  }

  beat(relay: string, rooms: readonly string[], ttlMs: number): Promise<boolean> {
    return this.ask(() => {
      const wasLiving = this.hub.isLiving(relay);
      this.hub.beat(relay, ttlMs);
      this.hub.keep(rooms, ttlMs);
      return wasLiving;
    });
  }

  living(relays: readonly string[]): Promise<ReadonlySet<string>> {
    return this.ask(() => new Set(relays.filter((relay) => this.hub.isLiving(relay))));
  }

  close(): Promise<void> {
    this.isClosed = true;
    this.subscribed.clear();
    this.hub.disconnect(this);
    return Promise.resolve();
  }

  /** Later, as from a server: nobody hears a word while they are still saying it. */
  hear(room: string, message: string): void {
    if (!this.subscribed.has(room)) return;
    queueMicrotask(() => {
      if (this.subscribed.has(room)) this.listener?.heard(room, message);
    });
  }

  change(isUp: boolean): void {
    this.subscribed.clear();
    this.listener?.changed(isUp);
  }

  private tell(act: () => void): boolean {
    if (this.isUp) act();
    return this.isUp;
  }

  private async ask<T>(answer: () => T): Promise<T> {
    if (!this.isUp) throw new Error('the bus is away');
    const answered = answer();
    await Promise.resolve();
    return answered;
  }
}
