/** The app, its default network and its relay: one process, one port. */
import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { resolve } from 'node:path';
import type { RelayBus } from '../../relay/bus.ts';
import type { RelayLimits } from '../../relay/limits.ts';
import type { RelayLog } from '../../relay/log.ts';
import { isRelayRequest, refuseUpgrade, Relay, type UpgradeSource } from '../../relay/relay.ts';
import { appHandler } from './app-server.ts';
import { loadAssets } from './assets.ts';
import { healthOf } from './health.ts';
import { lanAddresses, loadCertificate } from './lan.ts';
import { relayMetrics } from './metrics.ts';
import { loadNetwork, type NetworkPreset, type ServedNetwork } from './network-file.ts';
import { openRedisBus } from './redis-bus.ts';
import { ServeFault } from './serve-fault.ts';
import { explainHttps, twoProtocols } from './two-protocols.ts';

export interface ServeOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Address to listen on. When left out: all of this computer's with `lan`, else none that others can reach. */
  readonly host?: string;
  /** https for everybody but this computer itself. */
  readonly lan?: boolean;
  readonly network?: NetworkPreset;
  readonly name?: string;
  /** Keeps the network and the certificate; `.data` when left out. */
  readonly dataDir?: string;
  /** The built app; `dist/app` when left out. */
  readonly appDir?: string;
  /** Where people reach this server, when it is behind another one. */
  readonly publicUrl?: string;
  /** Lowercase name of the header in which that other one names its client, for the limits of an address. */
  readonly proxyHeader?: string;
  /** Pages that may use the relay; left out: all. */
  readonly origins?: readonly string[];
  /** Address of the Redis or Valkey through which several relays serve the same rooms. */
  readonly busUrl?: string;
  /** Numbers for Prometheus at `/metrics`. */
  readonly metrics?: boolean;
  /** Time over which `stop` tells the tabs, a few at a time. 0, all at once, when left out. */
  readonly drainMs?: number;
  readonly relayLimits?: Partial<RelayLimits>;
  readonly relayLog?: RelayLog;
}

export interface RunningServer {
  /** For a browser on this computer: plain http, which on localhost is a secure context. */
  readonly url: string;
  /** For other devices, the likeliest first. Empty without `lan`, without a network, or when `host` is this computer only. */
  readonly lanUrls: readonly string[];
  readonly publicUrl: string | undefined;
  readonly proxyHeader: string | undefined;
  readonly port: number;
  readonly network: ServedNetwork;
  /** Of the certificate made for the LAN, SHA-256. */
  readonly fingerprint: string | undefined;
  /** Leaves the app served but nobody introduced: as when the relay has died. */
  stopRelay(): Promise<void>;
  startRelay(): void;
  /** Tells the tabs, closes every connection and lets the port go. */
  stop(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
/** No slow or silent client keeps a connection for longer. The relay's own are checked by its heartbeat instead. */
const HTTP_TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 20_000, keepAliveTimeout: 10_000 };
/** Behind a common front the timeouts above do not run: they start with a server that listens itself. */
const IDLE_TIMEOUT_MS = 30_000;

/** @throws ServeFault */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const dataDir = resolve(options.dataDir ?? '.data');
  const assets = await loadAssets(resolve(options.appDir ?? 'dist/app'));
  const network = await loadNetwork(dataDir, { preset: options.network, name: options.name }, Date.now());
  const startedAtMs = performance.now();

  const relay = new RelaySwitch(options);
  const { publicUrl } = options;
  const handler = appHandler(assets, {
    network: { ...network.document, ...(publicUrl?.startsWith('https:') ? { httpsUrl: publicUrl } : {}) },
    health: () => healthOf(relay.running, startedAtMs),
    ...(options.metrics ? { metrics: relayMetrics(() => relay.running) } : {}),
  });

  const host = options.host ?? (options.lan ? undefined : LOOPBACK);
  const addresses = isEverywhere(host) ? lanAddresses() : [host].filter(isRemote);
  const certificate = options.lan ? await loadCertificate(dataDir, addresses, Date.now()) : undefined;

  // The explanation names an address with the port in it, which is known once we listen.
  let port = 0;
  const urlAt = (scheme: 'http' | 'https', address: string) => `${scheme}://${bracketed(address)}:${port}/`;
  const lanUrls = () => (certificate ? addresses.map((address) => urlAt('https', address)) : []);
  let front: Server;
  if (certificate) {
    const httpsUrl = () => publicUrl ?? lanUrls()[0] ?? urlAt('https', 'localhost');
    const plain = createHttpServer(HTTP_TIMEOUTS, (request, response) =>
      explainHttps(handler, httpsUrl())(request, response),
    );
    const { cert, key } = certificate;
    const secure = createHttpsServer({ ...HTTP_TIMEOUTS, handshakeTimeout: 10_000, cert, key }, handler);
    relay.attach(plain);
    relay.attach(secure);
    front = twoProtocols(plain.setTimeout(IDLE_TIMEOUT_MS), secure.setTimeout(IDLE_TIMEOUT_MS));
  } else {
    const plain = createHttpServer(HTTP_TIMEOUTS, handler);
    relay.attach(plain);
    front = plain;
  }

  const sockets = trackSockets(front);
  port = await listen(front, options.port, host);
  // Not before: a bus that tries to connect keeps a server alive that could not start.
  const bus = options.busUrl === undefined ? undefined : await openRedisBus(options.busUrl);
  relay.start(bus);

  return {
    // Bound to one address of the network, it does not answer on localhost.
    url: isEverywhere(host) || !isRemote(host) ? urlAt('http', 'localhost') : (lanUrls()[0] ?? urlAt('http', host)),
    lanUrls: lanUrls(),
    publicUrl,
    proxyHeader: options.proxyHeader,
    port,
    network,
    fingerprint: certificate?.fingerprint,
    startRelay: () => relay.start(bus),
    stopRelay: () => relay.stop(),
    stop: async () => {
      // While tabs are told, whoever watches can still ask; `/healthz` says that nobody is to be sent here.
      await relay.stop(options.drainMs);
      await bus?.close();
      const closed = front.listening ? once(front, 'close') : Promise.resolve();
      front.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A relay that can be stopped and started again under servers that stay up. */
class RelaySwitch {
  private readonly options: ServeOptions;
  private readonly sources: UpgradeSource[] = [];
  private relay: Relay | undefined;

  /** Undefined once it has stopped. */
  get running(): Relay | undefined {
    return this.relay;
  }

  constructor(options: ServeOptions) {
    this.options = options;
  }

  attach(source: UpgradeSource): void {
    this.sources.push(source);
    source.on('upgrade', (request, socket) => {
      if (!isRelayRequest(request)) refuseUpgrade(socket, '404 Not Found');
      else if (!this.relay) refuseUpgrade(socket, '503 Service Unavailable');
    });
  }

  start(bus: RelayBus | undefined): void {
    if (this.relay) return;
    const { relayLimits: limits, relayLog: log, proxyHeader, origins } = this.options;
    this.relay = new Relay({ ...(limits ? { limits } : {}), ...(log ? { log } : {}), proxyHeader, origins, bus });
    for (const source of this.sources) this.relay.attach(source);
  }

  async stop(overMs = 0): Promise<void> {
    await this.relay?.stop(overMs);
    this.relay = undefined;
  }
}

/** Every connection, upgraded ones included: a server waits for all of them before it closes. */
function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

async function listen(server: Server | HttpServer, port: number, host: string | undefined): Promise<number> {
  server.listen({ port, ...(host === undefined ? {} : { host }) });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw listenFault(error as NodeJS.ErrnoException, port, host);
  }
  return (server.address() as AddressInfo).port;
}

function listenFault(error: NodeJS.ErrnoException, port: number, host: string | undefined): ServeFault {
  const cause = { cause: error };
  switch (error.code) {
    case 'EADDRINUSE':
      return new ServeFault('port-taken', `Port ${port} is taken, perhaps by Medmesh itself. Try: --port 0`, cause);
    case 'EACCES':
      return new ServeFault(
        'port-forbidden',
        `Port ${port} needs more rights. Choose one above 1023 with --port.`,
        cause,
      );
    default:
      return new ServeFault('bad-host', `Cannot listen on ${host ?? 'this computer'}: ${error.message}`, cause);
  }
}

function isEverywhere(host: string | undefined): boolean {
  return host === undefined || host === '0.0.0.0' || host === '::';
}

function isRemote(host: string | undefined): host is string {
  return host !== undefined && !/^(localhost|127\..*|::1)$/.test(host);
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
