/**
 * The relays' bus on Redis (6.2 or newer) or Valkey: publish/subscribe and a hash of members for each room, and a key for
 * each relay that lives. Nothing there outlives its relays by more than their time to live.
 */
import type { Redis, RedisOptions } from 'ioredis';
import type { BusListener, RelayBus } from '../../relay/bus.ts';

/** Common to all relays of a bus, so that another user of the same server is left alone. */
const PREFIX = 'medmesh:';
const roomKey = (room: string) => `${PREFIX}room:${room}`;
const relayKey = (relay: string) => `${PREFIX}relay:${relay}`;

/** Commands without an answer yet. A server that is this far behind is as good as away. */
const UNANSWERED_MAX = 4_000;
const RETRY_MS_MAX = 2_000;
/** A line that is dead without having been closed is noticed by its pings. */
const PING_INTERVAL_MS = 2_000;

const OPTIONS = {
  protocol: 2,
  disableClientInfo: true,
  connectTimeout: 5_000,
  commandTimeout: 1_000,
  socketTimeout: 5_000,
  retryStrategy: (attempt: number) => Math.min(100 * 2 ** attempt, RETRY_MS_MAX),
  // What could not be said when it mattered is not said later: whoever comes back reads and writes everything anew.
  enableOfflineQueue: false,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
} as const satisfies RedisOptions;

/** Connects, and goes on trying as long as it takes. @param url  such as redis://127.0.0.1:6379 */
export async function openRedisBus(url: string): Promise<RelayBus> {
  // Only whoever asks for a bus loads this.
  const { Redis } = await import('ioredis');
  return new RedisBus(new Redis(url, OPTIONS), new Redis(url, OPTIONS));
}

class RedisBus implements RelayBus {
  private readonly commands: Redis;
  /** A connection that hears can say nothing else. */
  private readonly ears: Redis;
  private readonly pings: NodeJS.Timeout;
  private listener: BusListener | undefined;
  private unanswered = 0;
  private wasUp = false;
  private isClosed = false;

  constructor(commands: Redis, ears: Redis) {
    this.commands = commands;
    this.ears = ears;
    for (const connection of [commands, ears]) {
      connection.on('ready', () => this.noticeChange());
      connection.on('close', () => this.noticeChange());
      // Each is followed by a close; without a listener the library would write addresses to the terminal.
      connection.on('error', () => undefined);
    }
    ears.on('message', (channel: string, message: string) => {
      if (channel.startsWith(PREFIX)) this.listener?.heard(channel.slice(roomKey('').length), message);
    });
    this.pings = setInterval(() => {
      if (this.isUp) for (const connection of [commands, ears]) this.tell(() => connection.ping());
    }, PING_INTERVAL_MS);
    this.pings.unref();
  }

  get isUp(): boolean {
    return !this.isClosed && this.commands.status === 'ready' && this.ears.status === 'ready';
  }

  listen(listener: BusListener | undefined): void {
    this.listener = listener;
  }

  async subscribe(room: string): Promise<void> {
    await this.ask(() => this.ears.subscribe(roomKey(room)));
  }

  unsubscribe(room: string): void {
    this.tell(() => this.ears.unsubscribe(roomKey(room)));
  }

  publish(room: string, message: string): boolean {
    return this.tell(() => this.commands.publish(roomKey(room), message));
  }

  store(room: string, entries: ReadonlyMap<string, string>, ttlMs: number): boolean {
    const key = roomKey(room);
    return this.tell(() => this.commands.multi().hset(key, entries).pexpire(key, ttlMs).exec());
  }

  remove(room: string, memberIds: readonly string[]): boolean {
    return this.tell(() => this.commands.hdel(roomKey(room), ...memberIds));
  }

  async roster(room: string, entriesMax: number): Promise<ReadonlyMap<string, string>> {
    // All of them, unless there are more: then any.
    const flat = await this.ask(() => this.commands.hrandfield(roomKey(room), entriesMax, 'WITHVALUES'));
    const entries = new Map<string, string>();
    if (!Array.isArray(flat)) return entries;
    for (let i = 0; i + 1 < flat.length; i += 2) entries.set(String(flat[i]), String(flat[i + 1]));
    return entries;
  }

  async beat(relay: string, rooms: readonly string[], ttlMs: number): Promise<boolean> {
    const before = await this.ask(() => this.commands.set(relayKey(relay), '1', 'PX', ttlMs, 'GET'));
    if (rooms.length > 0) {
      const pipeline = this.commands.pipeline();
      for (const room of rooms) pipeline.pexpire(roomKey(room), ttlMs);
      await this.ask(() => pipeline.exec());
    }
    return before !== null;
  }

  async living(relays: readonly string[]): Promise<ReadonlySet<string>> {
    if (relays.length === 0) return new Set();
    const found = await this.ask(() => this.commands.mget(relays.map(relayKey)));
    return new Set(relays.filter((_, i) => found[i] !== null));
  }

  async close(): Promise<void> {
    clearInterval(this.pings);
    this.listener = undefined;
    this.isClosed = true;
    // What was said last is still sent.
    await this.commands.quit().catch(() => undefined);
    for (const connection of [this.commands, this.ears]) connection.disconnect();
  }

  private noticeChange(): void {
    if (this.isUp === this.wasUp) return;
    this.wasUp = this.isUp;
    // Half a bus is none: what comes back is subscribed to nothing.
    this.listener?.changed(this.wasUp);
  }

  private tell(send: () => Promise<unknown>): boolean {
    if (!this.isUp || this.unanswered >= UNANSWERED_MAX) return false;
    this.ask(send).catch(() => undefined);
    return true;
  }

  private async ask<T>(send: () => Promise<T>): Promise<T> {
    if (!this.isUp || this.unanswered >= UNANSWERED_MAX) throw new Error('the bus is away');
    this.unanswered++;
    try {
      return await send();
    } finally {
      this.unanswered--;
    }
  }
}
