/** A real relay on a real port, and raw WebSocket clients to it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, type ClientOptions } from 'ws';
import { encodeFrame, parseRelayMessage, type ClientMessage, type RelayMessage } from '../../src/relay/protocol.ts';
import { attachRelay, type Relay, type RelayOptions } from '../../src/relay/relay.ts';

export interface RelayServer {
  readonly relay: Relay;
  readonly http: Server;
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** @param port  0 for any free one; the port of an earlier relay to bring it back */
export async function startRelayServer(options: RelayOptions = {}, port = 0): Promise<RelayServer> {
  const http = createServer();
  const relay = attachRelay(http, options);
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  const bound = (http.address() as AddressInfo).port;
  return {
    relay,
    http,
    port: bound,
    url: `ws://127.0.0.1:${bound}/relay`,
    stop: async () => {
      await relay.stop();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** Speaks to the relay without the client's manners. */
export class RawClient {
  readonly socket: WebSocket;
  /** Resolves when the socket is closed, by whichever side. */
  readonly closed: Promise<{ code: number; reason: string }>;
  private readonly received: RelayMessage[] = [];
  private readonly waiting: { type: string; resolve: (message: RelayMessage) => void }[] = [];

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(url, options);
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    // Always followed by a close, which `closed` reports.
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data: Buffer) => {
      const parsed = parseRelayMessage(data.toString());
      if (!parsed.ok) throw new Error(`the relay sent what its own protocol refuses: ${parsed.code}`);
      const index = this.waiting.findIndex(({ type }) => type === parsed.value.type);
      if (index < 0) this.received.push(parsed.value);
      else this.waiting.splice(index, 1)[0]?.resolve(parsed.value);
    });
  }

  static async open(url: string, options: ClientOptions = {}): Promise<RawClient> {
    const client = new RawClient(url, options);
    await new Promise((resolve, reject) => client.socket.once('open', resolve).once('error', reject));
    return client;
  }

  static async join(url: string, room: string, presence = 'AAAA'): Promise<RawClient & { readonly id: string }> {
    const client = await RawClient.open(url);
    client.send({ type: 'join', room, presence });
    const { self } = await client.next('joined');
    return Object.assign(client, { id: self });
  }

  send(message: ClientMessage): void {
    this.socket.send(encodeFrame(message));
  }

  /** The next message of a type not yet asked for; others wait for their turn. */
  async next<Type extends RelayMessage['type']>(type: Type): Promise<Extract<RelayMessage, { type: Type }>> {
    const index = this.received.findIndex((message) => message.type === type);
    const message =
      index >= 0
        ? this.received.splice(index, 1)[0]
        : await new Promise<RelayMessage>((resolve) => this.waiting.push({ type, resolve }));
    return message as Extract<RelayMessage, { type: Type }>;
  }

  /** Messages received that nobody asked for, beats left out. */
  unasked(): readonly RelayMessage[] {
    return this.received.filter(({ type }) => type !== 'beat');
  }
}

/** A room id that no other test uses. */
let rooms = 0;
export function freshRoom(): string {
  return (++rooms).toString(16).padStart(64, '0');
}
