import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MemoryRelay } from '../../src/adapters/memory/memory-signaling.ts';
import { SystemClock } from '../../src/adapters/platform/system-clock.ts';
import { WebRng } from '../../src/adapters/platform/web-rng.ts';
import type { Signaling } from '../../src/adapters/signaling/signaling.ts';
import type { Connection, ConnectionHandlers, SessionSignal } from '../../src/adapters/webrtc/connector.ts';
import { PageBridge } from '../../src/adapters/webrtc/page-bridge.ts';
import { decodeSignal, encodeSignal } from '../../src/adapters/webrtc/signal-codec.ts';
import { simplePeerConnector } from '../../src/adapters/webrtc/simple-peer-connector.ts';
import { createWebRtcTransport } from '../../src/adapters/webrtc/webrtc-transport.ts';
import { WorkerTransport } from '../../src/adapters/webrtc/worker-bridge.ts';
import { equalBytes } from '../../src/core/bytes.ts';
import { MESSAGE_BYTES_MAX, type Transport } from '../../src/node/ports.ts';
import { describeTransport, linkUp, seeEachOther, Tab, until, type TransportFixture } from './suites/transport.ts';

const makeRelay = () => new MemoryRelay(new SystemClock(), new WebRng());

function pageFixture(): TransportFixture {
  const relay = makeRelay();
  return {
    createTransport: (options) => createWebRtcTransport({ signaling: relay.client(), ...options }),
    stopRelay: () => relay.stop(),
    startRelay: () => relay.start(),
    dispose: () => undefined,
  };
}

/** As the page and the node's worker do it, both ends of the port in this thread. */
function bridge(transport: Transport, page: EventTarget = new EventTarget()): Transport {
  const { port1, port2 } = new MessageChannel();
  new PageBridge(port1, transport, page);
  return new WorkerTransport(port2);
}

describeTransport('WebRTC', pageFixture);

describeTransport('WebRTC, through the bridge to the worker', () => {
  const fixture = pageFixture();
  return { ...fixture, createTransport: (options) => bridge(fixture.createTransport(options)) };
});

/** Somebody of the room who speaks WebRTC with this tab and nothing else as it should be. */
class Rascal {
  readonly signaling: Signaling;
  readonly rejections: string[] = [];
  readonly frames: Uint8Array[] = [];
  isOpen = false;
  ended: string | undefined;
  private connection: Connection | undefined;
  private victim = '';
  private attempt = '';
  private attempts = 0;

  constructor(signaling: Signaling) {
    this.signaling = signaling;
    signaling.start(Uint8Array.of(99), {
      onState: () => undefined,
      onRoster: (roster) => (this.victim = roster[0]?.rendezvous ?? ''),
      onSignal: (_from, payload) => {
        const decoded = decodeSignal(payload);
        if (!decoded.ok) throw new Error(decoded.code);
        const { signal } = decoded.value;
        if (signal.kind === 'reject') this.rejections.push(signal.reason);
        else this.connection?.signal(signal);
      },
    });
  }

  async seesVictim(): Promise<void> {
    await until(() => expect(this.victim).not.toBe(''));
  }

  tell(signal: SessionSignal): void {
    const payload = encodeSignal({ attempt: this.attempt, signal });
    if (payload) this.signaling.send(this.victim, payload);
  }

  newAttempt(): this {
    this.attempt = (++this.attempts).toString(16).padStart(16, '0');
    return this;
  }

  async connect(): Promise<Connection> {
    await this.seesVictim();
    this.newAttempt();
    const handlers: ConnectionHandlers = {
      onSignal: (signal) => this.tell(signal),
      onOpen: () => (this.isOpen = true),
      onFrame: (frame) => this.frames.push(frame),
      onBufferLow: () => undefined,
      onClosed: (reason) => (this.ended = reason),
    };
    const connected = simplePeerConnector([]).connect('initiator', handlers);
    if (!connected.ok) throw new Error(connected.code);
    this.connection = connected.value;
    await until(() => expect(this.isOpen).toBe(true));
    return connected.value;
  }

  stop(): void {
    this.signaling.stop();
    this.connection?.destroy();
  }
}

/** What a browser offers when it wants a data channel. */
async function makeOffer(): Promise<string> {
  const connection = new RTCPeerConnection();
  connection.createDataChannel('any');
  const { sdp = '' } = await connection.createOffer();
  connection.close();
  return sdp;
}

/** Tells of every connection the page makes, until globals are restored. */
function observeConnections(tell: (connection: RTCPeerConnection, config: RTCConfiguration | undefined) => void): void {
  const Native = RTCPeerConnection;
  vi.stubGlobal(
    'RTCPeerConnection',
    class extends Native {
      constructor(config?: RTCConfiguration) {
        super(config);
        tell(this, config);
      }
    },
  );
}

describe('transport: WebRTC among rascals', () => {
  let relay: MemoryRelay;
  let tab: Tab;
  let rascal: Rascal;

  beforeEach(() => {
    relay = makeRelay();
    tab = new Tab(createWebRtcTransport({ signaling: relay.client() }), 1);
    rascal = new Rascal(relay.client());
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    rascal.stop();
    tab.transport.stop();
  });

  it('refuses offers that are no session descriptions, name no or two certificates, or ask for media', async () => {
    await rascal.seesVictim();
    const good = await makeOffer();
    const fingerprint = /a=fingerprint:.*\r\n/.exec(good)![0];
    const offers: [sdp: string, reason: string][] = [
      ['v=0\r\n' + fingerprint + 'm=application \r\n', 'bad-description'],
      [good.replace(fingerprint, ''), 'bad-fingerprint'],
      [good.replace(fingerprint, fingerprint + fingerprint), 'bad-fingerprint'],
      [good + 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\n', 'bad-description'],
    ];
    for (const [sdp] of offers) rascal.newAttempt().tell({ kind: 'offer', sdp });
    await until(() => expect(rascal.rejections).toEqual(offers.map(([, reason]) => reason)));
    expect([tab.links, tab.closings]).toEqual([[], []]);
  });

  it('drops who sends frames that are none, and tells why', async () => {
    const connection = await rascal.connect();
    connection.send(Uint8Array.of(64, 1, 2, 3));
    await until(() => expect(tab.closedLink(tab.link)?.reason).toBe('bad-frame'));
    await until(() => expect(new TextDecoder().decode(rascal.frames.at(-1)?.subarray(1))).toBe('bad-frame'));
    expect(tab.messages).toEqual([]);
  });

  it('drops who sends text', async () => {
    const connection = await rascal.connect();
    connection.send('hello' as unknown as Uint8Array);
    await until(() => expect(tab.closedLink(tab.link)?.reason).toBe('unexpected-text'));
    expect(tab.messages).toEqual([]);
  });

  it('drops who opens a second channel', async () => {
    const made: RTCPeerConnection[] = [];
    observeConnections((connection) => made.push(connection));
    await rascal.connect();
    // The first to be made is the one that offers.
    made[0]!.createDataChannel('more');
    await until(() => expect(tab.closedLink(tab.link)?.reason).toBe('unexpected-channel'));
    await until(() => expect(rascal.ended).toBeDefined());
  });

  it('asks no server where it is, unless told one', async () => {
    const configs: (RTCConfiguration | undefined)[] = [];
    observeConnections((_connection, config) => configs.push(config));
    const other = new Tab(createWebRtcTransport({ signaling: relay.client() }), 2);
    await linkUp(tab, other);
    other.transport.stop();
    expect(configs.map((config) => config?.iceServers)).toEqual([[], []]);
  });

  it('reports that the browser grants no more connections, and does not ask it again at once', async () => {
    let asked = 0;
    const other = new Tab(createWebRtcTransport({ signaling: relay.client() }), 2);
    await seeEachOther(tab, other);
    vi.stubGlobal(
      'RTCPeerConnection',
      class {
        constructor() {
          asked += 1;
          throw new DOMException('Cannot create so many PeerConnections', 'UnknownError');
        }
      },
    );
    tab.transport.dial(tab.nameOf(other));
    await until(() => expect(tab.closings).toHaveLength(1));
    tab.transport.dial(tab.nameOf(other));
    await until(() => expect(tab.closings).toHaveLength(2));
    expect(tab.closings.map(({ reason }) => reason)).toEqual(['connection-limit', 'connection-limit']);
    expect(asked).toBe(1);
    other.transport.stop();
  });

  it('says that it cannot use the ICE servers it was given', async () => {
    const iceServers = [{ urls: 'nonsense' }];
    const other = new Tab(createWebRtcTransport({ signaling: relay.client(), iceServers }), 2);
    await seeEachOther(tab, other);
    other.transport.dial(other.nameOf(tab));
    await until(() => expect(other.closings.map(({ reason }) => reason)).toEqual(['bad-ice-servers']));
    other.transport.stop();
  });
});

describe('transport: page and worker', () => {
  it('carries the messages of a node in a real worker', async () => {
    const relay = makeRelay();
    const { port1, port2 } = new MessageChannel();
    new PageBridge(port1, createWebRtcTransport({ signaling: relay.client() }), new EventTarget());
    const worker = new Worker(new URL('../support/workers/echo-node.ts', import.meta.url), { type: 'module' });
    worker.postMessage({ port: port2, presence: Uint8Array.of(2) }, [port2]);
    const tab = new Tab(createWebRtcTransport({ signaling: relay.client() }), 1);
    await until(() => expect(tab.roster).toHaveLength(1));
    tab.transport.dial(tab.roster[0]!.rendezvous);
    await until(() => expect(tab.links).toHaveLength(1));
    const messages = [new Uint8Array(10).fill(1), new Uint8Array(MESSAGE_BYTES_MAX).fill(2)];
    for (const bytes of messages) tab.transport.send(tab.link, bytes, 'control');
    await until(() => expect(tab.messages).toHaveLength(2));
    expect(tab.messages.every(({ bytes }, index) => equalBytes(bytes, messages[index]!))).toBe(true);
    tab.transport.stop();
    worker.terminate();
  });

  it('says goodbye when the page goes, and comes back when the browser shows it again', async () => {
    const relay = makeRelay();
    const page = new EventTarget();
    const leaver = new Tab(bridge(createWebRtcTransport({ signaling: relay.client() }), page), 1);
    const stayer = new Tab(createWebRtcTransport({ signaling: relay.client() }), 2);
    await linkUp(leaver, stayer);
    page.dispatchEvent(new Event('pagehide'));
    await until(() => expect(stayer.closedLink(stayer.link)?.reason).toBe('remote:bye'));
    await until(() => expect(leaver.closedLink(leaver.link)?.reason).toBe('page-hidden'));
    expect([leaver.state, leaver.roster]).toEqual(['offline', []]);
    page.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await linkUp(leaver, stayer);
    leaver.transport.stop();
    stayer.transport.stop();
  });
});
