import { createHash } from 'node:crypto';
import { Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { lanAddresses } from '../../../src/app/serve/lan.ts';
import type { NetworkDocument } from '../../../src/app/serve/network-file.ts';
import { startServer, type RunningServer, type ServeOptions } from '../../../src/app/serve/server.ts';
import { decodeSpec } from '../../../src/core/network-spec.ts';
import { makeAppFolder, SCRIPT, SCRIPT_PATH, type AppFolder } from '../../support/app-folder.ts';
import { findRedis, NO_REDIS, startRedis } from '../../support/redis-server.ts';
import { freshRoom, RawClient } from '../../support/relay-server.ts';

let folder: AppFolder;
let running: RunningServer[] = [];

beforeAll(async () => {
  folder = await makeAppFolder();
});
afterAll(() => folder.remove());
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  running = [];
});

async function start(options: Partial<ServeOptions> = {}): Promise<RunningServer> {
  const { appDir, dataDir } = folder;
  const server = await startServer({ port: 0, appDir, dataDir, ...options });
  running.push(server);
  return server;
}

/** Unlike fetch: sends the path as it is, and leaves bodies encoded. */
function get(server: RunningServer, path: string, options: RequestOptions = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port: server.port, path, agent: false, ...options }, resolve)
      .on('error', reject)
      .end();
  });
}

const bytesOf = async (response: IncomingMessage) => Buffer.concat(await response.toArray());
const relayUrl = (server: RunningServer) => `ws://127.0.0.1:${server.port}/relay`;

describe('files', () => {
  it('come with their type, and with headers that keep strangers out of the page', async () => {
    const server = await start();
    const page = await get(server, '/');
    expect(page.statusCode).toBe(200);
    expect(await text(page)).toContain('<title>Medmesh</title>');
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    const policy = page.headers['content-security-policy']?.toString().split('; ');
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect((await get(server, '/assets/kernel-0a1b2c3d.wasm')).headers['content-type']).toBe('application/wasm');
  });

  it('are kept for ever when their name carries a hash, and asked for again otherwise', async () => {
    const server = await start();
    const script = await get(server, SCRIPT_PATH);
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const again = await get(server, '/', {
      headers: { 'If-None-Match': `"x", ${(await get(server, '/')).headers.etag}` },
    });
    expect(again.statusCode).toBe(304);
    expect(await text(again)).toBe('');
  });

  it.each([
    ['br, gzip', 'br', brotliDecompressSync],
    ['gzip;q=0.5, br;q=0', 'gzip', gunzipSync],
    ['identity', undefined, (bytes: Buffer) => bytes],
  ])('are compressed for a client that accepts %s', async (accepted, encoding, decode) => {
    const response = await get(await start(), SCRIPT_PATH, { headers: { 'Accept-Encoding': accepted } });
    expect(response.headers['content-encoding']).toBe(encoding);
    expect(response.headers.vary).toBe('Accept-Encoding');
    const body = await bytesOf(response);
    expect(response.headers['content-length']).toBe(`${body.length}`);
    expect(decode(body).toString()).toBe(SCRIPT);
  });

  it('that are compressed already are sent as they are', async () => {
    const font = await get(await start(), '/assets/text-0a1b2c3d.woff2', { headers: { 'Accept-Encoding': 'br' } });
    expect(font.headers['content-encoding']).toBeUndefined();
  });

  it.each([
    '/nothing',
    '/../data/network.json',
    '/%2e%2e/data/network.json',
    '//etc/passwd',
    '/assets',
    '/index.html/',
  ])('outside the app do not exist: %s', async (path) => expect((await get(await start(), path)).statusCode).toBe(404));

  it('are read, not written', async () => {
    const server = await start();
    expect((await get(server, '/', { method: 'POST' })).statusCode).toBe(405);
    const head = await get(server, '/', { method: 'HEAD' });
    expect(head.headers['content-length']).not.toBe('0');
    expect(await text(head)).toBe('');
  });
});

describe('the default network', () => {
  it('is made at the first start and continued by the next, on the same port', async () => {
    const dataDir = `${folder.dataDir}-classroom`;
    const first = await start({ dataDir, network: 'classroom', name: 'Form 4b' });
    const body = await text(await get(first, '/network.json'));
    const document = JSON.parse(body) as NetworkDocument;
    const spec = decodeSpec(new Uint8Array(Buffer.from(document.spec, 'base64url')));
    expect(spec).toMatchObject({ ok: true, value: { name: 'Form 4b', blockIntervalS: 5 } });
    expect(Buffer.from(document.roomSecret, 'base64url')).toHaveLength(16);
    expect(document.relays).toEqual([]);
    await first.stop();
    const second = await start({ dataDir, port: first.port });
    expect(await text(await get(second, '/network.json'))).toBe(body);
    expect(second.network).toMatchObject({ preset: 'classroom', name: 'Form 4b' });
  });
});

describe('the relay', () => {
  it("answers on the app's own port, and /healthz counts it", async () => {
    const server = await start();
    const room = freshRoom();
    const first = await RawClient.join(relayUrl(server), room);
    const second = await RawClient.join(relayUrl(server), room);
    await first.next('member-joined');
    second.send({ type: 'signal', to: first.id, payload: 'AAAA' });
    await first.next('signal');
    expect(JSON.parse(await text(await get(server, '/healthz')))).toMatchObject({
      status: 'ok',
      relay: { sockets: 2, members: 2, rooms: 1, signals: 1 },
    });
  });

  it('that takes nobody new is told to whoever watches, and why', async () => {
    const server = await start({ relayLimits: { socketsMax: 1, roomsMax: 1 } });
    const healthz = async () => {
      const response = await get(server, '/healthz');
      return { status: response.statusCode, body: JSON.parse(await text(response)) as unknown };
    };
    expect(await healthz()).toMatchObject({ status: 200, body: { status: 'ok', reasons: [] } });
    await RawClient.join(relayUrl(server), freshRoom());
    expect(await healthz()).toMatchObject({
      status: 503,
      body: { status: 'degraded', reasons: ['sockets-full', 'rooms-full'], relay: { sockets: 1 } },
    });
    await server.stopRelay();
    expect(await healthz()).toMatchObject({
      status: 503,
      body: { status: 'degraded', reasons: ['relay-stopped'], relay: 'stopped' },
    });
  });

  it('can be stopped and started while the app stays up', async () => {
    const server = await start();
    const client = await RawClient.join(relayUrl(server), freshRoom());
    await server.stopRelay();
    expect((await client.closed).code).toBe(1001);
    await expect(RawClient.open(relayUrl(server))).rejects.toThrow('503');
    expect((await get(server, '/')).statusCode).toBe(200);
    server.startRelay();
    await RawClient.join(relayUrl(server), freshRoom());
  });

  it('is the only thing that speaks WebSocket here', async () => {
    const server = await start();
    await expect(RawClient.open(`ws://127.0.0.1:${server.port}/other`)).rejects.toThrow('404');
  });
});

describe('/metrics', () => {
  it('does not exist unless asked for', async () => {
    expect((await get(await start(), '/metrics')).statusCode).toBe(404);
  });

  it('tells Prometheus what there is and what has been, and names nobody', async () => {
    const server = await start({ metrics: true, relayLimits: { socketsPerAddressMax: 2 } });
    const room = freshRoom();
    const first = await RawClient.join(relayUrl(server), room, 'cHJlc2VuY2U');
    const second = await RawClient.join(relayUrl(server), room);
    second.send({ type: 'signal', to: first.id, payload: 'AAAA' });
    await first.next('signal');
    await expect(RawClient.open(relayUrl(server))).rejects.toThrow('429');
    second.socket.send('garbage');
    await first.next('member-left');

    const metrics = async () => text(await get(server, '/metrics'));
    await vi.waitFor(async () => expect(await metrics()).toContain('\nmedmesh_relay_sockets 1\n'));
    const said = await metrics();
    for (const line of [
      'medmesh_relay_rooms 1',
      'medmesh_relay_members 1',
      'medmesh_relay_joins_total 2',
      'medmesh_relay_signals_total 1',
      'medmesh_relay_dropped_frames_total 0',
      'medmesh_relay_refused_upgrades_total{reason="address-full"} 1',
      'medmesh_relay_refused_upgrades_total{reason="foreign-origin"} 0',
      'medmesh_relay_closed_sockets_total{reason="bad-message"} 1',
      'medmesh_relay_closed_sockets_total{reason="left"} 0',
    ]) {
      expect(said.split('\n')).toContain(line);
    }
    expect(said).toContain('\nprocess_cpu_seconds_total ');
    for (const secret of [room, first.id, 'cHJlc2VuY2U', '127.0.0.1']) expect(said).not.toContain(secret);
    const response = await get(server, '/metrics');
    expect(response.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('is there while the relay is stopped', async () => {
    const server = await start({ metrics: true });
    await server.stopRelay();
    expect(await text(await get(server, '/metrics'))).toContain('\nmedmesh_relay_sockets 0\n');
  });
});

describe('a bus', () => {
  it('that is away is told to whoever watches, and the relay goes on without it', async () => {
    // Nobody listens on port 1 of this computer.
    const server = await start({ busUrl: 'redis://127.0.0.1:1', metrics: true });
    const room = freshRoom();
    const first = await RawClient.join(relayUrl(server), room);
    const second = await RawClient.join(relayUrl(server), room);
    expect(await first.next('member-joined')).toMatchObject({ id: second.id });
    const health = await get(server, '/healthz');
    expect(health.statusCode).toBe(200);
    expect(JSON.parse(await text(health))).toMatchObject({ status: 'bus-away', reasons: [], relay: { bus: 'away' } });
    const metrics = await text(await get(server, '/metrics'));
    expect(metrics).toContain('\nmedmesh_relay_bus_up 0\n');
    expect(metrics).not.toContain('\nmedmesh_relay_bus_unsent_total 0\n');
  });

  const program = findRedis();
  it.skipIf(!program)(`joins the tabs of two servers${program ? '' : `, ${NO_REDIS}`}`, async () => {
    const redis = await startRedis(program!);
    const servers = [await start({ busUrl: redis.url, metrics: true }), await start({ busUrl: redis.url })] as const;
    for (const server of servers) {
      await vi.waitFor(async () => {
        const health = JSON.parse(await text(await get(server, '/healthz'))) as unknown;
        expect(health).toMatchObject({ status: 'ok', relay: { bus: 'up' } });
      });
    }
    const room = freshRoom();
    const first = await RawClient.join(relayUrl(servers[0]), room);
    const second = await RawClient.join(relayUrl(servers[1]), room);
    expect(await first.next('member-joined')).toMatchObject({ id: second.id });
    expect(await text(await get(servers[0], '/metrics'))).toContain('\nmedmesh_relay_bus_up 1\n');
    await servers[1].stop();
    expect(await first.next('member-left')).toMatchObject({ id: second.id });
    await servers[0].stop();
    await redis.dispose();
  });
});

describe('stopping', () => {
  it('over a while says so to whoever watches, before the tabs are told', async () => {
    const server = await start({ drainMs: 400 });
    const clients = [await RawClient.join(relayUrl(server), freshRoom()), await RawClient.open(relayUrl(server))];
    const stopped = server.stop();
    const health = await get(server, '/healthz');
    expect(health.statusCode).toBe(503);
    expect(JSON.parse(await text(health))).toMatchObject({ status: 'draining', reasons: ['draining'] });
    await stopped;
    for (const client of clients) expect((await client.closed).code).toBe(1001);
    await expect(get(server, '/healthz')).rejects.toThrow();
  });

  it('closes idle connections and sockets that do not answer, and lets the port go', async () => {
    const server = await start({ relayLimits: { closeGraceMs: 20 } });
    const agent = new Agent({ keepAlive: true });
    await text(await get(server, '/', { agent }));
    const client = await RawClient.join(relayUrl(server), freshRoom());
    client.socket.pause();
    await server.stop();
    const again = await start({ port: server.port });
    expect(again.port).toBe(server.port);
    client.socket.terminate();
    agent.destroy();
  });
});

describe('a server that cannot start says why', () => {
  it('when its port is taken', async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toMatchObject({ code: 'port-taken' });
  });

  it('when the address is not this computer', async () => {
    await expect(start({ host: '192.0.2.200' })).rejects.toMatchObject({ code: 'bad-host' });
  });

  it('when there is no built app', async () => {
    await expect(start({ appDir: folder.dataDir })).rejects.toMatchObject({ code: 'app-not-built' });
  });
});

describe('without --lan', () => {
  it('answers this computer only, and names no address that cannot work', async () => {
    const server = await start();
    expect(server).toMatchObject({ url: `http://localhost:${server.port}/`, lanUrls: [] });
    for (const address of lanAddresses()) await expect(get(server, '/', { host: address })).rejects.toThrow();
  });

  it('answers others where asked to, and says where https is only where it is', async () => {
    const httpsUrlOf = async (options: Partial<ServeOptions>) =>
      (JSON.parse(await text(await get(await start(options), '/network.json'))) as NetworkDocument).httpsUrl;
    expect((await start({ host: '0.0.0.0' })).lanUrls).toEqual([]);
    expect(await httpsUrlOf({})).toBeUndefined();
    expect(await httpsUrlOf({ publicUrl: 'http://ward.example/' })).toBeUndefined();
    expect(await httpsUrlOf({ publicUrl: 'https://ward.example/' })).toBe('https://ward.example/');
  });
});

describe('on a LAN', () => {
  const getSecure = (server: RunningServer, path: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: server.port, path, agent: false, rejectUnauthorized: false };
      httpsRequest(options, resolve).on('error', reject).end();
    });

  it('serves https on the port of http', async () => {
    const server = await start({ lan: true });
    const page = await getSecure(server, '/');
    expect(page.statusCode).toBe(200);
    expect(await text(page)).toContain('<title>Medmesh</title>');
    expect(server.lanUrls).toEqual(lanAddresses().map((address) => `https://${address}:${server.port}/`));
    expect(server.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  it('tells who comes by plain http where the https address is, except on this computer', async () => {
    const server = await start({ lan: true, publicUrl: 'https://ward.example/' });
    expect((await get(server, '/', { headers: { Host: `localhost:${server.port}` } })).statusCode).toBe(200);
    const lost = await get(server, '/', { headers: { Host: '"><script>' } });
    expect(lost.statusCode).toBe(426);
    expect(lost.headers['content-type']).toBe('text/html; charset=utf-8');
    const page = await text(lost);
    expect(page).toContain('<a href="https://ward.example/">');
    expect(page).not.toContain('<script>');
    const style = /<style>([^]*)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(lost.headers['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
    expect(page).toContain('shown in the terminal of that computer');
  });

  it('lets tabs of http and https meet', async () => {
    const server = await start({ lan: true });
    const room = freshRoom();
    const plain = await RawClient.join(relayUrl(server), room);
    const secure = await RawClient.open(relayUrl(server).replace('ws:', 'wss:'), { rejectUnauthorized: false });
    secure.send({ type: 'join', room, presence: 'AAAA' });
    expect(await plain.next('member-joined')).toMatchObject({ id: (await secure.next('joined')).self });
    await server.stop();
    expect((await secure.closed).code).toBe(1001);
  });

  it('survives connections that speak neither, or nothing', async () => {
    const server = await start({ lan: true });
    const { connect } = await import('node:net');
    const garbage = connect(server.port, '127.0.0.1');
    garbage.on('error', () => undefined).write(Buffer.from([22, 1, 2, 3, 4, 5, 6, 7, 8]));
    const silent = connect(server.port, '127.0.0.1').on('error', () => undefined);
    await vi.waitFor(() => expect(garbage.closed || garbage.readableEnded || garbage.bytesRead > 0).toBe(true));
    expect((await getSecure(server, '/healthz')).statusCode).toBe(200);
    garbage.destroy();
    silent.destroy();
  });
});
