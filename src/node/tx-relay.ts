/**
 * Transactions between peers: ids are told, transactions are pulled, each from one peer at a time. A few peers are told
 * at once, the others later; what a peer told us or was told is not told again, so most links carry an id only once.
 */
import type { TxId } from '../core/ids.ts';
import type { Mempool } from '../core/mempool.ts';
import { decodeTransaction, encodeTransaction, txIdOf, type Transaction } from '../core/transaction.ts';
import { GET_TX_MAX, INV_MAX, type PeerMessage } from '../core/wire.ts';
import { BoundedSet } from './bounded.ts';
import { drawn } from './lot.ts';
import {
  CONFIRMED_TXIDS_MAX,
  INV_DELAY_MS,
  MISBEHAVIOR_MAX,
  REFUSED_TXIDS_MAX,
  TURNED_AWAY_MAX,
  TURNED_AWAY_RETRY_MS,
  TX_REQUESTS_IN_FLIGHT_PER_PEER,
  TX_REST_DELAY_MS,
  TX_TIMEOUT_MS,
  TXS_TOLD_AT_ONCE,
} from './params.ts';
import type { Peer } from './peer.ts';
import type { PeerManager } from './peer-manager.ts';
import { PeerRequests } from './peer-requests.ts';
import type { Clock, Rng } from './ports.ts';
import { ServeQueue } from './serve-queue.ts';
import type { Admission } from './tx-admission.ts';

export interface TxRelayParts {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly mempool: Mempool;
  readonly peers: PeerManager;
  submit(tx: Transaction): Promise<Admission>;
  onFault(fault: unknown): void;
}

export class TxRelay {
  private readonly asked: PeerRequests<TxId>;
  private readonly serving: ServeQueue;
  private readonly refused = new BoundedSet<TxId>(REFUSED_TXIDS_MAX);
  private readonly confirmed = new BoundedSet<TxId>(CONFIRMED_TXIDS_MAX);
  /** Told to nobody yet. */
  private fresh = new Set<TxId>();
  /** Told to a few. */
  private spreading = new Set<TxId>();
  /** Brought by each peer and not judged yet: bounded, so that no peer alone fills the queue. */
  private readonly judging = new Map<Peer, number>();
  private readonly turnedAway = new BoundedSet<TxId>(TURNED_AWAY_MAX);
  private cancelRetry: (() => void) | undefined;
  private cancelFirst: (() => void) | undefined;
  private cancelRest: (() => void) | undefined;
  private readonly parts: TxRelayParts;

  constructor(parts: TxRelayParts) {
    this.parts = parts;
    const bounds = { answersMax: 2 * TX_REQUESTS_IN_FLIGHT_PER_PEER, readAhead: 0 };
    this.serving = new ServeQueue(parts.peers, bounds, (fault) => parts.onFault(fault));
    this.asked = new PeerRequests(parts.clock, TX_TIMEOUT_MS, (peer, id) => this.askOthers([id], peer));
  }

  /** A newcomer hears of the best that waits. */
  onPeer(peer: Peer): void {
    const ids = this.parts.mempool
      .ordered()
      .slice(0, INV_MAX)
      .map(({ id }) => id);
    this.tell(peer, ids);
  }

  onDrain(peer: Peer): void {
    this.serving.onDrain(peer);
  }

  onGone(peer: Peer): void {
    this.serving.onGone(peer);
    this.askOthers(this.asked.release(peer));
  }

  onAdmitted(tx: Transaction): void {
    this.fresh.add(txIdOf(tx));
    this.cancelFirst ??= this.parts.clock.after(INV_DELAY_MS, () => this.tellSome());
  }

  /** What still waits though it was told before: peers may have let it go meanwhile. */
  announceAgain(txs: readonly Transaction[]): void {
    for (const tx of txs) {
      const id = txIdOf(tx);
      if (!this.parts.mempool.byTxId(id)) continue;
      for (const peer of this.parts.peers.peers()) peer.knownTxs.delete(id);
      this.onAdmitted(tx);
    }
  }

  /**
   * A new tip: what was refused on the old one may be fine now; what is in blocks is told of no more.
   * @param confirmed  of the blocks put on
   * @param disconnected  of those taken off, lowest block first
   */
  onTipChange(confirmed: readonly Transaction[], disconnected: readonly Transaction[]): void {
    this.refused.clear();
    for (const tx of disconnected) this.confirmed.delete(txIdOf(tx));
    const peers = this.parts.peers.peers();
    for (const tx of confirmed) {
      const id = txIdOf(tx);
      this.confirmed.add(id);
      for (const peer of peers) peer.knownTxs.delete(id);
    }
    this.announceAgain(disconnected);
  }

  onInv(peer: Peer, ids: readonly TxId[]): void {
    const wanted: TxId[] = [];
    for (const id of ids) {
      if (!this.confirmed.has(id)) peer.knownTxs.add(id);
      if (!this.isWanted(id)) continue;
      if (!this.hasRoom(peer)) {
        this.askLater(id);
        continue;
      }
      this.asked.add(peer, id);
      wanted.push(id);
    }
    this.askFor(peer, wanted);
  }

  onGetTx(peer: Peer, ids: readonly TxId[]): void {
    const missing: TxId[] = [];
    for (const id of ids) {
      const entry = this.parts.mempool.byTxId(id);
      if (!entry) {
        missing.push(id);
        continue;
      }
      peer.knownTxs.add(id);
      const message: PeerMessage = { type: 'tx', transaction: encodeTransaction(entry.tx) };
      this.serving.push(peer, () => Promise.resolve(() => message));
    }
    if (missing.length > 0) this.parts.peers.send(peer, { type: 'notFound', kind: 'tx', ids: missing });
  }

  async onTx(peer: Peer, bytes: Uint8Array): Promise<void> {
    const decoded = decodeTransaction(bytes);
    if (!decoded.ok) return this.parts.peers.punish(peer, `tx-${decoded.code}`, MISBEHAVIOR_MAX);
    const id = txIdOf(decoded.value);
    const isExpected = this.asked.take(peer, id) || peer.knownTxs.has(id);
    if (!isExpected) return this.parts.peers.punish(peer, 'unasked-tx', 10);
    peer.knownTxs.add(id);
    if (this.refused.has(id)) return;
    if (this.judgingOf(peer) >= TX_REQUESTS_IN_FLIGHT_PER_PEER) return this.bringAgain(peer, id);
    this.judging.set(peer, this.judgingOf(peer) + 1);
    try {
      const admission = await this.parts.submit(decoded.value);
      if (admission.ok) return;
      if (admission.code === 'admission-full') return this.bringAgain(peer, id);
      this.refused.add(id);
      if (admission.never) this.parts.peers.punish(peer, admission.code, MISBEHAVIOR_MAX);
    } catch (fault) {
      this.parts.onFault(fault);
    } finally {
      const left = this.judgingOf(peer) - 1;
      if (left > 0) this.judging.set(peer, left);
      else this.judging.delete(peer);
    }
  }

  onNotFound(peer: Peer, ids: readonly TxId[]): void {
    const again: TxId[] = [];
    for (const id of ids) {
      peer.knownTxs.delete(id);
      if (this.asked.take(peer, id)) again.push(id);
    }
    this.askOthers(again);
  }

  stop(): void {
    this.cancelFirst?.();
    this.cancelRest?.();
    this.cancelRetry?.();
    this.asked.clear();
  }

  private judgingOf(peer: Peer): number {
    return this.judging.get(peer) ?? 0;
  }

  /** Too busy to look at it: that says nothing of the transaction, and nobody will tell of it a second time. */
  private bringAgain(peer: Peer, id: TxId): void {
    peer.knownTxs.add(id);
    this.askLater(id);
  }

  private askLater(id: TxId): void {
    this.turnedAway.add(id);
    this.cancelRetry ??= this.parts.clock.after(TURNED_AWAY_RETRY_MS, () => {
      this.cancelRetry = undefined;
      const ids = [...this.turnedAway];
      this.turnedAway.clear();
      this.askOthers(ids);
    });
  }

  private hasRoom(peer: Peer): boolean {
    return this.asked.countOf(peer) + this.judgingOf(peer) < TX_REQUESTS_IN_FLIGHT_PER_PEER;
  }

  private askFor(peer: Peer, ids: readonly TxId[]): void {
    for (let i = 0; i < ids.length; i += GET_TX_MAX) {
      this.parts.peers.send(peer, { type: 'getTx', ids: ids.slice(i, i + GET_TX_MAX) });
    }
  }

  private isWanted(id: TxId): boolean {
    if (this.confirmed.has(id) || this.refused.has(id)) return false;
    return !this.parts.mempool.byTxId(id) && !this.asked.has(id);
  }

  private askOthers(ids: readonly TxId[], except?: Peer): void {
    const { peers, rng } = this.parts;
    const chosen = new Map<Peer, TxId[]>();
    for (const id of ids) {
      if (!this.isWanted(id)) continue;
      const knowing = peers.peers().filter((other) => other !== except && other.knownTxs.has(id));
      // By lot: whoever was first to tell may have friends who were second.
      const [peer] = drawn(rng, knowing, 1);
      if (!peer) continue;
      if (!this.hasRoom(peer)) {
        this.askLater(id);
        continue;
      }
      // Not asked a third time: the next to tell us of it will be.
      peer.knownTxs.delete(id);
      this.asked.add(peer, id);
      const asked = chosen.get(peer);
      if (asked) asked.push(id);
      else chosen.set(peer, [id]);
    }
    for (const [peer, asked] of chosen) this.askFor(peer, asked);
  }

  private tellSome(): void {
    this.cancelFirst = undefined;
    const { clock, peers, rng } = this.parts;
    const ids = this.waiting(this.fresh);
    this.fresh = new Set();
    const ignorant = peers.peers().filter((peer) => ids.some((id) => !peer.knownTxs.has(id)));
    for (const peer of drawn(rng, ignorant, TXS_TOLD_AT_ONCE)) this.tell(peer, ids);
    if (ignorant.length <= TXS_TOLD_AT_ONCE) return;
    for (const id of ids) this.spreading.add(id);
    this.cancelRest ??= clock.after(TX_REST_DELAY_MS, () => this.tellRest());
  }

  private tellRest(): void {
    this.cancelRest = undefined;
    const ids = this.waiting(this.spreading);
    this.spreading = new Set();
    for (const peer of this.parts.peers.peers()) this.tell(peer, ids);
  }

  /** Those that no block took meanwhile, and no better one replaced. */
  private waiting(ids: ReadonlySet<TxId>): TxId[] {
    return [...ids].filter((id) => this.parts.mempool.byTxId(id));
  }

  private tell(peer: Peer, ids: readonly TxId[]): void {
    const news = ids.filter((id) => !peer.knownTxs.has(id));
    for (let i = 0; i < news.length; i += INV_MAX) {
      const slice = news.slice(i, i + INV_MAX);
      this.parts.peers.send(peer, { type: 'inv', kind: 'tx', ids: slice });
      for (const id of slice) peer.knownTxs.add(id);
    }
  }
}
