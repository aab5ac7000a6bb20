import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_LIMITS, type RelayLimits } from '../../../src/relay/limits.ts';
import type { RelayEvent } from '../../../src/relay/log.ts';
import { CLOSE_CODES, FRAME_BYTES_MAX } from '../../../src/relay/protocol.ts';
import type { RelayOptions } from '../../../src/relay/relay.ts';
import { freshRoom, RawClient, startRelayServer, type RelayServer } from '../../support/relay-server.ts';

let server: RelayServer | undefined;
let events: RelayEvent[] = [];

async function start(limits: Partial<RelayLimits> = {}, options: RelayOptions = {}): Promise<RelayServer> {
  events = [];
  server = await startRelayServer({ limits, log: (event) => events.push(event), ...options });
  return server;
}

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const closeOf = (reason: keyof typeof CLOSE_CODES) => ({ code: CLOSE_CODES[reason], reason });

describe('rooms', () => {
  it('names those already there to a newcomer, and the newcomer to them', async () => {
    const { url } = await start();
    const room = freshRoom();
    const first = await RawClient.join(url, room, 'Zmlyc3Q');
    const second = await RawClient.open(url);
    second.send({ type: 'join', room, presence: 'c2Vjb25k' });
    const joined = await second.next('joined');
    expect(joined.members).toEqual([{ id: first.id, presence: 'Zmlyc3Q' }]);
    expect(await first.next('member-joined')).toMatchObject({ id: joined.self, presence: 'c2Vjb25k' });
    second.socket.terminate();
    expect(await first.next('member-left')).toMatchObject({ id: joined.self });
  });

  it('names a random sample of a large room', async () => {
    const { url } = await start();
    const room = freshRoom();
    const members = await Promise.all(Array.from({ length: 70 }, () => RawClient.join(url, room)));
    const newcomer = await RawClient.open(url);
    newcomer.send({ type: 'join', room, presence: 'AA' });
    const named = new Set((await newcomer.next('joined')).members.map(({ id }) => id));
    expect(named.size).toBe(64);
    expect(members.filter(({ id }) => named.has(id))).toHaveLength(64);
  });

  it('forgets a room that everybody has left', async () => {
    const { url, relay } = await start();
    const client = await RawClient.join(url, freshRoom());
    expect(relay.stats()).toMatchObject({ sockets: 1, rooms: 1, members: 1, joins: 1 });
    client.socket.close();
    await vi.waitFor(() => expect(relay.stats()).toMatchObject({ sockets: 0, rooms: 0, members: 0 }));
  });
});

describe('signals', () => {
  it('reach the member they name, with the name of their sender', async () => {
    const { url } = await start();
    const room = freshRoom();
    const [from, to] = [await RawClient.join(url, room), await RawClient.join(url, room)];
    from.send({ type: 'signal', to: to.id, payload: 'b2ZmZXI' });
    expect(await to.next('signal')).toEqual({ type: 'signal', from: from.id, payload: 'b2ZmZXI' });
  });

  it('do not leave the room, and their sender learns that nobody was there', async () => {
    const { url } = await start();
    const [from, to] = [await RawClient.join(url, freshRoom()), await RawClient.join(url, freshRoom())];
    from.send({ type: 'signal', to: to.id, payload: 'AAAA' });
    expect(await from.next('no-such-member')).toEqual({ type: 'no-such-member', id: to.id });
    expect(to.unasked()).toEqual([]);
  });
});

describe('frames that break the protocol close their socket', () => {
  const room = freshRoom();
  const join = JSON.stringify({ type: 'join', room, presence: 'AA' });

  it.each([
    ['a signal before joining', [JSON.stringify({ type: 'signal', to: '0'.repeat(32), payload: 'AA' })]],
    ['a second join', [join, join]],
    ['text that is not JSON', ['{']],
    ['an unknown type', ['{"type":"shutdown"}']],
    ['a binary frame', [Buffer.from(join)]],
    ['an empty frame', ['']],
  ])('%s', async (_, frames) => {
    const { url } = await start();
    const client = await RawClient.open(url);
    for (const frame of frames) client.socket.send(frame);
    expect(await client.closed).toEqual(closeOf('bad-message'));
  });

  it('a frame above the size cap, before it is parsed', async () => {
    const { url } = await start();
    const client = await RawClient.open(url);
    client.socket.send(' '.repeat(FRAME_BYTES_MAX + 1));
    expect((await client.closed).code).toBe(1009);
    expect(events).toContainEqual({
      level: 'warn',
      event: 'socket-error',
      code: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
    });
  });

  it('and nothing sent after it is acted on', async () => {
    const { url } = await start();
    const shared = freshRoom();
    const [good, bad] = [await RawClient.join(url, shared), await RawClient.join(url, shared)];
    bad.socket.send('garbage');
    bad.send({ type: 'signal', to: good.id, payload: 'AAAA' });
    await bad.closed;
    await good.next('member-left');
    expect(good.unasked().map(({ type }) => type)).toEqual(['member-joined']);
  });
});

describe('limits', () => {
  it('of members in a room', async () => {
    const { url } = await start({ membersPerRoomMax: 1 });
    const room = freshRoom();
    await RawClient.join(url, room);
    const late = await RawClient.open(url);
    late.send({ type: 'join', room, presence: 'AA' });
    expect(await late.closed).toEqual(closeOf('room-full'));
  });

  it('of joins in a loop, each of which the whole room would hear of', async () => {
    const { url } = await start({ joinsBurst: 2, joinsPerS: 0 });
    const room = freshRoom();
    await RawClient.join(url, room);
    (await RawClient.join(url, room)).socket.terminate();
    const third = await RawClient.open(url);
    third.send({ type: 'join', room, presence: 'AA' });
    expect(await third.closed).toEqual(closeOf('room-busy'));
  });

  it('of rooms', async () => {
    const { url } = await start({ roomsMax: 1 });
    await RawClient.join(url, freshRoom());
    const other = await RawClient.open(url);
    other.send({ type: 'join', room: freshRoom(), presence: 'AA' });
    expect(await other.closed).toEqual(closeOf('relay-full'));
  });

  it('of sockets, refused before they are one', async () => {
    const { url } = await start({ socketsMax: 1 });
    await RawClient.open(url);
    await expect(RawClient.open(url)).rejects.toThrow('503');
  });

  it('of the time a socket may stay without joining', async () => {
    const { url } = await start({ joinTimeoutMs: 10 });
    const idle = await RawClient.open(url);
    expect(await idle.closed).toEqual(closeOf('join-timeout'));
  });

  it('of sockets from one address, counted anew when they leave', async () => {
    const { url, relay } = await start({ socketsPerAddressMax: 2 });
    const first = await RawClient.open(url);
    await RawClient.open(url);
    await expect(RawClient.open(url)).rejects.toThrow('429');
    expect(events).toContainEqual({ level: 'warn', event: 'upgrade-refused', reason: 'address-full' });
    first.socket.close();
    await vi.waitFor(() => expect(relay.stats().sockets).toBe(1));
    await RawClient.open(url);
  });

  it('of rooms that one address is in', async () => {
    const { url, relay } = await start({ roomsPerAddressMax: 2 });
    const rooms = [freshRoom(), freshRoom(), freshRoom()] as const;
    const first = await RawClient.join(url, rooms[0]);
    await RawClient.join(url, rooms[1]);
    await RawClient.join(url, rooms[1]);
    const over = await RawClient.open(url);
    over.send({ type: 'join', room: rooms[2], presence: 'AA' });
    expect(await over.closed).toEqual(closeOf('address-full'));
    first.socket.close();
    await vi.waitFor(() => expect(relay.stats().rooms).toBe(1));
    await RawClient.join(url, rooms[2]);
  });

  it('of joins from one address, wherever it joins and however often it comes back', async () => {
    const { url, relay } = await start({ joinsPerAddressBurst: 2, joinsPerAddressPerS: 0 });
    for (let i = 0; i < 2; i++) (await RawClient.join(url, freshRoom())).socket.close();
    await vi.waitFor(() => expect(relay.stats().sockets).toBe(0));
    const third = await RawClient.open(url);
    third.send({ type: 'join', room: freshRoom(), presence: 'AA' });
    expect(await third.closed).toEqual(closeOf('address-full'));
  });

  it('of addresses are those a trusted server in front names, and nobody else', async () => {
    const forwarded = (address: string) => ({ headers: { 'X-Forwarded-For': address } });
    const { url } = await start({ socketsPerAddressMax: 1 }, { proxyHeader: 'x-forwarded-for' });
    await RawClient.open(url, forwarded('203.0.113.1'));
    await RawClient.open(url, forwarded('203.0.113.2'));
    // What stands before the last entry anybody could have written.
    await expect(RawClient.open(url, forwarded('203.0.113.9, 203.0.113.1'))).rejects.toThrow('429');
    await server!.stop();

    const { url: untrusting } = await start({ socketsPerAddressMax: 1 });
    await RawClient.open(untrusting, forwarded('203.0.113.1'));
    await expect(RawClient.open(untrusting, forwarded('203.0.113.2'))).rejects.toThrow('429');
  });

  it('leave a full room out of reach of any one address', () => {
    expect(DEFAULT_LIMITS.socketsPerAddressMax).toBeLessThan(DEFAULT_LIMITS.membersPerRoomMax);
    expect(DEFAULT_LIMITS.joinsPerAddressBurst).toBeLessThan(DEFAULT_LIMITS.joinsBurst);
    expect(DEFAULT_LIMITS.joinsPerAddressPerS).toBeLessThan(DEFAULT_LIMITS.joinsPerS);
  });

  it('of frames: drops what exceeds the rate and says so once', async () => {
    const { url, relay } = await start({ framesBurst: 3, framesPerS: 0 });
    const room = freshRoom();
    const [from, to] = [await RawClient.join(url, room), await RawClient.join(url, room)];
    for (let i = 0; i < 5; i++) from.send({ type: 'signal', to: to.id, payload: 'AAAA' });
    await from.next('rate-limited');
    await vi.waitFor(() => expect(relay.stats().droppedFrames).toBe(3));
    expect(relay.stats().signals).toBe(2);
    expect(from.unasked().filter(({ type }) => type === 'rate-limited')).toEqual([]);
    expect(from.socket.readyState).toBe(from.socket.OPEN);
  });

  it('of bytes', async () => {
    const { url, relay } = await start({ bytesBurst: 400, bytesPerS: 0 });
    const room = freshRoom();
    const [from, to] = [await RawClient.join(url, room), await RawClient.join(url, room)];
    from.send({ type: 'signal', to: to.id, payload: 'A'.repeat(400) });
    await from.next('rate-limited');
    expect(relay.stats().signals).toBe(0);
  });

  it('of dropped frames: a socket that keeps flooding, pings included, is closed', async () => {
    const { url } = await start({ framesBurst: 5, framesPerS: 0, droppedFramesBurst: 10, droppedFramesPerS: 0 });
    const client = await RawClient.join(url, freshRoom());
    for (let i = 0; i < 40; i++) client.socket.ping();
    expect(await client.closed).toEqual(closeOf('rate-limited'));
  });

  it('of dropped frames forgive with time: a tab that is open for days is not closed for a slip now and then', async () => {
    const { url, relay } = await start({
      framesBurst: 1,
      framesPerS: 0,
      droppedFramesBurst: 3,
      droppedFramesPerS: 10_000,
    });
    const client = await RawClient.join(url, freshRoom());
    for (let dropped = 1; dropped <= 10; dropped++) {
      client.send({ type: 'beat' });
      await vi.waitFor(() => expect(relay.stats().droppedFrames).toBe(dropped));
    }
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  it('of bytes waiting for a client that does not read: it is cut off, the others go on', async () => {
    const { url } = await start({
      framesBurst: Infinity,
      bytesBurst: Infinity,
      bufferedBytesMax: 64 * 1024,
    });
    const room = freshRoom();
    const [from, slow, other] = [
      await RawClient.join(url, room),
      await RawClient.join(url, room),
      await RawClient.join(url, room),
    ];
    slow.socket.pause();
    // More than the kernel's socket buffers hold on loopback.
    for (let i = 0; i < 1_000; i++) from.send({ type: 'signal', to: slow.id, payload: 'A'.repeat(20_000) });
    expect(await other.next('member-left')).toMatchObject({ id: slow.id });
    expect(events).toContainEqual({ level: 'warn', event: 'socket-cut', reason: 'slow-client' });
    from.send({ type: 'signal', to: other.id, payload: 'AAAA' });
    await other.next('signal');
  });

  it('leave room for a newcomer that a class of forty dials at once, behind one address', async () => {
    const { url, relay } = await start();
    const room = freshRoom();
    const classmates = await Promise.all(Array.from({ length: 40 }, () => RawClient.join(url, room)));
    const newcomer = await RawClient.join(url, room);
    const candidates = 7;
    for (const { id } of classmates) {
      for (let i = 0; i <= candidates; i++) newcomer.send({ type: 'signal', to: id, payload: 'A'.repeat(3_000) });
    }
    await Promise.all(classmates.map((classmate) => classmate.next('signal')));
    await vi.waitFor(() => expect(relay.stats().signals).toBe(40 * (candidates + 1)));
    expect(relay.stats().droppedFrames).toBe(0);
  });
});

describe('heartbeat', () => {
  it('cuts off a socket that no longer answers, and keeps one that does', async () => {
    const { url } = await start({ heartbeatMs: 100 });
    const room = freshRoom();
    const alive = await RawClient.join(url, room);
    const dead = await RawClient.open(url, { autoPong: false });
    dead.send({ type: 'join', room, presence: 'AA' });
    const { self } = await dead.next('joined');
    expect(await alive.next('member-left')).toMatchObject({ id: self });
    expect(events).toContainEqual({ level: 'warn', event: 'socket-cut', reason: 'silent' });
    for (let i = 0; i < 3; i++) await alive.next('beat');
    expect(alive.socket.readyState).toBe(alive.socket.OPEN);
  });

  it("answers a tab's own beat", async () => {
    const { url } = await start();
    const client = await RawClient.join(url, freshRoom());
    client.send({ type: 'beat' });
    await client.next('beat');
  });
});

describe('stopping', () => {
  it('tells everybody, lets the port go, and takes nobody in', async () => {
    const { url, relay, http } = await start();
    const client = await RawClient.join(url, freshRoom());
    await Promise.all([relay.stop(), relay.stop()]);
    expect(await client.closed).toEqual(closeOf('stopping'));
    expect(http.listenerCount('upgrade')).toBe(0);
    expect(relay.stats()).toMatchObject({ sockets: 0, rooms: 0 });
  });

  it('does not wait for a client that never answers', async () => {
    const { url, relay } = await start({ closeGraceMs: 20 });
    const client = await RawClient.join(url, freshRoom());
    client.socket.pause();
    await relay.stop();
    expect(relay.stats().sockets).toBe(0);
    client.socket.terminate();
  });

  it('over a while tells a few at a time; those still here go on meeting, and nobody new comes in', async () => {
    const { url, relay, http } = await start();
    const room = freshRoom();
    const clients = [];
    for (let i = 0; i < 6; i++) clients.push(await RawClient.join(url, room));
    let closed = 0;
    for (const client of clients) void client.closed.then(() => closed++);
    const [first, , , , from, to] = clients;
    const stopped = relay.stop(600);
    expect(relay.shortages()).toEqual(['draining']);
    expect(await first!.closed).toEqual(closeOf('stopping'));
    expect(closed).toBeLessThan(clients.length);
    await expect(RawClient.open(url)).rejects.toThrow('503');
    expect(await to!.next('member-left')).toEqual({ type: 'member-left', id: first!.id });
    from!.send({ type: 'signal', to: to!.id, payload: 'AAAA' });
    await to!.next('signal');
    await stopped;
    expect(await to!.closed).toEqual(closeOf('stopping'));
    expect(relay.stats()).toMatchObject({ sockets: 0, closed: { stopping: 6 }, refused: { stopping: 1 } });
    expect(http.listenerCount('upgrade')).toBe(0);
  });
});

describe('on a server that others use too', () => {
  it('leaves upgrades of other paths to the others', async () => {
    const { http } = await start();
    const paths: (string | undefined)[] = [];
    http.on('upgrade', (request, socket) => {
      paths.push(request.url);
      if (request.url !== '/relay?x') socket.destroy();
    });
    const { port } = http.address() as AddressInfo;
    await expect(RawClient.open(`ws://127.0.0.1:${port}/relays`)).rejects.toThrow();
    await RawClient.open(`ws://127.0.0.1:${port}/relay?x`);
    expect(paths).toEqual(['/relays', '/relay?x']);
  });

  it('takes in pages from anywhere', async () => {
    const { url } = await start();
    await RawClient.open(url, { origin: 'https://elsewhere.example' });
  });

  it('takes in only the pages it was told to, where it was told any', async () => {
    const { url, relay } = await start({}, { origins: ['https://school.example', 'https://city.example'] });
    await RawClient.open(url, { origin: 'https://school.example' });
    await RawClient.open(url, { origin: 'https://city.example' });
    for (const origin of [
      'https://elsewhere.example',
      'http://school.example',
      'https://school.example.evil',
      'null',
    ]) {
      await expect(RawClient.open(url, { origin })).rejects.toThrow('403');
    }
    await expect(RawClient.open(url)).rejects.toThrow('403');
    expect(relay.stats()).toMatchObject({ sockets: 2, refused: { 'foreign-origin': 5 } });
    expect(events).toContainEqual({ level: 'warn', event: 'upgrade-refused', reason: 'foreign-origin' });
  });
});

describe('counts', () => {
  it('why sockets ended', async () => {
    const { url, relay } = await start();
    (await RawClient.open(url)).socket.close();
    (await RawClient.open(url)).socket.terminate();
    (await RawClient.open(url)).socket.send('garbage');
    (await RawClient.open(url)).socket.send(' '.repeat(FRAME_BYTES_MAX + 1));
    await vi.waitFor(() => expect(relay.stats().closed).toMatchObject({ left: 2, 'bad-message': 1, 'bad-frame': 1 }));
  });

  it('why upgrades were refused', async () => {
    const { url, relay } = await start({ socketsPerAddressMax: 1, socketsMax: 1 });
    await RawClient.open(url);
    await expect(RawClient.open(url)).rejects.toThrow('503');
    expect(relay.stats().refused).toMatchObject({ 'relay-full': 1, 'address-full': 0 });
  });
});

it('logs what happens, never who, where or what', async () => {
  const { url, relay } = await start({ framesBurst: 4, framesPerS: 0, droppedFramesBurst: 1, droppedFramesPerS: 0 });
  const room = freshRoom();
  const client = await RawClient.join(url, room, 'cHJlc2VuY2U');
  for (let i = 0; i < 8; i++) client.send({ type: 'signal', to: client.id, payload: 'cGF5bG9hZA' });
  await client.closed;
  await relay.stop();
  const log = JSON.stringify(events);
  expect(events.map(({ event }) => event)).toEqual(['relay-started', 'socket-closed', 'relay-stopped']);
  for (const secret of [room, client.id, 'cHJlc2VuY2U', 'cGF5bG9hZA', '127.0.0.1']) expect(log).not.toContain(secret);
});
