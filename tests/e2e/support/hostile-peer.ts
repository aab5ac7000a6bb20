/**
 * A peer that shakes hands like everybody and then misbehaves, over a real data channel. Bundled and put into a page of
 * the same origin; the test drives it through `window.hostile`.
 */
import { NonceSearch } from '../../../src/adapters/miner/nonce-search.ts';
import { SystemClock } from '../../../src/adapters/platform/system-clock.ts';
import { WebRng } from '../../../src/adapters/platform/web-rng.ts';
import { fromBase64url } from '../../../src/adapters/signaling/base64url.ts';
import { SignalingClient } from '../../../src/adapters/signaling/signaling-client.ts';
import { createWebRtcTransport } from '../../../src/adapters/webrtc/webrtc-transport.ts';
import { bodyRootOf, encodeBody, type Body } from '../../../src/core/block.ts';
import { engineFor } from '../../../src/core/consensus.ts';
import { encodeHeader, hashHeader, type Header } from '../../../src/core/header.ts';
import { HeaderIndex } from '../../../src/core/header-index.ts';
import { PeerId } from '../../../src/core/ids.ts';
import { medianTimePast } from '../../../src/core/indexed-header.ts';
import { decodeSpec } from '../../../src/core/network-spec.ts';
import { targetBytes, targetFromBits } from '../../../src/core/target.ts';
import { decodeMessage, encodeMessage, type Hello, type PeerMessage } from '../../../src/core/wire.ts';
import { createLedger } from '../../../src/ledger/ledger.ts';
import { makeHello, makeSessionKey, signHandshake } from '../../../src/node/handshake.ts';
import type { LinkInfo, Transport } from '../../../src/node/ports.ts';

export interface Hostile {
  /** Joins the room of this origin and shakes hands with the first tab there. */
  meet(): Promise<void>;
  sendGarbage(): void;
  /** Announces a header with real work and, when asked for the body, gives another one. */
  sendTamperedBlock(): void;
  /** Why the victim closed the link, once it did. */
  readonly closed: Promise<string>;
}

const SCAN_STEP = 1 << 20;

class HostilePeer implements Hostile {
  readonly closed: Promise<string>;
  private onClosed: (reason: string) => void = () => undefined;
  private onMet: () => void = () => undefined;
  private readonly key = makeSessionKey(new WebRng());
  private index!: HeaderIndex;
  private transport!: Transport;
  private info!: LinkInfo;
  private ownHello!: Hello;
  private tampered: { readonly header: Uint8Array; readonly body: Uint8Array } | undefined;

  constructor() {
    this.closed = new Promise((resolve) => (this.onClosed = resolve));
  }

  async meet(): Promise<void> {
    const document = (await (await fetch('/network.json')).json()) as { spec: string; roomSecret: string };
    const spec = decodeSpec(fromBase64url(document.spec)!);
    if (!spec.ok) throw new Error(spec.code);
    const engine = engineFor(spec.value);
    if (!engine.ok) throw new Error(engine.code);
    this.index = new HeaderIndex(engine.value);
    const signaling = new SignalingClient({
      urls: [`${window.location.origin.replace('http', 'ws')}/relay`],
      roomSecret: fromBase64url(document.roomSecret)!,
      clock: new SystemClock(),
      rng: new WebRng(),
      openSocket: (url) => new WebSocket(url),
    });
    this.transport = createWebRtcTransport({ signaling });
    const met = new Promise<void>((resolve) => (this.onMet = resolve));
    this.transport.start(PeerId.toBytes(this.key.peerId), {
      onRoster: (roster) => roster[0] && this.transport.dial(roster[0].rendezvous),
      onRelayState: () => undefined,
      onLink: (info) => this.greet(info),
      onMessage: (_link, bytes) => this.receive(bytes),
      onDrain: () => undefined,
      onClosed: (link, _rendezvous, reason) => link !== undefined && this.onClosed(reason),
    });
    await met;
  }

  sendGarbage(): void {
    this.transport.send(this.info.link, Uint8Array.of(0xff, 1, 2, 3), 'control');
  }

  sendTamperedBlock(): void {
    const { engine, tip } = this.index;
    const ledger = createLedger(engine.spec, this.index.genesis.hash);
    const height = tip.height + 1;
    const bodyOf = (amount: bigint): Body => ({
      seal: new Uint8Array(0),
      transactions: [ledger.makeCoinbase(this.key.publicKey, height, amount)],
    });
    const honest = bodyOf(ledger.subsidyAt(height));
    const header: Header = {
      version: 1,
      extraNonce: 0,
      prevHash: tip.hash,
      bodyRoot: bodyRootOf(honest),
      stateRoot: new Uint8Array(32),
      timeS: Math.max(Math.floor(Date.now() / 1000), medianTimePast(tip) + 1),
      bits: engine.nextBits(tip),
      nonce: 0,
    };
    const search = new NonceSearch(encodeHeader(header), targetBytes(targetFromBits(header.bits)!));
    let found = search.step(SCAN_STEP);
    while (!found.header && !search.isExhausted) found = search.step(SCAN_STEP);
    if (!found.header) throw new Error('no nonce found');
    this.tampered = { header: found.header, body: encodeBody(bodyOf(1n)) };
    this.send({ type: 'inv', kind: 'block', ids: [hashHeader(found.header)] });
  }

  private greet(info: LinkInfo): void {
    this.info = info;
    const { hash, height, chainwork } = this.index.tip;
    const greeting = { genesisHash: this.index.genesis.hash, tipHash: hash, tipHeight: height, chainwork };
    this.ownHello = makeHello(greeting, this.key, new WebRng());
    this.send(this.ownHello);
  }

  private receive(bytes: Uint8Array): void {
    const decoded = decodeMessage(bytes);
    if (!decoded.ok) throw new Error(`the victim sent ${decoded.code}`);
    const message = decoded.value;
    switch (message.type) {
      case 'hello':
        return this.send({
          type: 'auth',
          signature: signHandshake(this.key, this.info.channelBinding, this.ownHello, message),
        });
      case 'auth':
        this.send({ type: 'getHeaders', locator: this.index.locator(), stop: undefined, max: 2000 });
        return;
      case 'ping':
        return this.send({ type: 'pong', nonce: message.nonce });
      case 'headers':
        for (const { header } of message.headers) this.index.insert(header, Math.floor(Date.now() / 1000));
        return this.onMet();
      case 'getHeaders':
        return this.send({
          type: 'headers',
          headers: this.tampered ? [{ header: this.tampered.header, seal: new Uint8Array(0) }] : [],
        });
      case 'getBlocks':
        if (this.tampered) this.send({ type: 'block', ...this.tampered });
        return;
      default:
        return;
    }
  }

  private send(message: PeerMessage): void {
    this.transport.send(this.info.link, encodeMessage(message), 'control');
  }
}

Object.assign(window, { hostile: new HostilePeer() });
