/** One room's line to the relays beside this one: tells them of our members, and the room of theirs. */
import type { RelayBus } from './bus.ts';
import {
  encodeBusMessage,
  encodeEntry,
  parseBusMessage,
  parseEntry,
  type BusMessage,
  type RemoteMember,
} from './bus-messages.ts';
import type { RelayCounts } from './counts.ts';
import type { NamedMember } from './protocol.ts';
import type { Room, RoomWire } from './room.ts';

export interface LineWorld {
  readonly bus: RelayBus;
  /** Our own id, as others see it. */
  readonly relay: string;
  readonly ttlMs: number;
  /** In a room; two relays that fill it at once may write more. */
  readonly membersMax: number;
  readonly counts: Pick<RelayCounts, 'busUnsent' | 'busRefused'>;
}

/** Heard while a roster is being read. What is beyond is made up for when the roster is read again (bus-link.ts). */
const HELD_MESSAGES_MAX = 1_024;

export class BusLine implements RoomWire {
  readonly name: string;
  readonly room: Room;
  private readonly world: LineWorld;
  /** What was heard while the roster is being read: it may be older than the roster, or newer. */
  private held: BusMessage[] | undefined;
  private isClosed = false;

  constructor(name: string, room: Room, world: LineWorld) {
    this.name = name;
    this.room = room;
    this.world = world;
  }

  joined(member: NamedMember): void {
    this.write([member]);
    this.say({ type: 'joined', relay: this.world.relay, id: member.id, presence: member.presence });
  }

  left(id: string): void {
    this.count(this.world.bus.remove(this.name, [id]));
    this.say({ type: 'left', relay: this.world.relay, id });
  }

  signal(from: string, to: string, payload: string): void {
    this.say({ type: 'signal', relay: this.world.relay, from, to, payload });
  }

  close(): void {
    this.isClosed = true;
    this.world.bus.unsubscribe(this.name);
    const ids = this.room.locals().map(({ id }) => id);
    if (ids.length === 0) return;
    this.count(this.world.bus.remove(this.name, ids));
    this.sayRewritten();
  }

  sayRewritten(): void {
    this.say({ type: 'rewritten', relay: this.world.relay });
  }

  hear(text: string): void {
    const parsed = parseBusMessage(text);
    if (!parsed.ok) this.world.counts.busRefused++;
    else if (parsed.value.relay === this.world.relay) return;
    else if (!this.held) this.act(parsed.value);
    else if (this.held.length < HELD_MESSAGES_MAX) this.held.push(parsed.value);
  }

  /** Subscribes, writes who is here, and reads who is elsewhere. While the bus is away, only those here are in the room. */
  async sync(): Promise<void> {
    if (this.held || this.isClosed) return;
    this.held = [];
    try {
      await this.world.bus.subscribe(this.name);
      // Whoever left meanwhile has unsubscribed already.
      if (!this.isClosed) await this.readRoster();
    } catch {
      // The bus has gone, and says so itself; once it is back, all lines are synced again.
    }
    const held = this.held;
    this.held = undefined;
    if (this.isClosed) return;
    this.room.open();
    for (const message of held) this.act(message);
  }

  /** Takes the members of relays that have died out of the room and off the bus. */
  bury(dead: ReadonlySet<string>): void {
    const gone = this.room.remoteMembers().filter(({ relay }) => dead.has(relay));
    if (gone.length === 0) return;
    for (const { id, relay } of gone) this.room.lose(id, relay);
    this.world.bus.remove(
      this.name,
      gone.map(({ id }) => id),
    );
  }

  private async readRoster(): Promise<void> {
    const { bus, relay, membersMax } = this.world;
    this.write(this.room.locals());
    const entries = await bus.roster(this.name, 2 * membersMax);
    const members: RemoteMember[] = [];
    for (const [id, text] of entries) {
      const parsed = parseEntry(id, text);
      if (parsed.ok) members.push(parsed.value);
      else this.world.counts.busRefused++;
    }
    const remotes = members.filter((member) => member.relay !== relay);
    const living = await bus.living([...new Set(remotes.map((member) => member.relay))]);
    if (this.isClosed) return;
    const present = remotes.filter((member) => living.has(member.relay));
    this.room.setRemotes(present);
    this.sweep(entries.keys(), present);
  }

  /** What is written and nobody answers for: of relays that died unseen, of members whose leave was lost, of strangers. */
  private sweep(written: Iterable<string>, present: readonly RemoteMember[]): void {
    const ids = new Set([...present, ...this.room.locals()].map(({ id }) => id));
    const stale = [...written].filter((id) => !ids.has(id));
    if (stale.length > 0) this.world.bus.remove(this.name, stale);
  }

  private act(message: BusMessage): void {
    switch (message.type) {
      case 'joined': {
        const { id, relay, presence } = message;
        return this.room.meet({ id, relay, presence });
      }
      case 'left':
        return this.room.lose(message.id, message.relay);
      case 'signal':
        return this.room.deliverRemote(message.relay, message.from, message.to, message.payload);
      case 'rewritten':
        return void this.sync();
    }
  }

  private write(members: readonly NamedMember[]): void {
    if (members.length === 0) return;
    const { bus, relay, ttlMs } = this.world;
    const entries = members.map(({ id, presence }) => [id, encodeEntry({ relay, presence })] as const);
    this.count(bus.store(this.name, new Map(entries), ttlMs));
  }

  private say(message: BusMessage): void {
    this.count(this.world.bus.publish(this.name, encodeBusMessage(message)));
  }

  private count(isSent: boolean): void {
    if (!isSent) this.world.counts.busUnsent++;
  }
}
