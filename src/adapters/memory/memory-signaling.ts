/** The relay and its clients without a network: rooms of tabs in one process, for tests of what stands on signaling. */
import { toHex } from '../../core/bytes.ts';
import { assert } from '../../core/result.ts';
import type { Clock, RendezvousId, Rng, RosterEntry } from '../../node/ports.ts';
import { SIGNAL_BYTES_MAX, type Signaling, type SignalingHandlers } from '../signaling/signaling.ts';

export class MemoryRelay {
  private readonly clock: Clock;
  private readonly rng: Rng;
  private readonly clients = new Set<MemorySignaling>();
  private running = true;

  constructor(clock: Clock, rng: Rng) {
    this.clock = clock;
    this.rng = rng;
  }

  /** A tab's signaling; tabs meet when they name the same room. */
  client(room = 'room'): Signaling {
    const client: MemorySignaling = new MemorySignaling(room, {
      enter: () => {
        this.clients.add(client);
        if (this.running) this.admit(client);
      },
      leave: () => {
        this.clients.delete(client);
        this.expel(client);
      },
      route: (to, payload) => this.route(client, to, payload),
    });
    return client;
  }

  /** Every tab loses the relay at once. */
  stop(): void {
    this.running = false;
    for (const client of this.clients) client.lose();
  }

  /** Every tab finds the relay again, under a new name. */
  start(): void {
    this.running = true;
    for (const client of this.clients) this.admit(client);
  }

  private admit(client: MemorySignaling): void {
    const id = toHex(this.rng.bytes(16));
    // Later, as over a network: nobody may rely on being online when `start` returns.
    this.clock.after(0, () => {
      if (!this.running || !this.clients.has(client) || client.self()) return;
      client.join(id, this.others(client));
      for (const other of this.others(client)) other.meet({ rendezvous: id, presence: client.presence });
    });
  }

  private expel(client: MemorySignaling): void {
    const id = client.self();
    if (id) for (const other of this.others(client)) other.miss(id);
  }

  private route(from: MemorySignaling, to: RendezvousId, payload: Uint8Array): void {
    const sender = from.self();
    this.clock.after(0, () => {
      const receiver = this.others(from).find((other) => other.self() === to);
      if (sender && receiver) receiver.hear(sender, payload);
    });
  }

  private others(client: MemorySignaling): MemorySignaling[] {
    return [...this.clients].filter((other) => other !== client && other.room === client.room && other.self());
  }
}

interface RelayLine {
  enter(): void;
  leave(): void;
  route(to: RendezvousId, payload: Uint8Array): void;
}

class MemorySignaling implements Signaling {
  readonly room: string;
  presence = new Uint8Array(0);
  private readonly line: RelayLine;
  private readonly roster = new Map<RendezvousId, RosterEntry>();
  private handlers: SignalingHandlers | undefined;
  private ownId: RendezvousId | undefined;

  constructor(room: string, line: RelayLine) {
    this.room = room;
    this.line = line;
  }

  start(presence: Uint8Array, handlers: SignalingHandlers): void {
    assert(!this.handlers, 'signaling started twice');
    this.presence = presence.slice();
    this.handlers = handlers;
    handlers.onState('connecting');
    this.line.enter();
  }

  self(): RendezvousId | undefined {
    return this.ownId;
  }

  send(to: RendezvousId, payload: Uint8Array): boolean {
    if (!this.ownId || to === this.ownId || payload.length > SIGNAL_BYTES_MAX) return false;
    this.line.route(to, payload.slice());
    return true;
  }

  stop(): void {
    this.handlers = undefined;
    this.line.leave();
    this.ownId = undefined;
    this.roster.clear();
  }

  join(id: RendezvousId, members: readonly MemorySignaling[]): void {
    this.ownId = id;
    for (const member of members) this.add(member.self(), member.presence);
    this.handlers?.onState('online');
    this.report();
  }

  lose(): void {
    if (!this.ownId) return;
    this.ownId = undefined;
    this.roster.clear();
    this.handlers?.onState('offline');
    this.report();
  }

  meet(entry: RosterEntry): void {
    this.add(entry.rendezvous, entry.presence);
    this.report();
  }

  miss(id: RendezvousId): void {
    if (this.roster.delete(id)) this.report();
  }

  hear(from: RendezvousId, payload: Uint8Array): void {
    this.handlers?.onSignal(from, payload);
  }

  private add(id: RendezvousId | undefined, presence: Uint8Array): void {
    if (id) this.roster.set(id, { rendezvous: id, presence: presence.slice() });
  }

  private report(): void {
    this.handlers?.onRoster([...this.roster.values()]);
  }
}
