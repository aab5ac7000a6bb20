/**
 * Signaling through a relay: stays in the room for as long as it runs, through relay restarts, sleep and changes of
 * network, without anybody doing anything. Nothing the relay says is trusted further than that it introduces.
 */
import { assert } from '../../core/result.ts';
import {
  PRESENCE_BYTES_MAX,
  type Clock,
  type RelayState,
  type RendezvousId,
  type Rng,
  type RosterEntry,
} from '../../node/ports.ts';
import type { NamedMember, RelayMessage } from '../../relay/protocol.ts';
import { fromBase64url, toBase64url } from './base64url.ts';
import { RelayConnection, type ConnectionEnd, type RelaySocket } from './relay-connection.ts';
import { roomSeal, type RoomSeal } from './sealing.ts';
import { SIGNAL_BYTES_MAX, type Signaling, type SignalingHandlers } from './signaling.ts';

export interface SignalingClientOptions {
  /** `wss://host/relay`, the preferred first: tabs meet only on the same one, so all try them in the same order. */
  readonly urls: readonly string[];
  /** ROOM_SECRET_BYTES. */
  readonly roomSecret: Uint8Array;
  readonly clock: Clock;
  readonly rng: Rng;
  /** Opens a socket; may throw on an address that is none. */
  readonly openSocket: (url: string) => RelaySocket;
  /** Calls back when the network or the tab comes back (see page-wake.ts). Returns the function that stops it. */
  readonly onWake?: (callback: () => void) => () => void;
}

export interface SignalingCounters {
  /** Times the room was joined. */
  readonly joins: number;
  /** Presences and signals that the room secret did not open: somebody without it, or a relay that meddles. */
  readonly unopenable: number;
  /** Frames the relay dropped because we sent too many; counted once per dry spell. */
  readonly rateLimited: number;
  readonly lastEnd: ConnectionEnd | undefined;
}

export const BACKOFF_FIRST_MS = 500;
export const BACKOFF_MAX_MS = 15_000;
/** More than the relay admits to a room: a relay that invents members must not fill our memory. */
const ROSTER_MAX = 1_024;

export class SignalingClient implements Signaling {
  private readonly options: SignalingClientOptions;
  private readonly seal: RoomSeal;
  private readonly roster = new Map<RendezvousId, RosterEntry>();
  private readonly counts = { joins: 0, unopenable: 0, rateLimited: 0 };
  private lastEnd: ConnectionEnd | undefined;
  private handlers: SignalingHandlers | undefined;
  private presence = new Uint8Array(0);
  private state: RelayState | undefined;
  private connection: RelayConnection | undefined;
  private ownId: RendezvousId | undefined;
  private urlIndex = 0;
  /** Rounds through all addresses since the relay last proved steady: sets the backoff. */
  private failedRounds = 0;
  private cancelRetry: (() => void) | undefined;
  private stopWaking: (() => void) | undefined;

  constructor(options: SignalingClientOptions) {
    this.options = options;
    this.seal = roomSeal(options.roomSecret, options.rng);
  }

  start(presence: Uint8Array, handlers: SignalingHandlers): void {
    assert(!this.handlers, 'signaling started twice');
    assert(presence.length <= PRESENCE_BYTES_MAX, `presence of ${presence.length} bytes`);
    this.handlers = handlers;
    this.presence = presence.slice();
    this.failedRounds = 0;
    this.stopWaking = this.options.onWake?.(() => this.wake());
    this.enter('connecting');
    this.startRound();
  }

  self(): RendezvousId | undefined {
    return this.ownId;
  }

  send(to: RendezvousId, payload: Uint8Array): boolean {
    if (!this.ownId || !this.connection || payload.length > SIGNAL_BYTES_MAX || to === this.ownId) return false;
    const sealed = this.seal.sealSignal(this.ownId, to, payload);
    return this.connection.send({ type: 'signal', to, payload: toBase64url(sealed) });
  }

  stop(): void {
    this.handlers = undefined;
    this.stopWaking?.();
    this.cancelRetry?.();
    this.cancelRetry = undefined;
    this.connection?.close();
    this.leave();
    this.state = undefined;
  }

  counters(): SignalingCounters {
    return { ...this.counts, lastEnd: this.lastEnd };
  }

  /** Something changed for the better, perhaps: try now, or make sure that what we hold is alive. */
  private wake(): void {
    if (this.connection) return this.connection.probe();
    this.cancelRetry?.();
    this.startRound();
  }

  private startRound(): void {
    this.cancelRetry = undefined;
    this.urlIndex = 0;
    this.tryNext();
  }

  private tryNext(): void {
    const url = this.options.urls[this.urlIndex];
    if (url === undefined) {
      this.enter('offline');
      if (this.options.urls.length > 0) this.retryLater();
      return;
    }
    let socket: RelaySocket;
    try {
      socket = this.options.openSocket(url);
    } catch {
      // Not an address, or one this page may not open (plain ws from an https page): as good as unreachable.
      this.onEnd('no-relay');
      return;
    }
    const presence = toBase64url(this.seal.sealPresence(this.presence));
    const join = { type: 'join', room: this.seal.roomId, presence } as const;
    this.connection = new RelayConnection(socket, join, this.options.clock, {
      onJoined: ({ self, members }) => this.onJoined(self, members),
      onMessage: (message) => this.onMessage(message),
      onEnd: (reason) => this.onEnd(reason),
    });
  }

  private onEnd(reason: ConnectionEnd): void {
    this.lastEnd = reason;
    const wasOnline = this.ownId !== undefined;
    this.leave();
    if (!wasOnline) {
      this.urlIndex++;
      return this.tryNext();
    }
    this.enter('connecting');
    this.handlers?.onRoster([]);
    this.retryLater();
  }

  private leave(): void {
    this.connection = undefined;
    this.ownId = undefined;
    this.roster.clear();
  }

  /** Jittered by half either way: a relay that restarts must not meet its whole room in one instant. */
  private retryLater(): void {
    // A handler may have stopped us while it was told what happened.
    if (!this.handlers) return;
    const delayMs = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** this.failedRounds);
    this.failedRounds = Math.min(this.failedRounds + 1, 16);
    const [random = 0] = this.options.rng.bytes(1);
    const jitteredMs = Math.min(BACKOFF_MAX_MS, delayMs * (0.5 + random / 255));
    this.cancelRetry = this.options.clock.after(jitteredMs, () => this.startRound());
  }

  private onJoined(self: RendezvousId, members: readonly NamedMember[]): void {
    this.counts.joins++;
    this.ownId = self;
    for (const member of members) this.addMember(member);
    this.enter('online');
    this.reportRoster();
  }

  private onMessage(message: Exclude<RelayMessage, { type: 'joined' }>): void {
    switch (message.type) {
      case 'member-joined':
        if (this.addMember(message)) this.reportRoster();
        break;
      case 'member-left':
      case 'no-such-member':
        if (this.roster.delete(message.id)) this.reportRoster();
        break;
      case 'signal':
        this.onSignal(message.from, message.payload);
        break;
      case 'rate-limited':
        this.counts.rateLimited++;
        break;
      case 'beat':
        // Steady: the next loss starts from the shortest wait. Joining alone is no proof, a full relay lets go at once.
        this.failedRounds = 0;
        break;
    }
  }

  /** Whether the roster changed. */
  private addMember(member: NamedMember): boolean {
    if (member.id === this.ownId || this.roster.has(member.id) || this.roster.size >= ROSTER_MAX) return false;
    const sealed = fromBase64url(member.presence);
    const presence = sealed && this.seal.openPresence(sealed);
    if (!presence || presence.length > PRESENCE_BYTES_MAX) {
      this.counts.unopenable++;
      return false;
    }
    this.roster.set(member.id, { rendezvous: member.id, presence });
    return true;
  }

  private onSignal(from: RendezvousId, payload: string): void {
    const sealed = fromBase64url(payload);
    const opened = sealed && this.ownId && this.seal.openSignal(from, this.ownId, sealed);
    if (!opened || opened.length > SIGNAL_BYTES_MAX) {
      this.counts.unopenable++;
      return;
    }
    this.handlers?.onSignal(from, opened);
  }

  private reportRoster(): void {
    this.handlers?.onRoster([...this.roster.values()]);
  }

  private enter(state: RelayState): void {
    if (state === this.state) return;
    this.state = state;
    this.handlers?.onState(state);
  }
}
