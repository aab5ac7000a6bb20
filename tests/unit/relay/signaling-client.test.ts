import { beforeEach, describe, expect, it } from 'vitest';
import { toBase64url } from '../../../src/adapters/signaling/base64url.ts';
import {
  PROBE_TIMEOUT_MS,
  SILENCE_CHECK_MS,
  type RelaySocket,
} from '../../../src/adapters/signaling/relay-connection.ts';
import { ROOM_SECRET_BYTES, roomSeal } from '../../../src/adapters/signaling/sealing.ts';
import {
  BACKOFF_FIRST_MS,
  BACKOFF_MAX_MS,
  SignalingClient,
  type SignalingClientOptions,
} from '../../../src/adapters/signaling/signaling-client.ts';
import type { Clock, RelayState, RosterEntry } from '../../../src/node/ports.ts';
import { encodeFrame, parseClientMessage, type ClientMessage, type RelayMessage } from '../../../src/relay/protocol.ts';

const secret = new Uint8Array(ROOM_SECRET_BYTES).fill(7);
const [self, bob] = ['1'.repeat(32), 'b'.repeat(32)];

/** Time passes when a test says so. */
class TestClock implements Clock {
  private now = 0;
  private timers: { readonly dueMs: number; readonly callback: () => void }[] = [];

  nowMs(): number {
    return this.now;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.now + delayMs, callback };
    this.timers.push(timer);
    return () => (this.timers = this.timers.filter((other) => other !== timer));
  }

  /** Delay until the next timer. */
  get nextMs(): number | undefined {
    return this.timers.length > 0 ? Math.min(...this.timers.map(({ dueMs }) => dueMs)) - this.now : undefined;
  }

  pass(ms: number): void {
    const untilMs = this.now + ms;
    for (;;) {
      const due = this.timers.filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (!due) break;
      this.now = due.dueMs;
      this.timers = this.timers.filter((timer) => timer !== due);
      due.callback();
    }
    this.now = untilMs;
  }
}

/** The relay's end of a socket, played by the test. */
class TestSocket implements RelaySocket {
  bufferedAmount = 0;
  isClosed = false;
  readonly sent: ClientMessage[] = [];
  private readonly listeners: { type: string; listener: (event: { data: unknown; reason: string }) => void }[] = [];

  addEventListener(type: string, listener: (event: { data: unknown; reason: string }) => void): void {
    this.listeners.push({ type, listener });
  }

  send(frame: string): void {
    const parsed = parseClientMessage(frame);
    if (!parsed.ok) throw new Error(`the client sent what the relay refuses: ${parsed.code}`);
    this.sent.push(parsed.value);
  }

  close(): void {
    this.isClosed = true;
  }

  emit(type: string, event: { data?: unknown; reason?: string } = {}): void {
    for (const entry of this.listeners) {
      if (entry.type === type) entry.listener({ data: event.data, reason: event.reason ?? '' });
    }
  }

  say(message: RelayMessage): void {
    this.emit('message', { data: encodeFrame(message) });
  }

  admit(members: readonly { id: string; presence: string }[] = []): void {
    this.emit('open');
    this.say({ type: 'joined', self, members });
  }
}

let clock: TestClock;
let sockets: TestSocket[];
let urls: string[];
let wake: () => void;
let states: RelayState[];
let rosters: (readonly RosterEntry[])[];
let signals: { from: string; payload: Uint8Array }[];
let random: number;

const rng = { bytes: (length: number) => new Uint8Array(length).fill(random) };
const seal = roomSeal(secret, rng);
const socket = () => sockets.at(-1)!;
const presenceOf = (text: string) => toBase64url(seal.sealPresence(new TextEncoder().encode(text)));

function start(options: Partial<SignalingClientOptions> = {}): SignalingClient {
  const client = new SignalingClient({
    urls: ['wss://first.example/relay'],
    roomSecret: secret,
    clock,
    rng,
    openSocket: (url) => {
      urls.push(url);
      sockets.push(new TestSocket());
      return socket();
    },
    onWake: (callback) => {
      wake = callback;
      return () => (wake = () => undefined);
    },
    ...options,
  });
  client.start(Uint8Array.of(1), {
    onState: (state) => states.push(state),
    onRoster: (entries) => rosters.push(entries),
    onSignal: (from, payload) => signals.push({ from, payload }),
  });
  return client;
}

beforeEach(() => {
  clock = new TestClock();
  random = 127;
  sockets = [];
  urls = [];
  states = [];
  rosters = [];
  signals = [];
});

describe('reconnecting', () => {
  it('waits twice as long each time, up to a limit, and says offline once', () => {
    start();
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      socket().emit('error');
      waits.push(Math.round(clock.nextMs! / 100) * 100);
      clock.pass(clock.nextMs!);
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15000, 15000, 15000]);
    expect(states).toEqual(['connecting', 'offline']);
  });

  it('is jittered, so that a room does not return in one instant', () => {
    const waits = [0, 255].map((byte) => {
      random = byte;
      clock = new TestClock();
      start();
      socket().emit('close');
      return clock.nextMs;
    });
    expect(waits).toEqual([BACKOFF_FIRST_MS * 0.5, BACKOFF_FIRST_MS * 1.5]);
  });

  it('starts from the shortest wait only after a relay that proved steady', () => {
    start();
    const lose = (steady: boolean) => {
      socket().admit();
      if (steady) socket().say({ type: 'beat' });
      socket().emit('close', { reason: 'rate-limited' });
      const waitMs = Math.round(clock.nextMs! / 100) * 100;
      clock.pass(clock.nextMs!);
      return waitMs;
    };
    expect([lose(false), lose(false), lose(true), lose(false)]).toEqual([500, 1000, 500, 1000]);
  });

  it('happens at once when the network or the tab comes back', () => {
    start();
    socket().emit('close');
    wake();
    expect(sockets).toHaveLength(2);
    socket().admit();
    expect(states).toEqual(['connecting', 'offline', 'online']);
    clock.pass(BACKOFF_MAX_MS);
    expect(sockets).toHaveLength(2);
  });

  it('tries the addresses in order, those that are none included, and the first one first again', () => {
    const openSocket = (url: string) => {
      urls.push(url);
      if (url === 'none') throw new SyntaxError('not an address');
      sockets.push(new TestSocket());
      return socket();
    };
    start({ urls: ['first', 'none', 'third'], openSocket });
    socket().emit('error');
    expect(urls).toEqual(['first', 'none', 'third']);
    socket().admit();
    expect(states).toEqual(['connecting', 'online']);
    socket().emit('close');
    clock.pass(BACKOFF_MAX_MS);
    expect(urls.at(3)).toBe('first');
  });

  it('without any address is offline, and asks for nothing', () => {
    start({ urls: [] });
    expect(states).toEqual(['connecting', 'offline']);
    expect(clock.nextMs).toBeUndefined();
  });

  it('ends with stop, even one called from a handler', () => {
    const client = start();
    socket().admit();
    states.push = () => {
      client.stop();
      return 0;
    };
    socket().emit('close');
    expect(clock.nextMs).toBeUndefined();
    expect(rosters).toEqual([[]]);
  });
});

describe('a relay that went without a word', () => {
  it('is noticed by its silence', () => {
    const client = start();
    socket().admit();
    for (let i = 0; i < 10; i++) {
      clock.pass(SILENCE_CHECK_MS / 2);
      socket().say({ type: 'beat' });
    }
    expect(states.at(-1)).toBe('online');
    clock.pass(2 * SILENCE_CHECK_MS + BACKOFF_FIRST_MS);
    expect(client.counters().lastEnd).toBe('silent');
    expect(sockets[0]?.isClosed).toBe(true);
    expect(sockets.length).toBeGreaterThan(1);
  });

  it('is asked when the tab wakes: no answer, no relay', () => {
    start();
    socket().admit();
    wake();
    wake();
    expect(socket().sent.filter(({ type }) => type === 'beat')).toHaveLength(1);
    socket().say({ type: 'beat' });
    clock.pass(PROBE_TIMEOUT_MS);
    expect(states.at(-1)).toBe('online');
    wake();
    clock.pass(PROBE_TIMEOUT_MS);
    expect(states.at(-1)).toBe('connecting');
  });

  it('is given up when it accepts the socket and never admits us', () => {
    const client = start();
    socket().emit('open');
    clock.pass(60_000);
    expect(client.counters().lastEnd).toBe('join-timeout');
    expect(states).toEqual(['connecting', 'offline']);
  });
});

describe('a relay that lies', () => {
  it.each<[string, (relay: TestSocket) => void]>([
    ['speaks before it admits us', (relay) => relay.say({ type: 'member-left', id: bob })],
    ['admits us twice', (relay) => [relay.admit(), relay.admit()]],
    ['sends garbage', (relay) => [relay.admit(), relay.emit('message', { data: '{' })]],
    ['sends binary', (relay) => [relay.admit(), relay.emit('message', { data: new ArrayBuffer(3) })]],
  ])('is left: %s', (_, lie) => {
    const client = start();
    lie(socket());
    expect(client.counters().lastEnd).toBe('bad-message');
    expect(socket().isClosed).toBe(true);
    expect(client.self()).toBeUndefined();
  });

  it('cannot invent members or signals, nor pass a signal off as from somebody else', () => {
    const client = start();
    const stranger = roomSeal(new Uint8Array(ROOM_SECRET_BYTES), rng);
    const forged = toBase64url(stranger.sealPresence(Uint8Array.of(1)));
    socket().admit([
      { id: bob, presence: presenceOf('bob') },
      { id: 'f'.repeat(32), presence: forged },
    ]);
    socket().say({ type: 'member-joined', id: 'e'.repeat(32), presence: 'AA' });
    const payload = toBase64url(seal.sealSignal(bob, self, Uint8Array.of(5)));
    socket().say({ type: 'signal', from: 'f'.repeat(32), payload });
    socket().say({ type: 'signal', from: bob, payload: 'AB' });
    socket().say({ type: 'signal', from: bob, payload });
    expect(rosters).toEqual([[{ rendezvous: bob, presence: new TextEncoder().encode('bob') }]]);
    expect(signals).toEqual([{ from: bob, payload: Uint8Array.of(5) }]);
    expect(client.counters().unopenable).toBe(4);
  });

  it('cannot put us in our own roster, nor fill our memory', () => {
    start();
    socket().admit([{ id: self, presence: presenceOf('me') }]);
    const presence = presenceOf('x');
    for (let i = 0; i < 1_200; i++) {
      socket().say({ type: 'member-joined', id: i.toString(16).padStart(32, '0'), presence });
    }
    expect(rosters[0]).toEqual([]);
    expect(rosters.at(-1)).toHaveLength(1_024);
  });
});

describe('sending', () => {
  it('is refused while the socket is full, and to nobody once they are known to be gone', () => {
    const client = start();
    socket().admit([{ id: bob, presence: presenceOf('bob') }]);
    socket().bufferedAmount = 1024 * 1024;
    expect(client.send(bob, Uint8Array.of(1))).toBe(false);
    socket().bufferedAmount = 0;
    expect(client.send(bob, Uint8Array.of(1))).toBe(true);
    socket().say({ type: 'no-such-member', id: bob });
    expect(rosters.at(-1)).toEqual([]);
  });

  it("counts the relay's complaints and keeps the relay's reason for letting us go", () => {
    const client = start();
    socket().admit();
    socket().say({ type: 'rate-limited' });
    socket().emit('close', { reason: 'rate-limited' });
    expect(client.counters()).toEqual({ joins: 1, unopenable: 0, rateLimited: 1, lastEnd: 'rate-limited' });
  });
});
