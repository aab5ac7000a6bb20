/**
 * Keeps this relay's rooms in step with the relays beside it: shows that it lives, notices who does not any more, and
 * makes up for what was missed while the bus was away.
 */
import type { RelayBus } from './bus.ts';
import { BusLine, type LineWorld } from './bus-line.ts';
import { busNameOf } from './bus-messages.ts';
import type { RelayLog } from './log.ts';
import type { Room, RoomWire } from './room.ts';

export interface BusLinkOptions extends Omit<LineWorld, 'ttlMs'> {
  readonly beatMs: number;
  readonly log: RelayLog;
  readonly nowMs: () => number;
}

/** A relay that missed this many beats is dead: its members have left when one more has passed. */
const BEATS_UNTIL_DEAD = 3;
/** Rooms that are read anew at each beat although nothing is known to be amiss. */
const ROOMS_CHECKED_PER_BEAT = 16;

export class BusLink {
  private readonly options: BusLinkOptions;
  private readonly ttlMs: number;
  private readonly bus: RelayBus;
  private readonly lines = new Map<string, BusLine>();
  private readonly timer: NodeJS.Timeout;
  private reading: Promise<void> | undefined;
  /** Undefined while it is up. */
  private awaySinceMs: number | undefined;
  /** Connecting takes a moment: a bus that is there at the first beat was never away. */
  private isAwaySaid = false;
  /** The bus was away, and the rooms have not been read since. */
  private isStale = true;
  private nextChecked = 0;

  constructor(options: BusLinkOptions) {
    this.options = options;
    this.bus = options.bus;
    this.ttlMs = BEATS_UNTIL_DEAD * options.beatMs;
    this.awaySinceMs = this.bus.isUp ? undefined : options.nowMs();
    this.bus.listen({
      heard: (name, message) => this.lines.get(name)?.hear(message),
      changed: (isUp) => this.onChange(isUp),
    });
    this.timer = setInterval(() => this.onTick(), options.beatMs);
    this.timer.unref();
    if (this.isUp) this.beat();
  }

  get isUp(): boolean {
    return this.awaySinceMs === undefined;
  }

  /** The room takes nobody in until it is known who is in it elsewhere, or that the bus is away. */
  connect(roomId: string, room: Room): RoomWire {
    const line = new BusLine(busNameOf(roomId), room, { ...this.options, ttlMs: this.ttlMs });
    this.lines.set(line.name, line);
    void line.sync();
    return {
      joined: (member) => line.joined(member),
      left: (id) => line.left(id),
      signal: (from, to, payload) => line.signal(from, to, payload),
      close: () => {
        this.lines.delete(line.name);
        line.close();
      },
    };
  }

  /** The bus goes on: it belongs to whoever made it. */
  stop(): void {
    clearInterval(this.timer);
    this.bus.listen(undefined);
  }

  private onChange(isUp: boolean): void {
    if (isUp === this.isUp) return;
    this.awaySinceMs = isUp ? undefined : this.options.nowMs();
    this.isStale = true;
    if (!isUp) return this.sayAway();
    this.isAwaySaid = false;
    this.options.log({ level: 'info', event: 'bus-up' });
    this.beat();
  }

  private sayAway(): void {
    if (!this.isAwaySaid) this.options.log({ level: 'warn', event: 'bus-away' });
    this.isAwaySaid = true;
  }

  private onTick(): void {
    if (this.awaySinceMs === undefined) return this.beat();
    this.sayAway();
    this.forgetUnreachable(this.awaySinceMs);
  }

  private beat(): void {
    void this.showLife();
  }

  /** Nobody can be introduced to them, and they take us for dead. */
  private forgetUnreachable(awaySinceMs: number): void {
    if (this.options.nowMs() - awaySinceMs < this.ttlMs) return;
    for (const { room } of this.lines.values()) room.setRemotes([]);
  }

  /** Apart from the reading, which may take longer than a relay is believed to live. */
  private async showLife(): Promise<void> {
    try {
      const wasLiving = await this.bus.beat(this.options.relay, [...this.lines.keys()], this.ttlMs);
      // Others have buried us, as when this computer slept.
      if (!wasLiving) this.isStale = true;
      this.reading ??= this.read().finally(() => (this.reading = undefined));
      await this.reading;
    } catch {
      // The bus has gone, and says so itself.
    }
  }

  private async read(): Promise<void> {
    await this.buryDead();
    if (this.isStale) await this.restore();
    else await this.checkSome();
  }

  private async buryDead(): Promise<void> {
    const relays = new Set<string>();
    for (const { room } of this.lines.values()) for (const { relay } of room.remoteMembers()) relays.add(relay);
    const living = await this.bus.living([...relays]);
    const dead = new Set([...relays].filter((relay) => !living.has(relay)));
    if (dead.size > 0) for (const line of this.lines.values()) line.bury(dead);
  }

  /** One room after the other: all at once would be a burst that the bus need not take. */
  private async restore(): Promise<void> {
    this.isStale = false;
    for (const line of [...this.lines.values()]) {
      await line.sync();
      line.sayRewritten();
    }
  }

  private async checkSome(): Promise<void> {
    const lines = [...this.lines.values()];
    if (this.nextChecked >= lines.length) this.nextChecked = 0;
    const some = lines.slice(this.nextChecked, this.nextChecked + ROOMS_CHECKED_PER_BEAT);
    this.nextChecked += some.length;
    for (const line of some) await line.sync();
  }
}
