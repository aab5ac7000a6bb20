/**
 * The signaling relay: introduces tabs of one room to each other, so that they can connect directly. Pages from anywhere
 * are welcome unless `origins` names those that are: it keeps no cookies and no secrets that a foreign page could ride on,
 * so that the check spares the operator foreign traffic, and protects nobody (whoever is no browser writes what they like).
 * It takes part in an HTTP server that belongs to somebody else (the app's, Vite's), and takes only its own path there.
 */
import { randomBytes, randomInt } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { Addresses, clientAddressOf, type AddressUse } from './addresses.ts';
import type { RelayBus } from './bus.ts';
import { BusLink } from './bus-link.ts';
import { zeroCounts, type RelayCounts } from './counts.ts';
import { drain } from './drain.ts';
import { DEFAULT_LIMITS, type RelayLimits } from './limits.ts';
import type { RefusalReason, RelayLog } from './log.ts';
import { FRAME_BYTES_MAX, RELAY_PATH } from './protocol.ts';
import { Rooms } from './rooms.ts';
import { Session, type SessionWorld } from './session.ts';

export interface RelayOptions {
  readonly limits?: Partial<RelayLimits>;
  readonly log?: RelayLog;
  /** Lowercase name of the header in which a server in front of this one names its client (addresses.ts). */
  readonly proxyHeader?: string | undefined;
  /** Pages that may come, such as `https://school.example`; left out: all, and who is no page. */
  readonly origins?: readonly string[] | undefined;
  /** To the relays that serve the same rooms; it stays open when this relay stops. */
  readonly bus?: RelayBus | undefined;
}

/** What newcomers are turned away for. */
export type RelayShortage = 'relay-stopped' | 'draining' | 'sockets-full' | 'rooms-full';

/** What there is now, and what has been since the relay started. */
export interface RelayStats extends Readonly<RelayCounts> {
  readonly sockets: number;
  readonly rooms: number;
  readonly members: number;
  /** To other relays, where there are any. */
  readonly bus?: 'up' | 'away';
}

const REFUSAL_STATUS: Readonly<Record<RefusalReason, string>> = {
  'relay-full': '503 Service Unavailable',
  'address-full': '429 Too Many Requests',
  'foreign-origin': '403 Forbidden',
  stopping: '503 Service Unavailable',
};

/** Parts of a beat interval: ten thousand sockets at once would keep a newcomer waiting for a quarter of a second. */
const BEAT_SLOTS = 30;

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** An HTTP or HTTPS server, as much of it as the relay needs. */
export interface UpgradeSource {
  on(event: 'upgrade', listener: UpgradeListener): unknown;
  off(event: 'upgrade', listener: UpgradeListener): unknown;
}

export class Relay {
  private readonly limits: RelayLimits;
  private readonly log: RelayLog;
  private readonly proxyHeader: string | undefined;
  private readonly origins: readonly string[] | undefined;
  private readonly addresses: Addresses;
  private readonly world: SessionWorld;
  private readonly link: BusLink | undefined;
  private readonly sockets: WebSocketServer;
  private readonly sessions = new Set<Session>();
  private readonly attached: { readonly source: UpgradeSource; readonly listener: UpgradeListener }[] = [];
  private readonly counts = zeroCounts();
  private readonly heartbeat: NodeJS.Timeout;
  private beatSlot = 0;
  private opened = 0;
  private stopping: Promise<void> | undefined;
  private onEmpty: (() => void) | undefined;

  constructor(options: RelayOptions = {}) {
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.log = options.log ?? (() => undefined);
    this.proxyHeader = options.proxyHeader;
    this.origins = options.origins;
    this.addresses = new Addresses(this.limits);
    const randomId = () => randomBytes(16).toString('hex');
    const nowMs = () => performance.now();
    const link = options.bus
      ? new BusLink({
          bus: options.bus,
          relay: randomId(),
          beatMs: this.limits.busBeatMs,
          membersMax: this.limits.membersPerRoomMax,
          counts: this.counts,
          log: this.log,
          nowMs,
        })
      : undefined;
    this.link = link;
    this.world = {
      limits: this.limits,
      rooms: new Rooms(this.limits, randomInt, link && ((roomId, room) => link.connect(roomId, room))),
      log: this.log,
      nowMs,
      randomId,
      counts: this.counts,
    };
    this.sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      // Signals are sealed: they do not compress.
      perMessageDeflate: false,
      maxPayload: FRAME_BYTES_MAX,
      maxFragments: 16,
    });
    this.heartbeat = setInterval(() => this.beatSome(), this.limits.heartbeatMs / BEAT_SLOTS);
    this.heartbeat.unref();
    this.log({ level: 'info', event: 'relay-started', sockets: 0 });
  }

  /** Serves the relay on one more server: http and https may share it, so that their tabs meet. */
  attach(source: UpgradeSource): void {
    const listener: UpgradeListener = (request, socket, head) => {
      if (isRelayRequest(request)) this.upgrade(request, socket, head);
    };
    source.on('upgrade', listener);
    this.attached.push({ source, listener });
  }

  stats(): RelayStats {
    const members = [...this.sessions].filter((session) => session.joined).length;
    const { link } = this;
    const bus = link ? ({ bus: link.isUp ? 'up' : 'away' } as const) : {};
    return { sockets: this.sessions.size, rooms: this.world.rooms.count, members, ...bus, ...this.counts };
  }

  shortages(): readonly RelayShortage[] {
    if (this.stopping) return ['draining'];
    return [
      ...(this.sessions.size >= this.limits.socketsMax ? (['sockets-full'] as const) : []),
      ...(this.world.rooms.count >= this.limits.roomsMax ? (['rooms-full'] as const) : []),
    ];
  }

  /**
   * Takes nobody in any more, tells everybody (1001), and resolves when all sockets are closed: a grace after the last one
   * was told, at the latest.
   * @param overMs  tells a few at a time, the last ones after this long; those still here go on meeting
   */
  stop(overMs = 0): Promise<void> {
    this.stopping ??= this.closeAll(overMs);
    return this.stopping;
  }

  private async closeAll(overMs: number): Promise<void> {
    const sockets = this.sessions.size;
    // When all leave at once, nobody need be told who has left.
    if (overMs === 0) this.world.rooms.clear();
    await drain([...this.sessions], overMs, (session) => session.close('stopping'));
    if (this.sessions.size > 0) await new Promise<void>((resolve) => (this.onEmpty = resolve));
    clearInterval(this.heartbeat);
    this.link?.stop();
    for (const { source, listener } of this.attached) source.off('upgrade', listener);
    this.log({ level: 'info', event: 'relay-stopped', sockets });
  }

  private beatSome(): void {
    this.beatSlot = (this.beatSlot + 1) % BEAT_SLOTS;
    for (const session of this.sessions) if (session.beatSlot === this.beatSlot) session.beat();
    if (this.beatSlot === 0) this.addresses.forgetIdle(this.world.nowMs());
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.stopping) return this.refuse(socket, 'stopping');
    if (this.origins && !this.origins.includes(request.headers.origin ?? ''))
      return this.refuse(socket, 'foreign-origin');
    if (this.sessions.size >= this.limits.socketsMax) return this.refuse(socket, 'relay-full');
    const address = this.addresses.of(clientAddressOf(request, this.proxyHeader), this.world.nowMs());
    if (address.isFull) return this.refuse(socket, 'address-full');
    this.sockets.handleUpgrade(request, socket, head, (webSocket) => this.open(webSocket, address));
  }

  private refuse(socket: Duplex, reason: RefusalReason): void {
    this.counts.refused[reason]++;
    this.log({ level: 'warn', event: 'upgrade-refused', reason });
    refuseUpgrade(socket, REFUSAL_STATUS[reason]);
  }

  private open(webSocket: WebSocket, address: AddressUse): void {
    address.sockets++;
    const session = new Session(webSocket, address, this.opened++ % BEAT_SLOTS, this.world, (closed) => {
      address.sockets--;
      this.sessions.delete(closed);
      if (this.sessions.size === 0) this.onEmpty?.();
    });
    this.sessions.add(session);
  }
}

/** A relay on `server`, taking RELAY_PATH and leaving every other upgrade (Vite's hot reload) to the others. */
export function attachRelay(server: UpgradeSource, options: RelayOptions = {}): Relay {
  const relay = new Relay(options);
  relay.attach(server);
  return relay;
}

/** For the server's other listeners: an upgrade nobody answers would stay open for ever. */
export function isRelayRequest(request: IncomingMessage): boolean {
  return request.url?.split('?', 1)[0] === RELAY_PATH;
}

export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
