/** A tab that speaks the wire protocol and does what a test tells it: honest in the handshake, unless told otherwise. */
import { equalBytes } from '../../src/core/bytes.ts';
import { PeerId, type BlockHash } from '../../src/core/ids.ts';
import { assert } from '../../src/core/result.ts';
import { decodeMessage, encodeMessage, type Hello, type MessageOf, type PeerMessage } from '../../src/core/wire.ts';
import { makeHello, makeSessionKey, signHandshake, type SessionKey } from '../../src/node/handshake.ts';
import type { LinkInfo, Rng, RosterEntry, Transport } from '../../src/node/ports.ts';

export interface Manner {
  /** What it says of its chain. */
  readonly genesisHash: BlockHash;
  readonly tip?: { readonly hash: BlockHash; readonly height: number; readonly chainwork: bigint };
  readonly key?: SessionKey;
  /** Its hello, once it has heard the other's. */
  readonly hello?: (honest: Hello, theirs: Hello) => Hello;
  /** Does not speak at all, or stops after the handshake. */
  readonly silent?: 'always' | 'after-handshake';
  /** The channel binding it signs: another one when somebody sits between the two. */
  readonly binding?: (honest: Uint8Array) => Uint8Array;
  /** Answers what comes after the handshake; pings are answered anyway. */
  readonly on?: (peer: ScriptedPeer, message: PeerMessage) => void;
}

export class ScriptedPeer {
  readonly key: SessionKey;
  readonly received: PeerMessage[] = [];
  /** Why its links closed. */
  readonly closed: string[] = [];
  private readonly transport: Transport;
  private readonly rng: Rng;
  private readonly manner: Manner;
  private hasDialled = false;
  private link: LinkInfo | undefined;
  private ownHello: Hello | undefined;

  constructor(transport: Transport, rng: Rng, manner: Manner) {
    this.transport = transport;
    this.rng = rng;
    this.manner = manner;
    this.key = manner.key ?? makeSessionKey(rng);
  }

  /** Enters the room, and dials who is there with that presence, once. */
  dial(peerId: PeerId): void {
    // Without a presence nobody dials it.
    this.enter(new Uint8Array(0), (roster) => {
      for (const { rendezvous, presence } of roster) {
        if (this.hasDialled || !equalBytes(presence, PeerId.toBytes(peerId))) continue;
        this.hasDialled = true;
        this.transport.dial(rendezvous);
      }
    });
  }

  /** Enters the room, and dials nobody. */
  wait(): void {
    this.enter(PeerId.toBytes(this.key.peerId), () => undefined);
  }

  private enter(presence: Uint8Array, onRoster: (roster: readonly RosterEntry[]) => void): void {
    this.transport.start(presence, {
      onRoster,
      onRelayState: () => undefined,
      onLink: (info) => this.open(info),
      onMessage: (_link, bytes) => this.receive(bytes),
      onDrain: () => undefined,
      onClosed: (_link, _rendezvous, reason) => void this.closed.push(reason),
    });
  }

  /** Whether the other side has been heard on a link. */
  get isLinked(): boolean {
    return this.received.length > 0;
  }

  send(message: PeerMessage): void {
    this.sendBytes(encodeMessage(message));
  }

  sendBytes(bytes: Uint8Array): void {
    assert(this.link, 'not linked');
    this.transport.send(this.link.link, bytes, 'control');
  }

  /** Messages of a type, in the order they came. */
  heard<T extends PeerMessage['type']>(type: T): MessageOf<T>[] {
    return this.received.filter((message): message is MessageOf<T> => message.type === type);
  }

  private open(info: LinkInfo): void {
    this.link = info;
    const { genesisHash, tip, hello, silent } = this.manner;
    if (silent === 'always') return;
    const { hash: tipHash, height: tipHeight, chainwork } = tip ?? { hash: genesisHash, height: 0, chainwork: 1n };
    this.ownHello = makeHello({ genesisHash, tipHash, tipHeight, chainwork }, this.key, this.rng);
    if (!hello) this.send(this.ownHello);
  }

  private receive(bytes: Uint8Array): void {
    const decoded = decodeMessage(bytes);
    assert(decoded.ok, 'a real node sends real messages');
    const message = decoded.value;
    this.received.push(message);
    const { silent, binding, on, hello } = this.manner;
    if (silent === 'always' || !this.ownHello) return;
    if (message.type === 'hello') {
      if (hello) this.send((this.ownHello = hello(this.ownHello, message)));
      const honest = this.link!.channelBinding;
      const signature = signHandshake(this.key, binding?.(honest) ?? honest, this.ownHello, message);
      this.send({ type: 'auth', signature });
    } else if (silent !== 'after-handshake' && message.type !== 'auth') {
      if (message.type === 'ping') this.send({ type: 'pong', nonce: message.nonce });
      else on?.(this, message);
    }
  }
}
