/** The transport's dials and limits, and the twin's weather, on a clock that stands still. */
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryNetwork, type MemoryNetworkOptions } from '../../../src/adapters/memory/memory-transport.ts';
import { MemoryRelay } from '../../../src/adapters/memory/memory-signaling.ts';
import type { Signaling } from '../../../src/adapters/signaling/signaling.ts';
import type { Connector, ConnectionHandlers } from '../../../src/adapters/webrtc/connector.ts';
import { CONNECTIONS_MAX, LinkTransport } from '../../../src/adapters/webrtc/link-transport.ts';
import { decodeSignal, encodeSignal, type DialSignal } from '../../../src/adapters/webrtc/signal-codec.ts';
import { accept, reject } from '../../../src/core/result.ts';
import { sha256 } from '../../../src/core/hash.ts';
import { toHex } from '../../../src/core/bytes.ts';
import { Tab } from '../../contract/suites/transport.ts';
import { Seeded } from '../../support/seeded.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let rng: Seeded;

beforeEach(() => {
  clock = new VirtualClock();
  rng = new Seeded(1);
});

function makeNetwork(options: Partial<MemoryNetworkOptions> = {}, names = ['a', 'b', 'c']): [MemoryNetwork, Tab[]] {
  const network = new MemoryNetwork({ clock, rng, ...options });
  return [network, names.map((name, number) => new Tab(network.createTransport(name), number + 1))];
}

/** Dials and waits; the links may be old ones. */
async function join(first: Tab, second: Tab): Promise<void> {
  await clock.pass(100);
  first.transport.dial(first.nameOf(second));
  await clock.pass(1_000);
}

const say = (tab: Tab, byte: number) => tab.transport.send(tab.link, Uint8Array.of(byte), 'control');
const heard = (tab: Tab) => tab.messages.map(({ bytes }) => bytes[0]);
const reasons = (tab: Tab) => tab.closings.map(({ reason }) => reason);

describe('memory network', () => {
  it('holds back what crosses a cut, and delivers it in order when healed in time', async () => {
    const [network, [a, b]] = makeNetwork({ travel: () => 10 }) as [MemoryNetwork, [Tab, Tab]];
    await join(a, b);
    say(a, 1);
    network.cut('a', 'b');
    say(a, 2);
    await clock.pass(10_000);
    expect(heard(b)).toEqual([]);
    network.heal('a', 'b');
    await clock.pass(20);
    expect(heard(b)).toEqual([1, 2]);
    await clock.pass(60_000);
    expect([...a.closings, ...b.closings]).toEqual([]);
  });

  it('fills its queues while cut, and drains them afterwards', async () => {
    const [network, [a, b]] = makeNetwork() as [MemoryNetwork, [Tab, Tab]];
    await join(a, b);
    network.cut('a', 'b');
    let accepted = 0;
    while (a.transport.send(a.link, new Uint8Array(100_000), 'bulk')) accepted += 1;
    expect(accepted).toBeGreaterThan(1);
    network.heal('a', 'b');
    await clock.pass(1);
    expect([b.messages.length, a.drained]).toEqual([accepted, [a.link]]);
  });

  it('loses the links between the sides of a partition that lasts, and no others; new dials across fail', async () => {
    const [network, [a, b, c]] = makeNetwork() as [MemoryNetwork, [Tab, Tab, Tab]];
    await join(a, b);
    await join(b, c);
    network.partition([['a'], ['b', 'c']]);
    await clock.pass(14_000);
    expect([...a.closings, ...b.closings]).toEqual([]);
    await clock.pass(1_000);
    expect([reasons(a), reasons(b), reasons(c)]).toEqual([['lost'], ['lost'], []]);
    await join(a, c);
    await clock.pass(15_000);
    expect([reasons(a), a.links.length]).toEqual([['lost', 'dial-timeout'], 1]);
    network.healAll();
    await join(a, c);
    expect(a.links).toHaveLength(2);
  });

  it('notices a close that fell into a cut once it is healed', async () => {
    const [network, [a, b]] = makeNetwork() as [MemoryNetwork, [Tab, Tab]];
    await join(a, b);
    network.cut('a', 'b');
    a.transport.close(a.link, 'enough');
    await clock.pass(5_000);
    expect([reasons(a), reasons(b)]).toEqual([['enough'], []]);
    network.heal('a', 'b');
    await clock.pass(1);
    expect(reasons(b)).toEqual(['lost']);
  });

  it('lets a crashed tab vanish: gone from the room at once, from its links after a while, silent itself', async () => {
    const [network, [a, b]] = makeNetwork() as [MemoryNetwork, [Tab, Tab]];
    await join(a, b);
    const calls = a.calls;
    network.crash('a');
    await clock.pass(14_000);
    expect([b.roster.length, reasons(b)]).toEqual([1, []]);
    await clock.pass(1_000);
    expect([reasons(b), a.calls]).toEqual([['lost'], calls]);
  });

  it('tells a frozen tab nothing, and all of it in order when it thaws; its links stand', async () => {
    const [network, [a, b]] = makeNetwork({ travel: () => 10 }) as [MemoryNetwork, [Tab, Tab]];
    await join(a, b);
    network.freeze('b');
    for (const byte of [1, 2, 3]) say(a, byte);
    await clock.pass(600_000);
    expect([heard(b), a.closings]).toEqual([[], []]);
    network.thaw('b');
    say(a, 4);
    await clock.pass(20);
    expect(heard(b)).toEqual([1, 2, 3, 4]);
  });

  it('sends lost frames again, in order, and loses signals for good', async () => {
    let isLossy = false;
    const travel = (_from: string, to: string | undefined) => {
      const isLost = isLossy && (to === undefined || rng.below(2) === 0);
      return isLost ? 'lost' : rng.below(50);
    };
    const [, [a, b, c]] = makeNetwork({ travel }) as [MemoryNetwork, [Tab, Tab, Tab]];
    await join(a, b);
    isLossy = true;
    for (let byte = 0; byte < 50; byte++) say(a, byte);
    await clock.pass(10_000);
    expect(heard(b)).toEqual(Array.from({ length: 50 }, (_, byte) => byte));
    await join(a, c);
    await clock.pass(15_000);
    expect([a.links.length, reasons(a)]).toEqual([1, ['dial-timeout']]);
  });

  it('grants each tab as many connections as it was told', async () => {
    const [, [a, b, c]] = makeNetwork({ connectionsMax: 1 }) as [MemoryNetwork, [Tab, Tab, Tab]];
    await join(a, b);
    await join(a, c);
    await clock.pass(5_000);
    await join(c, b);
    expect([reasons(a), reasons(c)]).toEqual([['connection-limit'], ['refused:connection-limit']]);
  });

  it('takes as long as the wire is narrow', async () => {
    const [, [a, b]] = makeNetwork({ bytesPerMs: 1_000 }) as [MemoryNetwork, [Tab, Tab]];
    await join(a, b);
    a.transport.send(a.link, new Uint8Array(1_000_000), 'bulk');
    await clock.pass(990);
    expect(b.messages).toHaveLength(0);
    await clock.pass(20);
    expect(b.messages).toHaveLength(1);
  });

  it('runs the same way twice', async () => {
    const run = async () => {
      clock = new VirtualClock();
      rng = new Seeded(7);
      const travel = () => (rng.below(20) === 0 ? 'lost' : 5 + rng.below(40));
      const [network, tabs] = makeNetwork({ travel }, ['a', 'b', 'c', 'd', 'e']);
      await clock.pass(500);
      for (const tab of tabs) for (const { rendezvous } of tab.roster) tab.transport.dial(rendezvous);
      await clock.pass(1_000);
      network.partition([
        ['a', 'b'],
        ['c', 'd', 'e'],
      ]);
      for (const tab of tabs) for (const { link } of tab.links) tab.transport.send(link, rng.bytes(40_000), 'bulk');
      await clock.pass(30_000);
      network.crash('c');
      network.healAll();
      await clock.pass(30_000);
      const told = tabs.map(({ links, closings, messages, calls }) => ({
        links: links.map((info) => ({ ...info, channelBinding: toHex(info.channelBinding) })),
        closings,
        messages: messages.map(({ link, bytes }) => [link, toHex(sha256(bytes))]),
        calls,
      }));
      return toHex(sha256(new TextEncoder().encode(JSON.stringify(told))));
    };
    expect(await run()).toBe(await run());
  });
});

describe('dials', () => {
  it('stop at as many connections as a tab bears, and the tab that dials in vain learns it at once', async () => {
    const names = Array.from({ length: CONNECTIONS_MAX + 2 }, (_, i) => `tab ${i}`);
    const [, [server, ...clients]] = makeNetwork({}, names) as [MemoryNetwork, [Tab, ...Tab[]]];
    await clock.pass(100);
    for (const client of clients) client.transport.dial(client.nameOf(server));
    await clock.pass(100);
    expect(server.links).toHaveLength(CONNECTIONS_MAX);
    const [refused] = clients.filter(({ links }) => links.length === 0);
    expect([reasons(refused!), server.closings]).toEqual([['refused:too-many-links'], []]);
    const roomless = server.roster.find(({ presence }) => presence[0] === refused!.number)!;
    server.transport.dial(roomless.rendezvous);
    await clock.pass(100);
    expect(reasons(server)).toEqual(['too-many-links']);
  });
});

/** A tab of the room that says what it likes; the browser below the tab under test is a list of calls. */
describe('signals from others', () => {
  let tab: Tab;
  let other: Signaling;
  let tabName = '';
  const received: DialSignal[] = [];
  const connections: { readonly role: string; readonly handlers: ConnectionHandlers; readonly calls: string[] }[] = [];
  let isGranting = true;
  const connector: Connector = {
    connect: (role, handlers) => {
      if (!isGranting) return reject('connection-limit');
      const calls: string[] = [];
      connections.push({ role, handlers, calls });
      return accept({
        bufferedBytes: 0,
        signal: (signal) => calls.push(signal.kind),
        send: () => calls.push('send'),
        destroy: () => calls.push('destroy'),
      });
    },
  };
  const tell = async (attempt: string, signal: DialSignal) => {
    other.send(tabName, encodeSignal({ attempt, signal })!);
    await clock.pass(1);
  };
  const candidate: DialSignal = { kind: 'candidate', candidate: 'c', sdpMid: '0', sdpMLineIndex: 0 };

  beforeEach(async () => {
    received.length = 0;
    connections.length = 0;
    isGranting = true;
    const relay = new MemoryRelay(clock, rng);
    tab = new Tab(new LinkTransport({ signaling: relay.client(), connector, clock, rng }), 1);
    other = relay.client();
    other.start(Uint8Array.of(2), {
      onState: () => undefined,
      onRoster: ([entry]) => (tabName = entry?.rendezvous ?? ''),
      onSignal: (_from, payload) => {
        const decoded = decodeSignal(payload);
        if (decoded.ok) received.push(decoded.value.signal);
      },
    });
    await clock.pass(10);
  });

  it('that belong to no dial under way change nothing', async () => {
    for (const signal of [{ kind: 'answer', sdp: '' }, candidate, { kind: 'reject', reason: 'no' }] as const) {
      await tell('00'.repeat(8), signal);
    }
    tab.transport.dial(other.self()!);
    for (const signal of [{ kind: 'answer', sdp: '' }, candidate, { kind: 'reject', reason: 'no' }] as const) {
      await tell('00'.repeat(8), signal);
    }
    expect(connections.map(({ calls }) => calls)).toEqual([[]]);
    expect(tab.closings).toEqual([]);
  });

  it('are taken once where once is enough, and only so often in all', async () => {
    await tell('01'.repeat(8), { kind: 'offer', sdp: '' });
    await tell('01'.repeat(8), { kind: 'offer', sdp: '' });
    await tell('01'.repeat(8), { kind: 'answer', sdp: '' });
    for (let i = 0; i < 100; i++) await tell('01'.repeat(8), candidate);
    expect(connections.map(({ role }) => role)).toEqual(['responder']);
    expect(connections[0]!.calls).toEqual(['offer', ...Array<string>(64).fill('candidate')]);
  });

  it('that make no sense end the dial they meet, and a newer offer the older', async () => {
    await tell('01'.repeat(8), { kind: 'offer', sdp: '' });
    await tell('02'.repeat(8), { kind: 'offer', sdp: '' });
    expect(connections.map(({ calls }) => calls)).toEqual([['offer', 'destroy'], ['offer']]);
    tab.transport.dial(other.self()!);
    other.send(tabName, Uint8Array.of(1, 2, 3));
    await clock.pass(1);
    expect(connections[1]!.calls).toEqual(['offer', 'destroy']);
    expect(received).toEqual([{ kind: 'reject', reason: 'bad-signal' }]);
    // Our own dial had joined theirs: it is owed the news.
    expect(reasons(tab)).toEqual(['bad-signal']);
  });

  it('that refuse our dial end it with their reason', async () => {
    tab.transport.dial(other.self()!);
    connections[0]!.handlers.onSignal({ kind: 'offer', sdp: '' });
    let attempt = '';
    other.stop();
    other.start(Uint8Array.of(2), {
      onState: () => undefined,
      onRoster: () => undefined,
      onSignal: (_from, payload) => {
        const decoded = decodeSignal(payload);
        if (decoded.ok) attempt = decoded.value.attempt;
      },
    });
    await clock.pass(10);
    tab.transport.dial(other.self()!);
    connections[1]!.handlers.onSignal({ kind: 'offer', sdp: '' });
    await clock.pass(10);
    await tell(attempt, { kind: 'reject', reason: 'links-full' });
    expect(reasons(tab)).toEqual(['refused:links-full']);
    await clock.pass(15_000);
    expect(reasons(tab)).toEqual(['refused:links-full', 'dial-timeout']);
  });

  it('that dial again replace a link which their sender has lost unnoticed', async () => {
    for (const attempt of ['01'.repeat(8), '02'.repeat(8)]) {
      await tell(attempt, { kind: 'offer', sdp: '' });
      connections.at(-1)!.handlers.onOpen(new Uint8Array(32));
    }
    await clock.pass(1);
    expect(tab.links.map(({ link }) => link)).toEqual([1, 2]);
    expect(tab.closings).toEqual([{ link: 1, rendezvous: other.self(), reason: 'replaced' }]);
    expect([tab.transport.send(1, Uint8Array.of(1), 'bulk'), tab.transport.send(2, Uint8Array.of(1), 'bulk')]).toEqual([
      false,
      true,
    ]);
  });

  it('and dials of our own wait when the browser grants no more connections, longer each time', async () => {
    const dialAfter = async (ms: number, granting: boolean) => {
      isGranting = granting;
      await clock.pass(ms);
      tab.transport.dial(other.self()!);
      await clock.pass(1);
    };
    await dialAfter(0, false);
    await dialAfter(4_000, true);
    await dialAfter(1_000, false);
    await dialAfter(9_000, true);
    expect(reasons(tab)).toEqual(Array(4).fill('connection-limit'));
    await tell('01'.repeat(8), { kind: 'offer', sdp: '' });
    expect(received.at(-1)).toEqual({ kind: 'reject', reason: 'connection-limit' });
    expect(connections).toEqual([]);
    await dialAfter(1_000, true);
    expect(connections).toHaveLength(1);
  });
});
