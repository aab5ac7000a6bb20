/**
 * The Transport port without a network: tabs of one process, joined by wires that can be slow, narrow, cut and healed.
 * Dialling, framing, queues and limits are the page's own code; only the connections below it are made of memory.
 * Everything happens on the given clock and in a fixed order, so that a run replays exactly.
 */
import { toBigInt } from '../../core/bytes.ts';
import { accept, assert, reject } from '../../core/result.ts';
import type { Clock, Rng, Transport } from '../../node/ports.ts';
import type { Signaling } from '../signaling/signaling.ts';
import type { Connector } from '../webrtc/connector.ts';
import { LinkTransport } from '../webrtc/link-transport.ts';
import { Doorway } from './memory-doorway.ts';
import { MemoryConnection, OrderedFlight, type Wiring } from './memory-connection.ts';
import { MemoryRelay } from './memory-signaling.ts';

/** As long as browsers take to give up on a silent connection. */
const LOST_AFTER_MS = 15_000;
/** Later than the signals that followed: an echo is out of order too. */
const ECHO_AFTER_MS = 400;
/** How long SCTP waits before it sends a lost frame again. */
const RETRANSMIT_MS = 200;

export interface MemoryNetworkOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  /**
   * How many ms one frame or signal travels; asked once for each, in the order they are sent. `to` is undefined for a
   * signal, which goes through the relay. A lost signal never arrives; a lost frame is sent again, since channels are
   * reliable, and holds up those behind it. Without this nothing takes any time.
   */
  readonly travel?: (from: string, to: string | undefined) => number | 'lost';
  /** Share of signals that arrive twice, the second time whenever it happens to: 0..1, 0 by default. */
  readonly echoes?: number;
  /** Of each wire, each way. Without it sending takes no time. */
  readonly bytesPerMs?: number;
  /** How long a cut wire or a crashed tab goes unnoticed; 15 s by default. */
  readonly lostAfterMs?: number;
  /** What a browser grants each tab; no limit by default. */
  readonly connectionsMax?: number;
  /** Told of every frame as it is sent. */
  readonly onFrame?: (from: string, bytes: number) => void;
}

interface MemoryTabOptions {
  readonly room?: string;
  readonly dialTimeoutMs?: number;
}

interface Endpoint {
  readonly transport: Transport;
  isCrashed: boolean;
}

export class MemoryNetwork {
  private readonly options: MemoryNetworkOptions;
  private readonly relay: MemoryRelay;
  private readonly endpoints = new Map<string, Endpoint>();
  private readonly doorways = new Map<string, Doorway>();
  private readonly connections = new Map<string, MemoryConnection>();
  private readonly cuts = new Set<string>();
  private sides: ReadonlyMap<string, number> = new Map();
  private connectionsMade = 0;

  constructor(options: MemoryNetworkOptions) {
    this.options = options;
    this.relay = new MemoryRelay(options.clock, options.rng);
  }

  /** @param name of the tab, for cutting its wires; each only once */
  createTransport(name: string, { room, ...options }: MemoryTabOptions = {}): Transport {
    assert(!this.endpoints.has(name), `two tabs named ${name}`);
    const { clock, rng } = this.options;
    const doorway = new Doorway();
    this.doorways.set(name, doorway);
    const transport = new LinkTransport({
      ...options,
      signaling: this.signalingOf(name, this.relay.client(room), doorway),
      connector: this.connectorOf(name, doorway),
      clock,
      rng,
    });
    this.endpoints.set(name, { transport, isCrashed: false });
    return transport;
  }

  /** Nothing passes between two tabs, until healed. Links between them last for `lostAfterMs`. */
  cut(a: string, b: string): void {
    this.cuts.add(wireName(a, b));
    this.announce();
  }

  heal(a: string, b: string): void {
    this.cuts.delete(wireName(a, b));
    this.announce();
  }

  /** Cuts every wire between tabs of different groups; tabs in none are not affected. Replaces an earlier partition. */
  partition(groups: readonly (readonly string[])[]): void {
    this.sides = new Map(groups.flatMap((names, side) => names.map((name) => [name, side] as const)));
    this.announce();
  }

  /** Undoes every cut and partition. */
  healAll(): void {
    this.cuts.clear();
    this.partition([]);
  }

  /** A tab killed without a word. Its peers notice after `lostAfterMs`; nothing calls its handlers any more. */
  crash(name: string): void {
    const endpoint = this.endpoints.get(name);
    assert(endpoint, `no tab named ${name}`);
    endpoint.isCrashed = true;
    for (const connection of this.connectionsOf(name)) connection.vanish();
    endpoint.transport.stop();
    this.endpoints.delete(name);
    this.doorways.delete(name);
  }

  /** A tab that the browser stops: its connections stand and take what comes, which it hears of when it thaws. */
  freeze(name: string): void {
    this.doorways.get(name)?.freeze();
  }

  thaw(name: string): void {
    this.doorways.get(name)?.thaw();
  }

  /** Links stay; nobody can be introduced. */
  stopRelay(): void {
    this.relay.stop();
  }

  startRelay(): void {
    this.relay.start();
  }

  private connectorOf(owner: string, doorway: Doorway): Connector {
    const { clock, bytesPerMs = Infinity, lostAfterMs = LOST_AFTER_MS, connectionsMax = Infinity } = this.options;
    const wiring: Wiring = {
      clock,
      bytesPerMs,
      lostAfterMs,
      travelMs: (from, to) => this.travelMs(from, to),
      isCut: (from, to) => this.isCut(from, to),
      find: (description) => this.connections.get(description),
      remove: (connection) => this.connections.delete(connection.description),
      onFrame: this.options.onFrame,
    };
    return {
      connect: (role, handlers) => {
        if (this.connectionsOf(owner).length >= connectionsMax) return reject('connection-limit');
        const description = `memory ${++this.connectionsMade}`;
        const connection = new MemoryConnection(owner, description, role, wiring, doorway.connection(handlers));
        this.connections.set(description, connection);
        return accept(connection);
      },
    };
  }

  /** The relay's client, with the weather in front of it. */
  private signalingOf(owner: string, client: Signaling, doorway: Doorway): Signaling {
    const flight = new OrderedFlight(this.options.clock);
    return {
      start: (presence, handlers) => client.start(presence, doorway.signaling(handlers)),
      self: () => client.self(),
      stop: () => client.stop(),
      send: (to, payload) => {
        if (client.self() === undefined) return false;
        const travel = this.options.travel?.(owner, undefined) ?? 0;
        if (travel !== 'lost' && !this.endpoints.get(owner)?.isCrashed) {
          flight.launch(travel, () => client.send(to, payload));
          if (this.isEchoed()) this.options.clock.after(ECHO_AFTER_MS + travel, () => client.send(to, payload));
        }
        return true;
      },
    };
  }

  private isEchoed(): boolean {
    const { echoes = 0, rng } = this.options;
    return echoes > 0 && Number(toBigInt(rng.bytes(2))) < echoes * 0x10000;
  }

  private connectionsOf(owner: string): MemoryConnection[] {
    return [...this.connections.values()].filter((connection) => connection.owner === owner);
  }

  private travelMs(from: string, to: string): number {
    let lostMs = 0;
    for (;;) {
      const travel = this.options.travel?.(from, to) ?? 0;
      if (travel !== 'lost') return lostMs + travel;
      lostMs += RETRANSMIT_MS;
    }
  }

  private isCut(a: string, b: string): boolean {
    if (this.cuts.size > 0 && this.cuts.has(wireName(a, b))) return true;
    const [sideOfA, sideOfB] = [this.sides.get(a), this.sides.get(b)];
    return sideOfA !== undefined && sideOfB !== undefined && sideOfA !== sideOfB;
  }

  private announce(): void {
    for (const connection of [...this.connections.values()]) connection.onWireChanged();
  }
}

function wireName(a: string, b: string): string {
  return [a, b].sort().join(' | ');
}
