/**
 * Headers first: asks peers that claim more work for the headers that show it. A header costs its author real work and
 * us one hash; bodies are fetched only along the chain that its headers have proved best.
 */
import { NO_SEAL } from '../core/block.ts';
import type { BlockHash } from '../core/ids.ts';
import type { HeaderIndex } from '../core/header-index.ts';
import type { IndexedHeader } from '../core/indexed-header.ts';
import { HEADERS_MAX, type PeerMessage } from '../core/wire.ts';
import { blockPoints } from './blame.ts';
import type { ChainManager } from './chain-manager.ts';
import type { ClockWatch } from './clock-watch.ts';
import { HEADERS_TIMEOUT_MS, PROMISES_CREDITED } from './params.ts';
import type { Peer } from './peer.ts';
import type { PeerManager } from './peer-manager.ts';
import { PeerRequests } from './peer-requests.ts';
import type { Clock } from './ports.ts';

type HeadersMessage = Extract<PeerMessage, { type: 'headers' }>;
type GetHeadersMessage = Extract<PeerMessage, { type: 'getHeaders' }>;

export class HeaderSync {
  private readonly asked: PeerRequests<Peer>;
  /** Height that a peer's answers have reached, while they take more than one message. */
  private readonly reached = new Map<Peer, number>();
  /** A block that a peer told of, so that we asked for its header. */
  private readonly promised = new Map<Peer, BlockHash>();
  /** How many such blocks it may still fail to show. */
  private readonly credit = new Map<Peer, number>();
  private readonly chain: ChainManager;
  private readonly index: HeaderIndex;
  private readonly peers: PeerManager;
  private readonly clockWatch: ClockWatch;
  private readonly onProgress: () => void;

  constructor(
    clock: Clock,
    chain: ChainManager,
    index: HeaderIndex,
    peers: PeerManager,
    clockWatch: ClockWatch,
    onProgress: () => void,
  ) {
    this.chain = chain;
    this.index = index;
    this.peers = peers;
    this.clockWatch = clockWatch;
    this.onProgress = onProgress;
    this.asked = new PeerRequests(clock, HEADERS_TIMEOUT_MS, (peer) => this.peers.drop(peer, 'headers-timeout'));
  }

  /** Headers are on their way. */
  get isBusy(): boolean {
    return this.asked.size > 0;
  }

  onPeer(peer: Peer): void {
    if (peer.chainwork > this.index.tip.chainwork || !this.index.get(peer.tipHash)) this.ask(peer);
  }

  onGone(peer: Peer): void {
    this.asked.release(peer);
    this.reached.delete(peer);
    this.promised.delete(peer);
    this.credit.delete(peer);
    this.onProgress();
  }

  /** A peer told of a block whose place is not known here. Who tells of blocks without showing them is no friend. */
  askFor(peer: Peer, hash: BlockHash): void {
    if (this.asked.has(peer)) return;
    this.promised.set(peer, hash);
    this.ask(peer);
  }

  /**
   * One question at a time to each peer; its answer asks the next.
   * @param from  where to go on: its chain is not always our best one
   */
  ask(peer: Peer, from: IndexedHeader = this.index.get(peer.tipHash) ?? this.index.tip): void {
    if (this.asked.has(peer)) return;
    const locator = this.index.locator(from);
    if (this.peers.send(peer, { type: 'getHeaders', locator, stop: undefined, max: HEADERS_MAX }))
      this.asked.add(peer, peer);
  }

  onHeaders(peer: Peer, { headers }: HeadersMessage): void {
    const expected = this.asked.take(peer, peer);
    if (!expected) return this.peers.punish(peer, 'unasked-headers', 20);
    let last: IndexedHeader | undefined;
    for (const { header, seal } of headers) {
      const inserted = this.chain.submitHeader(header, seal);
      if (!inserted.ok) {
        if (inserted.code === 'time-too-new') this.clockWatch.onRefused(headers.map((each) => each.header));
        const points = blockPoints(inserted.code);
        if (points > 0) this.peers.punish(peer, inserted.code, points);
        this.reached.delete(peer);
        this.promised.delete(peer);
        this.onProgress();
        return;
      }
      last = inserted.value;
      noteTip(peer, last);
    }
    // Only upwards: the same headers over and over would keep us asking for ever.
    if (last && headers.length === HEADERS_MAX && last.height > (this.reached.get(peer) ?? 0)) {
      this.reached.set(peer, last.height);
      this.ask(peer, last);
    } else {
      this.reached.delete(peer);
      const promised = this.promised.get(peer);
      if (promised) this.judgePromise(peer, this.index.get(promised) !== undefined);
      this.promised.delete(peer);
    }
    this.onProgress();
  }

  /** A reorg between telling and asking happens to the honest too, but less often than a block that is shown. */
  private judgePromise(peer: Peer, isKept: boolean): void {
    const credit = this.credit.get(peer) ?? PROMISES_CREDITED;
    if (isKept) this.credit.set(peer, Math.min(PROMISES_CREDITED, credit + 1));
    else if (credit > 0) this.credit.set(peer, credit - 1);
    else this.peers.punish(peer, 'headers-withheld', 5);
  }

  /** What the peer lacks of the chain whose bodies we have: never headers that we could not back with blocks. */
  onGetHeaders(peer: Peer, { locator, stop, max }: GetHeadersMessage): void {
    const after = this.index.headersAfter(locator, max, this.chain.tip);
    const end = stop === undefined ? -1 : after.findIndex(({ hash }) => hash === stop);
    const wanted = end < 0 ? after : after.slice(0, end + 1);
    const headers = wanted.map(({ encoded }) => ({ header: encoded, seal: NO_SEAL }));
    this.peers.send(peer, { type: 'headers', headers });
  }

  stop(): void {
    this.asked.clear();
    this.reached.clear();
    this.promised.clear();
    this.credit.clear();
  }
}

/** A header the peer showed us is at least as good as its last claim. */
export function noteTip(peer: Peer, shown: { hash: BlockHash; height: number; chainwork: bigint }): void {
  if (shown.height < peer.tipHeight && shown.chainwork < peer.chainwork) return;
  peer.tipHash = shown.hash;
  peer.tipHeight = shown.height;
  peer.chainwork = shown.chainwork;
}
