/** One WebSocket to one relay, from opening to its end: joins the room, checks every frame, notices silence. */
import type { Clock } from '../../node/ports.ts';
import {
  BEAT_INTERVAL_MS,
  CLOSE_CODES,
  encodeFrame,
  parseRelayMessage,
  type ClientMessage,
  type CloseReason,
  type RelayMessage,
} from '../../relay/protocol.ts';

/** A WebSocket, as much of one as is needed: the browser's, or `ws` where Node.js has none. */
export interface RelaySocket {
  readonly bufferedAmount: number;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'close', listener: (event: { readonly reason: string }) => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  send(frame: string): void;
  close(): void;
}

/** From opening the socket to the relay's `joined`. */
const JOIN_TIMEOUT_MS = 8_000;
/** The relay beats twice in this time. A hidden tab's timers come late, never early, and its messages come in time. */
export const SILENCE_CHECK_MS = 2 * BEAT_INTERVAL_MS;
/** What a relay gets to answer a beat of ours, when the network may have changed under the connection. */
export const PROBE_TIMEOUT_MS = 5_000;

/** Signals wait in the socket when the network is slow; beyond this, sending them is not worth the wait. */
const BUFFERED_BYTES_MAX = 256 * 1024;

/** The relay's own reason where it gave one; `no-relay` when it went without a word, or was never there. */
export type ConnectionEnd = CloseReason | 'no-relay' | 'join-timeout' | 'silent' | 'bad-message';

type JoinedMessage = Extract<RelayMessage, { type: 'joined' }>;
type MemberMessage = Exclude<RelayMessage, { type: 'joined' }>;

export interface ConnectionHandlers {
  onJoined(message: JoinedMessage): void;
  /** Only after `onJoined`. */
  onMessage(message: MemberMessage): void;
  /** Once, and nothing after it. */
  onEnd(reason: ConnectionEnd): void;
}

export class RelayConnection {
  private readonly socket: RelaySocket;
  private readonly clock: Clock;
  private readonly handlers: ConnectionHandlers;
  private joined = false;
  private over = false;
  private heard = false;
  private probing = false;
  private cancelTimer: () => void;

  constructor(
    socket: RelaySocket,
    join: Extract<ClientMessage, { type: 'join' }>,
    clock: Clock,
    handlers: ConnectionHandlers,
  ) {
    this.socket = socket;
    this.clock = clock;
    this.handlers = handlers;
    this.cancelTimer = clock.after(JOIN_TIMEOUT_MS, () => this.end('join-timeout'));
    socket.addEventListener('open', () => {
      if (!this.over) socket.send(encodeFrame(join));
    });
    socket.addEventListener('message', (event) => this.receive(event.data));
    socket.addEventListener('close', ({ reason }) => this.end(isCloseReason(reason) ? reason : 'no-relay'));
    // A close event follows, but for a refused connection it may come much later.
    socket.addEventListener('error', () => this.end('no-relay'));
  }

  /** False: the connection is not up, or its queue is full; nothing was sent. */
  send(message: ClientMessage): boolean {
    if (this.over || !this.joined || this.socket.bufferedAmount > BUFFERED_BYTES_MAX) return false;
    this.socket.send(encodeFrame(message));
    return true;
  }

  /** Asks for a sign of life, so that a connection the network has dropped is not waited for. */
  probe(): void {
    if (this.probing || !this.joined) return;
    this.probing = true;
    this.send({ type: 'beat' });
    this.watch(PROBE_TIMEOUT_MS);
  }

  /** Leaves without a word to the handlers. */
  close(): void {
    this.over = true;
    this.cancelTimer();
    this.socket.close();
  }

  private end(reason: ConnectionEnd): void {
    if (this.over) return;
    this.close();
    this.handlers.onEnd(reason);
  }

  private watch(delayMs: number): void {
    this.cancelTimer();
    this.heard = false;
    this.cancelTimer = this.clock.after(delayMs, () => {
      this.probing = false;
      if (this.heard) this.watch(SILENCE_CHECK_MS);
      else this.end('silent');
    });
  }

  private receive(data: unknown): void {
    if (this.over) return;
    this.heard = true;
    const parsed = typeof data === 'string' ? parseRelayMessage(data) : undefined;
    if (!parsed?.ok) return this.end('bad-message');
    const message = parsed.value;
    if (message.type === 'joined') {
      if (this.joined) return this.end('bad-message');
      this.joined = true;
      this.watch(SILENCE_CHECK_MS);
      this.handlers.onJoined(message);
    } else if (this.joined) {
      this.handlers.onMessage(message);
    } else if (message.type !== 'beat') {
      // The heartbeat is the only thing that may come before we are in.
      this.end('bad-message');
    }
  }
}

function isCloseReason(text: string): text is CloseReason {
  return Object.hasOwn(CLOSE_CODES, text);
}
