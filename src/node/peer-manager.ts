/**
 * Links become peers here: handshake, liveness, rate, misbehavior, bans. Everything above speaks to `Peer`s and decoded
 * messages only; this is the one place that punishes.
 */
import { PeerId } from '../core/ids.ts';
import { decodeMessage, encodeMessage, isAnswer, type Hello, type PeerMessage } from '../core/wire.ts';
import { BoundedMap } from './bounded.ts';
import { checkHandshake, checkHello, makeHello, signHandshake, type Greeting, type SessionKey } from './handshake.ts';
import { Mesh } from './mesh.ts';
import {
  ANSWERS_EXPECTED_MAX,
  BAN_MS,
  BANS_MAX,
  GONE_PEERS_SHOWN,
  HANDSHAKE_TIMEOUT_MS,
  LINKS_MAX,
  MISBEHAVIOR_MAX,
  OWN_LINKS_MIN,
  PEER_MESSAGES_BURST,
  PEER_MESSAGES_PER_SECOND,
  PEER_SILENT_MS,
  LATENCY_INTERVAL_MS,
  PING_INTERVAL_MS,
  POINT_FORGIVEN_MS,
  SLEEP_GAP_MS,
} from './params.ts';
import { makePeer, type Peer } from './peer.ts';
import type { Clock, LinkId, LinkInfo, Priority, RelayState, RendezvousId, Rng, Transport } from './ports.ts';

export interface PeerHandlers {
  /** @param told  the hello it had from us: our chain may have moved since */
  onPeer(peer: Peer, told: Hello): void;
  onMessage(peer: Peer, message: PeerMessage): void;
  onGone(peer: Peer, reason: string): void;
  /** The peer's bulk queue has room again. */
  onDrain(peer: Peer): void;
  /** Something a person could look at has changed. */
  onChanged(): void;
}

export interface GonePeer {
  readonly peerId: PeerId | undefined;
  readonly reason: string;
  readonly atMs: number;
  readonly banned: boolean;
}

/** A link on its way to being a peer. */
interface Session {
  readonly info: LinkInfo;
  readonly ownHello: Hello;
  /** What the other side said it is; it has shown so once it is a peer. */
  theirs: { readonly hello: Hello; readonly id: PeerId } | undefined;
  peer: Peer | undefined;
  lastHeardMs: number;
  pingNonce: number;
  pingSentMs: number | undefined;
  lastPingMs: number;
  tokens: number;
  tokensAtMs: number;
  /** Answers that we have asked for and that have not come. */
  expected: number;
  cancelHandshakeTimer: () => void;
}

export class PeerManager {
  private readonly sessions = new Map<LinkId, Session>();
  /** Of the sessions whose handshake is done: asked for at every block and message. */
  private linked: readonly Peer[] = [];
  private readonly bans = new BoundedMap<PeerId, number>(BANS_MAX);
  private readonly goneRows: GonePeer[] = [];
  /** Why we closed a link, until the transport confirms. */
  private readonly closing = new Map<LinkId, { reason: string; banned: boolean }>();
  private readonly mesh: Mesh;
  private cancelTick: () => void = () => undefined;
  private cancelForgiving: () => void = () => undefined;
  private lastTickMs = 0;
  private relay: RelayState = 'connecting';
  private readonly clock: Clock;
  private readonly rng: Rng;
  private readonly transport: Transport;
  private readonly key: SessionKey;
  private readonly greet: () => Greeting;
  private readonly handlers: PeerHandlers;

  constructor(
    ports: { clock: Clock; rng: Rng; transport: Transport },
    key: SessionKey,
    greet: () => Greeting,
    handlers: PeerHandlers,
  ) {
    this.clock = ports.clock;
    this.rng = ports.rng;
    this.transport = ports.transport;
    this.key = key;
    this.greet = greet;
    this.handlers = handlers;
    this.mesh = new Mesh(ports.clock, ports.rng, key.peerId, {
      dial: (rendezvous) => this.transport.dial(rendezvous),
      linkedPeers: () => this.peers(),
      linkCount: () => this.sessions.size,
      ownLinkCount: () => this.ownLinks,
      linkedNames: () => new Set([...this.sessions.values()].map(({ info }) => info.rendezvous)),
      isBanned: (id) => this.isBanned(id),
    });
  }

  start(): void {
    this.transport.start(PeerId.toBytes(this.key.peerId), {
      onRoster: (roster) => {
        this.mesh.setRoster(roster);
        this.handlers.onChanged();
      },
      onRelayState: (state) => {
        this.relay = state;
        this.handlers.onChanged();
      },
      onLink: (info) => this.openSession(info),
      onMessage: (link, bytes) => this.receive(link, bytes),
      onDrain: (link) => {
        const peer = this.sessions.get(link)?.peer;
        if (peer) this.handlers.onDrain(peer);
      },
      onClosed: (link, rendezvous, reason) => this.onClosed(link, rendezvous, reason),
    });
    this.lastTickMs = this.clock.nowMs();
    this.cancelTick = this.clock.after(PING_INTERVAL_MS, () => this.tick());
    this.cancelForgiving = this.clock.after(POINT_FORGIVEN_MS, () => this.forgive());
  }

  stop(): void {
    this.cancelTick();
    this.cancelForgiving();
    this.mesh.stop();
    for (const session of this.sessions.values()) session.cancelHandshakeTimer();
    this.transport.stop();
  }

  get relayState(): RelayState {
    return this.relay;
  }

  get rosterCount(): number {
    return this.mesh.rosterCount;
  }

  /** Newest first. */
  get gone(): readonly GonePeer[] {
    return this.goneRows;
  }

  peers(): readonly Peer[] {
    return this.linked;
  }

  /** False when the peer cannot take it now. At control priority a full queue means a peer that does not read: it is dropped. */
  send(peer: Peer, message: PeerMessage, priority: Priority = 'control'): boolean {
    const bytes = encodeMessage(message);
    const sent = this.transport.send(peer.link, bytes, priority);
    if (sent) {
      peer.bytesOut += bytes.length;
      this.expectAnswers(peer, answersTo(message));
    } else if (priority === 'control' && this.sessions.has(peer.link)) this.drop(peer, 'slow-reader');
    return sent;
  }

  /**
   * Adds to a peer's misbehavior score.
   * @param code  the reject code of what it sent
   * @param points  MISBEHAVIOR_MAX drops and bans at once
   */
  punish(peer: Peer, code: string, points: number): void {
    peer.score += points;
    if (peer.score >= MISBEHAVIOR_MAX) this.close(peer.link, code, true);
    else this.handlers.onChanged();
  }

  drop(peer: Peer, reason: string): void {
    this.close(peer.link, reason, false);
  }

  private openSession(info: LinkInfo): void {
    const session: Session = {
      info,
      ownHello: makeHello(this.greet(), this.key, this.rng),
      theirs: undefined,
      peer: undefined,
      lastHeardMs: this.clock.nowMs(),
      pingNonce: 0,
      pingSentMs: undefined,
      lastPingMs: this.clock.nowMs(),
      tokens: PEER_MESSAGES_BURST,
      tokensAtMs: this.clock.nowMs(),
      expected: 0,
      cancelHandshakeTimer: this.clock.after(HANDSHAKE_TIMEOUT_MS, () =>
        this.close(info.link, 'handshake-timeout', false),
      ),
    };
    this.sessions.set(info.link, session);
    this.mesh.onOpened(info.rendezvous);
    const linksMax = info.outbound ? LINKS_MAX : LINKS_MAX - this.placesKept;
    if (this.sessions.size > linksMax) this.close(info.link, 'links-full', false);
    else this.transport.send(info.link, encodeMessage(session.ownHello), 'control');
  }

  /** Places that only links of our own choice get. */
  private get placesKept(): number {
    return Math.max(0, OWN_LINKS_MIN - this.ownLinks);
  }

  private get ownLinks(): number {
    let own = 0;
    for (const { info } of this.sessions.values()) if (info.outbound) own++;
    return own;
  }

  private receive(link: LinkId, bytes: Uint8Array): void {
    const session = this.sessions.get(link);
    if (!session || this.closing.has(link)) return;
    session.lastHeardMs = this.clock.nowMs();
    if (session.peer) session.peer.bytesIn += bytes.length;
    if (!this.isPaid(session, bytes)) return this.close(link, 'message-flood', true);
    const decoded = decodeMessage(bytes);
    if (!decoded.ok) return this.close(link, `message-${decoded.code}`, true);
    const message = decoded.value;
    if (message.type === 'bye') return this.close(link, `remote:${message.reason}`, false);
    if (!session.peer) return this.shakeHands(session, message);
    switch (message.type) {
      case 'hello':
      case 'auth':
        return this.punish(session.peer, 'repeated-handshake', MISBEHAVIOR_MAX);
      case 'ping':
        this.send(session.peer, { type: 'pong', nonce: message.nonce });
        return;
      case 'pong':
        return this.onPong(session, session.peer, message.nonce);
      default:
        this.handlers.onMessage(session.peer, message);
    }
  }

  private shakeHands(session: Session, message: PeerMessage): void {
    const { link, channelBinding } = session.info;
    if (message.type === 'hello' && !session.theirs) {
      const checked = checkHello(message, session.ownHello);
      if (!checked.ok) return this.close(link, checked.code, false);
      if (this.isBanned(checked.value)) return this.close(link, 'banned', false);
      session.theirs = { hello: message, id: checked.value };
      const signature = signHandshake(this.key, channelBinding, session.ownHello, message);
      this.transport.send(link, encodeMessage({ type: 'auth', signature }), 'control');
      return;
    }
    if (message.type !== 'auth' || !session.theirs) return this.close(link, 'message-before-handshake', false);
    if (!checkHandshake(message.signature, channelBinding, session.ownHello, session.theirs.hello)) {
      return this.close(link, 'bad-auth', false);
    }
    this.admit(session, session.theirs.hello, session.theirs.id);
  }

  private admit(session: Session, hello: Hello, id: PeerId): void {
    const twin = this.peers().find((peer) => peer.id === id);
    if (twin && (this.isPreferred(twin.outbound, id) || !this.isPreferred(session.info.outbound, id))) {
      return this.close(session.info.link, 'duplicate', false);
    }
    if (twin) this.close(twin.link, 'duplicate', false);
    session.cancelHandshakeTimer();
    session.peer = makePeer({
      link: session.info.link,
      rendezvous: session.info.rendezvous,
      id,
      outbound: session.info.outbound,
      connectedAtMs: this.clock.nowMs(),
      tipHash: hello.tipHash,
      tipHeight: hello.tipHeight,
      chainwork: hello.chainwork,
    });
    this.linked = [...this.linked, session.peer];
    this.mesh.onLinked();
    this.handlers.onPeer(session.peer, session.ownHello);
    this.handlers.onChanged();
    this.sendPing(session, session.peer);
  }

  /** Of two links between the same two nodes, the one the lower peer id dialled stays: both ends judge alike. */
  private isPreferred(outbound: boolean, id: PeerId): boolean {
    return outbound === this.key.peerId < id;
  }

  private tick(): void {
    const nowMs = this.clock.nowMs();
    const slept = nowMs - this.lastTickMs > SLEEP_GAP_MS;
    // A clock set back must not put off pings and time-outs until it has caught up.
    const isBack = nowMs < this.lastTickMs;
    this.lastTickMs = nowMs;
    for (const session of [...this.sessions.values()]) {
      if (isBack) session.lastHeardMs = session.lastPingMs = nowMs;
      if (slept) session.lastHeardMs = nowMs;
      else if (nowMs - session.lastHeardMs > PEER_SILENT_MS) this.close(session.info.link, 'timeout', false);
      if (session.peer && isPingDue(session, nowMs)) this.sendPing(session, session.peer);
    }
    this.mesh.tick();
    this.cancelTick = this.clock.after(PING_INTERVAL_MS, () => this.tick());
  }

  private forgive(): void {
    for (const peer of this.linked) peer.score = Math.max(0, peer.score - 1);
    this.handlers.onChanged();
    this.cancelForgiving = this.clock.after(POINT_FORGIVEN_MS, () => this.forgive());
  }

  private sendPing(session: Session, peer: Peer): void {
    if (session.pingSentMs !== undefined) return;
    session.pingNonce = (session.pingNonce + 1) >>> 0;
    session.pingSentMs = session.lastPingMs = this.clock.nowMs();
    this.send(peer, { type: 'ping', nonce: session.pingNonce });
  }

  private onPong(session: Session, peer: Peer, nonce: number): void {
    if (session.pingSentMs === undefined || nonce !== session.pingNonce) return this.punish(peer, 'unasked-pong', 10);
    peer.latencyMs = Math.max(0, this.clock.nowMs() - session.pingSentMs);
    session.pingSentMs = undefined;
    this.handlers.onChanged();
  }

  /** What we ask for is no flood, however fast it comes; anything else costs a token. */
  private isPaid(session: Session, bytes: Uint8Array): boolean {
    if (session.expected > 0 && isAnswer(bytes)) {
      session.expected--;
      return true;
    }
    const nowMs = this.clock.nowMs();
    const earned = (Math.max(0, nowMs - session.tokensAtMs) * PEER_MESSAGES_PER_SECOND) / 1000;
    session.tokens = Math.min(PEER_MESSAGES_BURST, session.tokens + earned) - 1;
    session.tokensAtMs = nowMs;
    return session.tokens >= 0;
  }

  /** Bounded, since a question may come to nothing, or be answered by one `notFound` for many. */
  private expectAnswers(peer: Peer, answers: number): void {
    const session = this.sessions.get(peer.link);
    if (session) session.expected = Math.min(ANSWERS_EXPECTED_MAX, session.expected + answers);
  }

  private close(link: LinkId, reason: string, ban: boolean): void {
    const session = this.sessions.get(link);
    if (!session || this.closing.has(link)) return;
    const banned = ban && session.peer !== undefined;
    if (ban && session.peer) this.bans.set(session.peer.id, this.clock.nowMs() + BAN_MS);
    this.closing.set(link, { reason, banned });
    this.transport.close(link, reason);
  }

  private onClosed(link: LinkId | undefined, rendezvous: RendezvousId, reason: string): void {
    this.mesh.onClosed(rendezvous);
    if (link === undefined) {
      this.remember({ peerId: undefined, reason, atMs: this.clock.nowMs(), banned: false });
      return this.handlers.onChanged();
    }
    const session = this.sessions.get(link);
    if (!session) return;
    session.cancelHandshakeTimer();
    this.sessions.delete(link);
    this.linked = this.linked.filter((peer) => peer !== session.peer);
    const ours = this.closing.get(link);
    this.closing.delete(link);
    const why = ours?.reason ?? reason;
    this.remember({ peerId: session.peer?.id, reason: why, atMs: this.clock.nowMs(), banned: ours?.banned ?? false });
    if (session.peer) this.handlers.onGone(session.peer, why);
    this.handlers.onChanged();
  }

  private remember(row: GonePeer): void {
    this.goneRows.unshift(row);
    if (this.goneRows.length > GONE_PEERS_SHOWN) this.goneRows.pop();
  }

  private isBanned(id: PeerId): boolean {
    const untilMs = this.bans.get(id);
    if (untilMs === undefined) return false;
    if (untilMs > this.clock.nowMs()) return true;
    this.bans.delete(id);
    return false;
  }
}

/** Whoever is heard anyway is alive; how far away it is, is measured now and then all the same. */
function isPingDue({ lastHeardMs, lastPingMs }: Session, nowMs: number): boolean {
  return nowMs - lastHeardMs >= PING_INTERVAL_MS || nowMs - lastPingMs >= LATENCY_INTERVAL_MS;
}

/** Messages that a question asks for. */
function answersTo(message: PeerMessage): number {
  switch (message.type) {
    case 'getBlocks':
      return message.hashes.length;
    case 'getTx':
      return message.ids.length;
    case 'getHeaders':
    case 'getBlockTxs':
    case 'getHave':
    case 'getChunk':
    case 'ping':
      return 1;
    default:
      return 0;
  }
}
