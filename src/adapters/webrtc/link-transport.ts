/**
 * The Transport port over any kind of connection: who dials whom, which of two dials survives, time-outs, limits. The
 * page and the simulation run this same code; only the connector and the signaling below it differ.
 *
 * Reasons that `onClosed` reports, besides those given to `close` by this side:
 * - a dial: `dial-timeout`, `relay-offline`, `bad-rendezvous`, `too-many-links`, `bad-signal`, `refused:<reason>`, a
 *   ConnectFault, or what the connection ended with (`bad-description`, `bad-fingerprint`, `ice-failed`, `dial-failed`)
 * - a link: `remote:<reason>` when the other side closed it, `lost`, `bad-frame`, `unexpected-channel`,
 *   `unexpected-track`, `unexpected-text`, and `replaced` when the same tab dialled again because it had lost this link unnoticed by us
 */
import { toHex } from '../../core/bytes.ts';
import { assert } from '../../core/result.ts';
import {
  PRESENCE_BYTES_MAX,
  type Clock,
  type LinkId,
  type LinkInfo,
  type Priority,
  type RendezvousId,
  type Rng,
  type Transport,
  type TransportHandlers,
} from '../../node/ports.ts';
import type { Signaling } from '../signaling/signaling.ts';
import type { Connection, Connector, SessionSignal } from './connector.ts';
import { Link } from './link.ts';
import { OfferGate } from './offer-gate.ts';
import { toReason } from './reason.ts';
import { ATTEMPT_ID_BYTES, decodeSignal, encodeSignal, type DialSignal } from './signal-codec.ts';

const DIAL_TIMEOUT_MS = 15_000;

/** Links and dials together. A mesh of six to eight links needs few; a teacher's tab is dialled by a whole class. */
export const CONNECTIONS_MAX = 64;

/** More than any machine has network interfaces. */
const CANDIDATES_MAX = 64;

/** After the browser refused a connection: it takes a garbage collection or two to get some back. */
const PAUSE_FIRST_MS = 5_000;
const PAUSE_LONGEST_MS = 60_000;

interface LinkTransportOptions {
  readonly signaling: Signaling;
  readonly connector: Connector;
  readonly clock: Pick<Clock, 'after'>;
  readonly rng: Rng;
  /** From dial to open link; 15 s unless a test is in a hurry. */
  readonly dialTimeoutMs?: number;
}

/** One try to connect; goes on carrying the late candidates of its link. */
interface Attempt {
  readonly id: string;
  readonly rendezvous: RendezvousId;
  readonly outbound: boolean;
  /** Our node dialled, even if it is the other side's dial that goes on: it is owed a link or an `onClosed`. */
  owed: boolean;
  connection: Connection | undefined;
  link: Link | undefined;
  answered: boolean;
  candidates: number;
  cancelTimeout: () => void;
}

interface OpenLink {
  readonly info: LinkInfo;
  readonly link: Link;
  readonly attempt: Attempt;
}

export class LinkTransport implements Transport {
  private readonly signaling: Signaling;
  private readonly connector: Connector;
  private readonly clock: Pick<Clock, 'after'>;
  private readonly rng: Rng;
  private readonly dialTimeoutMs: number;
  private readonly offers: OfferGate;

  private handlers: TransportHandlers | undefined;
  private readonly attempts = new Map<RendezvousId, Attempt>();
  private readonly links = new Map<LinkId, OpenLink>();
  private readonly linkTo = new Map<RendezvousId, OpenLink>();
  private lastLink: LinkId = 0;
  private pauseMs = PAUSE_FIRST_MS;
  private paused = false;

  constructor(options: LinkTransportOptions) {
    this.signaling = options.signaling;
    this.connector = options.connector;
    this.clock = options.clock;
    this.rng = options.rng;
    this.dialTimeoutMs = options.dialTimeoutMs ?? DIAL_TIMEOUT_MS;
    this.offers = new OfferGate(options.clock);
  }

  start(presence: Uint8Array, handlers: TransportHandlers): void {
    assert(!this.handlers, 'transport started twice');
    assert(presence.length <= PRESENCE_BYTES_MAX, 'presence too long');
    this.handlers = handlers;
    this.signaling.start(presence, {
      onState: (state) => handlers.onRelayState(state),
      onRoster: (entries) => handlers.onRoster(entries),
      onSignal: (from, payload) => this.receive(from, payload),
    });
  }

  dial(rendezvous: RendezvousId): void {
    const self = this.signaling.self();
    if (!this.handlers || rendezvous === self || this.linkTo.has(rendezvous)) return;
    const pending = this.attempts.get(rendezvous);
    if (pending) {
      pending.owed = true;
    } else if (!/^[0-9a-f]{32}$/.test(rendezvous)) {
      this.report(undefined, rendezvous, 'bad-rendezvous');
    } else if (self === undefined) {
      this.report(undefined, rendezvous, 'relay-offline');
    } else {
      this.begin(rendezvous, toHex(this.rng.bytes(ATTEMPT_ID_BYTES)), true, true);
    }
  }

  send(link: LinkId, bytes: Uint8Array, priority: Priority): boolean {
    return this.links.get(link)?.link.send(bytes, priority) ?? false;
  }

  close(link: LinkId, reason: string): void {
    const open = this.links.get(link);
    if (!open) return;
    open.link.close(toReason(reason));
    this.forget(open);
    this.report(link, open.info.rendezvous, toReason(reason));
  }

  /** No handler is called from here on. May be started again. */
  stop(): void {
    if (!this.handlers) return;
    this.handlers = undefined;
    for (const attempt of this.attempts.values()) this.abandon(attempt, 'bye');
    for (const { link } of this.links.values()) link.abort('bye');
    this.links.clear();
    this.linkTo.clear();
    this.signaling.stop();
  }

  // ------------------------------------------------------------------------------------------------ attempts

  private begin(rendezvous: RendezvousId, id: string, outbound: boolean, owed: boolean): Attempt | undefined {
    const cancelTimeout = this.clock.after(this.dialTimeoutMs, () => this.fail(attempt, 'dial-timeout'));
    const attempt: Attempt = {
      id,
      rendezvous,
      outbound,
      owed,
      connection: undefined,
      link: undefined,
      answered: false,
      candidates: 0,
      cancelTimeout,
    };
    this.attempts.set(rendezvous, attempt);
    if (this.attempts.size + this.links.size > CONNECTIONS_MAX) return this.fail(attempt, 'too-many-links');
    if (this.paused) return this.fail(attempt, 'connection-limit');
    const connected = this.connector.connect(outbound ? 'initiator' : 'responder', {
      onSignal: (signal) => this.forward(attempt, signal),
      onOpen: (channelBinding) => this.open(attempt, channelBinding),
      onFrame: (frame) => attempt.link?.receive(frame),
      onBufferLow: () => attempt.link?.refill(),
      onClosed: (reason) => (attempt.link ? attempt.link.lose(reason) : this.fail(attempt, reason)),
    });
    if (!connected.ok) {
      if (connected.code === 'connection-limit') this.pause();
      return this.fail(attempt, connected.code);
    }
    this.pauseMs = PAUSE_FIRST_MS;
    attempt.connection = connected.value;
    return attempt;
  }

  private forward(attempt: Attempt, signal: SessionSignal): void {
    const payload = encodeSignal({ attempt: attempt.id, signal });
    const isSent = payload !== undefined && this.signaling.send(attempt.rendezvous, payload);
    // Without its candidate a connection may still find another way; without its description it can't.
    if (!isSent && signal.kind !== 'candidate') this.fail(attempt, payload ? 'relay-offline' : 'bad-description');
  }

  private open(attempt: Attempt, channelBinding: Uint8Array): void {
    const { rendezvous, outbound, connection } = attempt;
    assert(connection && this.handlers, 'opened after it was abandoned');
    this.attempts.delete(rendezvous);
    attempt.cancelTimeout();
    const info: LinkInfo = { link: ++this.lastLink, rendezvous, outbound, channelBinding };
    const handlers = this.handlers;
    const link = new Link(connection, this.clock, {
      onMessage: (bytes) => handlers.onMessage(info.link, bytes),
      onDrain: () => handlers.onDrain(info.link),
      onClosed: (reason) => this.lose(open, reason),
    });
    attempt.link = link;
    const open: OpenLink = { info, link, attempt };
    const replaced = this.linkTo.get(rendezvous);
    this.links.set(info.link, open);
    this.linkTo.set(rendezvous, open);
    handlers.onLink(info);
    if (replaced) this.close(replaced.info.link, 'replaced');
  }

  /** Ends an attempt that did not open, and tells both sides. */
  private fail(attempt: Attempt, reason: string): undefined {
    if (this.attempts.get(attempt.rendezvous) !== attempt) return;
    this.abandon(attempt, toReason(reason));
    if (attempt.owed) this.report(undefined, attempt.rendezvous, reason);
  }

  private abandon(attempt: Attempt, reason: string | undefined): void {
    this.attempts.delete(attempt.rendezvous);
    attempt.cancelTimeout();
    attempt.connection?.destroy();
    if (reason !== undefined) this.tell(attempt.rendezvous, attempt.id, { kind: 'reject', reason });
  }

  private pause(): void {
    this.paused = true;
    this.clock.after(this.pauseMs, () => (this.paused = false));
    this.pauseMs = Math.min(2 * this.pauseMs, PAUSE_LONGEST_MS);
  }

  // ------------------------------------------------------------------------------------------------ signals

  private receive(from: RendezvousId, payload: Uint8Array): void {
    const decoded = decodeSignal(payload);
    const pending = this.attempts.get(from);
    if (!decoded.ok) {
      if (pending) this.fail(pending, 'bad-signal');
      return;
    }
    const { attempt: id, signal } = decoded.value;
    if (signal.kind === 'offer') {
      this.receiveOffer(from, id, signal);
      return;
    }
    const attempt = pending?.id === id ? pending : this.linkTo.get(from)?.attempt;
    if (attempt?.id !== id) return;
    if (signal.kind === 'reject') {
      if (attempt === pending) this.refused(attempt, signal.reason);
    } else if (signal.kind === 'answer') {
      if (!attempt.outbound || attempt.answered) return;
      attempt.answered = true;
      attempt.connection?.signal(signal);
    } else if (attempt.candidates < CANDIDATES_MAX) {
      attempt.candidates += 1;
      attempt.connection?.signal(signal);
    }
  }

  private receiveOffer(from: RendezvousId, id: string, offer: SessionSignal): void {
    const self = this.signaling.self();
    if (self === undefined || from === self || !this.offers.admits(from, id)) return;
    const pending = this.attempts.get(from);
    // Both dialled: the lower name's dial goes on, and both sides see who that is.
    if (pending?.outbound && self < from) return;
    if (pending) this.abandon(pending, undefined);
    this.begin(from, id, false, pending?.owed ?? false)?.connection?.signal(offer);
  }

  private refused(attempt: Attempt, reason: string): void {
    this.abandon(attempt, undefined);
    if (attempt.owed) this.report(undefined, attempt.rendezvous, `refused:${reason}`);
  }

  private tell(rendezvous: RendezvousId, attempt: string, signal: DialSignal): void {
    const payload = encodeSignal({ attempt, signal });
    // A courtesy that spares the other side its time-out: nothing depends on it.
    if (payload) this.signaling.send(rendezvous, payload);
  }

  // ------------------------------------------------------------------------------------------------ links

  private lose(open: OpenLink, reason: string): void {
    if (!this.links.has(open.info.link)) return;
    this.forget(open);
    this.handlers?.onClosed(open.info.link, open.info.rendezvous, reason);
  }

  private forget({ info }: OpenLink): void {
    this.links.delete(info.link);
    if (this.linkTo.get(info.rendezvous)?.info.link === info.link) this.linkTo.delete(info.rendezvous);
  }

  /** Later, so that no handler runs inside the caller's own `dial` or `close`. */
  private report(link: LinkId | undefined, rendezvous: RendezvousId, reason: string): void {
    const { handlers } = this;
    queueMicrotask(() => {
      if (handlers && this.handlers === handlers) handlers.onClosed(link, rendezvous, reason);
    });
  }
}
