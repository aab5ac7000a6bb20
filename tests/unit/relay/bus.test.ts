import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RelayBus } from '../../../src/relay/bus.ts';
import {
  busNameOf,
  encodeBusMessage,
  encodeEntry,
  parseBusMessage,
  parseEntry,
} from '../../../src/relay/bus-messages.ts';
import type { RelayLimits } from '../../../src/relay/limits.ts';
import type { RelayEvent } from '../../../src/relay/log.ts';
import { MemoryBusHub } from '../../../src/relay/memory-bus.ts';
import { FRAME_BYTES_MAX } from '../../../src/relay/protocol.ts';
import { findRedis, NO_REDIS, startRedis, type RedisServer } from '../../support/redis-server.ts';
import { openRedis } from '../../support/relay-bus.ts';
import { freshRoom, RawClient, startRelayServer, type RelayServer } from '../../support/relay-server.ts';

/** Longer than a test: nothing happens by beats. */
const RARE_BEAT_MS = 3_600_000;
/** Three of them are longer than a busy machine holds a process up, or relays that live would be taken for dead. */
const QUICK_BEAT_MS = 400;

let servers: RelayServer[] = [];
let events: RelayEvent[] = [];

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  servers = [];
  events = [];
});

async function start(bus: RelayBus, limits: Partial<RelayLimits> = {}): Promise<RelayServer> {
  const server = await startRelayServer({
    bus,
    limits: { busBeatMs: RARE_BEAT_MS, ...limits },
    log: (event) => events.push(event),
  });
  servers.push(server);
  return server;
}

const newHub = () => new MemoryBusHub(() => performance.now());
const idOf = (digit: string) => digit.repeat(32);

/** Somebody who can write to the bus. */
async function stranger(hub: MemoryBusHub, room: string) {
  const bus = hub.connect();
  const name = busNameOf(room);
  const relay = idOf('9');
  await bus.beat(relay, [], 60_000);
  return {
    relay,
    say: (message: object | string) =>
      bus.publish(name, typeof message === 'string' ? message : JSON.stringify({ relay, ...message })),
    write: (id: string, entry: string) => bus.store(name, new Map([[id, entry]]), 60_000),
  };
}

describe('two relays on one bus', () => {
  it('serve one room: one roster, and signals cross', async () => {
    const hub = newHub();
    const [a, b] = [await start(hub.connect()), await start(hub.connect())];
    const room = freshRoom();
    const first = await RawClient.join(a.url, room, 'Zmlyc3Q');
    const second = await RawClient.open(b.url);
    second.send({ type: 'join', room, presence: 'c2Vjb25k' });
    const joined = await second.next('joined');
    expect(joined.members).toEqual([{ id: first.id, presence: 'Zmlyc3Q' }]);
    expect(await first.next('member-joined')).toMatchObject({ id: joined.self, presence: 'c2Vjb25k' });

    first.send({ type: 'signal', to: joined.self, payload: 'b2ZmZXI' });
    expect(await second.next('signal')).toEqual({ type: 'signal', from: first.id, payload: 'b2ZmZXI' });
    second.send({ type: 'signal', to: first.id, payload: 'YW5zd2Vy' });
    expect(await first.next('signal')).toEqual({ type: 'signal', from: joined.self, payload: 'YW5zd2Vy' });

    second.socket.close();
    expect(await first.next('member-left')).toEqual({ type: 'member-left', id: joined.self });
    first.send({ type: 'signal', to: joined.self, payload: 'AAAA' });
    await first.next('no-such-member');
    expect(a.relay.stats()).toMatchObject({ bus: 'up', members: 1, busRefused: 0, busUnsent: 0 });
  });

  it('keep rooms apart', async () => {
    const hub = newHub();
    const [a, b] = [await start(hub.connect()), await start(hub.connect())];
    const [here, there] = [await RawClient.join(a.url, freshRoom()), await RawClient.join(b.url, freshRoom())];
    here.send({ type: 'signal', to: there.id, payload: 'AAAA' });
    await here.next('no-such-member');
    expect(there.unasked()).toEqual([]);
  });

  it('count the members of both when a room is full', async () => {
    const hub = newHub();
    const limits = { membersPerRoomMax: 2 };
    const [a, b] = [await start(hub.connect(), limits), await start(hub.connect(), limits)];
    const room = freshRoom();
    await RawClient.join(a.url, room);
    await RawClient.join(b.url, room);
    const late = await RawClient.open(b.url);
    late.send({ type: 'join', room, presence: 'AA' });
    expect((await late.closed).reason).toBe('room-full');
  });

  it('let one that stops in good order take its members with it at once', async () => {
    const hub = newHub();
    const [a, b] = [await start(hub.connect()), await start(hub.connect())];
    const room = freshRoom();
    const staying = await RawClient.join(b.url, room);
    const leaving = [await RawClient.join(a.url, room), await RawClient.join(a.url, room)];
    await a.relay.stop();
    const left = [(await staying.next('member-left')).id, (await staying.next('member-left')).id];
    expect(left.sort()).toEqual(leaving.map(({ id }) => id).sort());
  });

  it('lose those of one that has died within its time to live, also those who come later', async () => {
    const hub = newHub();
    const room = freshRoom();
    const dead = await stranger(hub, room);
    const bus = hub.connect();
    await bus.beat(dead.relay, [], 500);
    dead.write(idOf('1'), encodeEntry({ relay: dead.relay, presence: 'AAAA' }));
    const { url } = await start(hub.connect(), { busBeatMs: QUICK_BEAT_MS });
    const client = await RawClient.open(url);
    client.send({ type: 'join', room, presence: 'AAAA' });
    expect((await client.next('joined')).members).toEqual([{ id: idOf('1'), presence: 'AAAA' }]);
    expect(await client.next('member-left')).toEqual({ type: 'member-left', id: idOf('1') });
    expect([...(await bus.roster(busNameOf(room), 10)).keys()]).not.toContain(idOf('1'));
  });

  it('go on alone while the bus is away, and find each other again when it is back', async () => {
    const hub = newHub();
    const limits = { busBeatMs: QUICK_BEAT_MS };
    const [a, b] = [await start(hub.connect(), limits), await start(hub.connect(), limits)];
    const room = freshRoom();
    const first = await RawClient.join(a.url, room);
    const second = await RawClient.join(b.url, room);
    await first.next('member-joined');
    hub.setUp(false);
    expect(a.relay.stats().bus).toBe('away');
    expect(a.relay.shortages()).toEqual([]);
    // Nobody can be introduced to them.
    expect(await first.next('member-left')).toMatchObject({ id: second.id });
    const third = await RawClient.join(a.url, room);
    expect(await first.next('member-joined')).toMatchObject({ id: third.id });
    first.send({ type: 'signal', to: third.id, payload: 'AAAA' });
    await third.next('signal');
    expect(a.relay.stats().busUnsent).toBeGreaterThan(0);

    hub.setUp(true);
    const met = [(await second.next('member-joined')).id, (await second.next('member-joined')).id];
    expect(met.sort()).toEqual([first.id, third.id].sort());
    expect(await first.next('member-joined')).toMatchObject({ id: second.id });
    second.send({ type: 'signal', to: third.id, payload: 'AAAA' });
    expect(await third.next('signal')).toMatchObject({ from: second.id });
    const changes = events.filter(({ event }) => event.startsWith('bus-')).map(({ event }) => event);
    expect(changes.sort()).toEqual(['bus-away', 'bus-away', 'bus-up', 'bus-up']);
  });

  it('put nothing on the bus by which a room can be joined', async () => {
    const hub = newHub();
    const { url } = await start(hub.connect());
    const spy = hub.connect();
    const room = freshRoom();
    const heard: string[] = [];
    spy.listen({ heard: (name, message) => heard.push(name, message), changed: () => undefined });
    await spy.subscribe(busNameOf(room));
    const client = await RawClient.join(url, room);
    client.socket.close();
    await vi.waitFor(() => expect(heard.join()).toContain('left'));
    expect(busNameOf(room)).toMatch(/^[0-9a-f]{64}$/);
    expect(heard.join()).not.toContain(room);
  });
});

describe('what comes from the bus', () => {
  const room = freshRoom();
  const [id, other] = [idOf('1'), idOf('2')];

  it.each([
    ['no JSON', '{'],
    ['too long', ' '.repeat(FRAME_BYTES_MAX + 1)],
    ['an unknown type', { type: 'shutdown' }],
    ['a field too many', { type: 'left', id, more: 1 }],
    ['a member without a proper id', { type: 'joined', id: 'x', presence: 'AAAA' }],
    ['a presence too long', { type: 'joined', id, presence: 'A'.repeat(400) }],
    ['a payload too long', { type: 'signal', from: id, to: other, payload: 'A'.repeat(28_000) }],
    ['a relay without a proper id', { type: 'left', id, relay: 'x' }],
  ])('and is not what a relay says is counted, and nothing else happens: %s', async (_, message) => {
    const hub = newHub();
    const { url, relay } = await start(hub.connect());
    const client = await RawClient.join(url, room);
    const { say } = await stranger(hub, room);
    say(message);
    await vi.waitFor(() => expect(relay.stats().busRefused).toBe(1));
    say({ type: 'joined', id, presence: 'AAAA' });
    await client.next('member-joined');
    expect(client.unasked()).toEqual([]);
  });

  it('speaks for nobody but members of the relay that says it', async () => {
    const hub = newHub();
    const [a, b] = [await start(hub.connect()), await start(hub.connect())];
    const [here, there] = [await RawClient.join(a.url, room), await RawClient.join(b.url, room)];
    await here.next('member-joined');
    const { say } = await stranger(hub, room);
    say({ type: 'left', id: there.id });
    say({ type: 'left', id: here.id });
    say({ type: 'joined', id: here.id, presence: 'AAAA' });
    say({ type: 'joined', id: there.id, presence: 'AAAA' });
    say({ type: 'signal', from: there.id, to: here.id, payload: 'AAAA' });
    say({ type: 'signal', from: idOf('7'), to: here.id, payload: 'AAAA' });
    there.send({ type: 'signal', to: here.id, payload: 'b25seQ' });
    expect(await here.next('signal')).toMatchObject({ from: there.id, payload: 'b25seQ' });
    expect([...here.unasked(), ...there.unasked()]).toEqual([]);
  });

  it('fills no room beyond its limit, and written members are parsed as well', async () => {
    const hub = newHub();
    const { relay, write } = await stranger(hub, room);
    const good = encodeEntry({ relay, presence: 'AAAA' });
    write(idOf('a'), good);
    for (const bad of ['{', '{}', JSON.stringify({ relay, presence: 'AAAA', more: 1 }), ' '.repeat(40_000)]) {
      write(`b${bad.length}`.padEnd(32, '0'), bad);
    }
    write('not-an-id', good);
    const server = await start(hub.connect(), { membersPerRoomMax: 3 });
    const client = await RawClient.open(server.url);
    client.send({ type: 'join', room, presence: 'AAAA' });
    const { self, members } = await client.next('joined');
    expect(members).toEqual([{ id: idOf('a'), presence: 'AAAA' }]);
    expect(server.relay.stats().busRefused).toBe(5);
    // What nobody answers for is not read twice.
    await vi.waitFor(async () => {
      const written = await hub.connect().roster(busNameOf(room), 100);
      expect([...written.keys()].sort()).toEqual([idOf('a'), self].sort());
    });

    const { say } = await stranger(hub, room);
    for (const digit of ['b', 'c', 'd', 'e']) say({ type: 'joined', id: idOf(digit), presence: 'AAAA' });
    say({ type: 'left', id: idOf('b') });
    await client.next('member-left');
    expect(client.unasked().map(({ type }) => type)).toEqual(['member-joined', 'member-joined']);
  });

  it('is read as it was written', () => {
    const presence = 'AAAA';
    const relay = idOf('9');
    for (const message of [
      { type: 'joined', relay, id, presence },
      { type: 'left', relay, id },
      { type: 'signal', relay, from: id, to: other, payload: 'A'.repeat(27_306) },
      { type: 'rewritten', relay },
    ] as const) {
      expect(parseBusMessage(encodeBusMessage(message))).toEqual({ ok: true, value: message });
    }
    expect(parseEntry(id, encodeEntry({ relay, presence }))).toEqual({ ok: true, value: { id, relay, presence } });
  });
});

const program = findRedis();
if (program) {
  describe('on a real Redis', () => {
    let redis: RedisServer;
    let buses: RelayBus[] = [];
    let child: ChildProcess | undefined;

    afterEach(async () => {
      child?.kill('SIGKILL');
      await Promise.all(servers.map((server) => server.stop()));
      await Promise.all(buses.map((bus) => bus.close()));
      await redis.dispose();
      servers = [];
      buses = [];
    });

    async function connect(): Promise<RelayBus> {
      const bus = await openRedis(redis.url);
      buses.push(bus);
      return bus;
    }

    it('a relay is killed: those of the other go on, and its own leave their roster', async () => {
      redis = await startRedis(program);
      const argv = ['scripts/run.mjs', 'tests/support/relay-process.ts', redis.url, `${QUICK_BEAT_MS}`];
      child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
      const [doomedUrl] = (await once(createInterface(child.stdout!), 'line')) as [string];
      const { url } = await start(await connect(), { busBeatMs: QUICK_BEAT_MS });
      const room = freshRoom();
      const doomed = await RawClient.join(doomedUrl, room, 'ZG9vbWVk');
      const [one, two] = [await RawClient.join(url, room), await RawClient.join(url, room)];
      await vi.waitFor(() => expect(doomed.unasked()).toHaveLength(2));
      one.send({ type: 'signal', to: doomed.id, payload: 'AAAA' });
      expect(await doomed.next('signal')).toMatchObject({ from: one.id });
      doomed.send({ type: 'signal', to: one.id, payload: 'BBBB' });
      expect(await one.next('signal')).toMatchObject({ from: doomed.id });

      child.kill('SIGKILL');
      await doomed.closed;
      one.send({ type: 'signal', to: two.id, payload: 'CCCC' });
      expect(await two.next('signal')).toMatchObject({ from: one.id });
      for (const client of [one, two]) expect(await client.next('member-left')).toMatchObject({ id: doomed.id });
      // Where they go next they meet the same room.
      const back = await RawClient.join(url, room);
      expect(await one.next('member-joined')).toMatchObject({ id: two.id });
      expect(await one.next('member-joined')).toMatchObject({ id: back.id });
    });

    it('that hangs is noticed, and newcomers do not wait for it', async () => {
      redis = await startRedis(program);
      const { url, relay } = await start(await connect());
      const hung = await RawClient.join(url, freshRoom());
      redis.signal('SIGSTOP');
      const room = freshRoom();
      const [first, second] = [await RawClient.join(url, room), await RawClient.join(url, room)];
      expect(await first.next('member-joined')).toMatchObject({ id: second.id });
      await vi.waitFor(() => expect(relay.stats().bus).toBe('away'), { timeout: 20_000, interval: 100 });
      redis.signal('SIGCONT');
      await vi.waitFor(() => expect(relay.stats().bus).toBe('up'), { timeout: 20_000, interval: 100 });
      expect(hung.socket.readyState).toBe(hung.socket.OPEN);
    });

    it('that is killed and comes back empty, two relays find each other again', async () => {
      redis = await startRedis(program);
      const [a, b] = [
        await start(await connect(), { busBeatMs: QUICK_BEAT_MS }),
        await start(await connect(), { busBeatMs: QUICK_BEAT_MS }),
      ];
      const room = freshRoom();
      const [first, second] = [await RawClient.join(a.url, room), await RawClient.join(b.url, room)];
      await first.next('member-joined');
      await redis.kill();
      expect(await first.next('member-left')).toMatchObject({ id: second.id });
      expect(await second.next('member-left')).toMatchObject({ id: first.id });
      expect(a.relay.stats().bus).toBe('away');
      await redis.start();
      expect(await first.next('member-joined')).toMatchObject({ id: second.id });
      expect(await second.next('member-joined')).toMatchObject({ id: first.id });
      first.send({ type: 'signal', to: second.id, payload: 'AAAA' });
      expect(await second.next('signal')).toMatchObject({ from: first.id });
    });
  });
} else it.skip(`on a real Redis, ${NO_REDIS}`, () => undefined);
