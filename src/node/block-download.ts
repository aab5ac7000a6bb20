/**
 * Bodies for the best chain of headers: a window ahead of the tip, spread over the peers that have them, another peer
 * after a time-out. A peer that stalls repeatedly is dropped; what it was asked for goes to the others.
 *
 * Headers prove work, not that their bodies can be had: peers with nothing to give to the best chain fetch the next best
 * meanwhile, so that whoever withholds bodies holds up nobody but himself.
 */
import type { Body } from '../core/block.ts';
import type { HeaderIndex } from '../core/header-index.ts';
import type { BlockHash } from '../core/ids.ts';
import type { IndexedHeader } from '../core/indexed-header.ts';
import { bodyBytes } from '../core/size.ts';
import { GET_BLOCKS_MAX } from '../core/wire.ts';
import { blockPoints } from './blame.ts';
import { BoundedMap } from './bounded.ts';
import type { ChainGoals, Goal } from './chain-goals.ts';
import type { ChainManager } from './chain-manager.ts';
import {
  BLOCK_RETRY_MS,
  BLOCK_TIMEOUT_MS,
  BLOCK_TXS_TIMEOUT_MS,
  BLOCK_WINDOW,
  BLOCKS_IN_FLIGHT_PER_PEER,
  PENDING_BODY_BYTES_MAX,
  STALLS_MAX,
} from './params.ts';
import type { Peer } from './peer.ts';
import type { PeerManager } from './peer-manager.ts';
import { PeerRequests } from './peer-requests.ts';
import type { Clock } from './ports.ts';

/** Who sent a body, for when it proves invalid after its parents came. */
const SENDERS_REMEMBERED = 2_000;
/** Of what a block may have, until the first have come. */
const FIRST_GUESS = 1 / 4;
/** Share of the latest body in the guess how large the next will be. */
const GUESS_WEIGHT = 1 / 8;

export class BlockDownload {
  private readonly asked: PeerRequests<BlockHash>;
  /** Silences since the last body, and when the last of them was noticed. */
  private readonly stalls = new Map<Peer, { readonly count: number; readonly atMs: number }>();
  /** Who could not give what, lately: the others are asked first, and after a while these again. */
  private readonly lacks = new Map<Peer, Set<BlockHash>>();
  private cancelRetry: (() => void) | undefined;
  /** The last body that came because it was asked for. */
  private delivered: { readonly block: IndexedHeader; readonly atMs: number } | undefined;
  /** What a body is likely to take. */
  private bodyBytes: number;
  private readonly senders = new BoundedMap<BlockHash, Peer>(SENDERS_REMEMBERED);
  private readonly clock: Clock;
  private readonly chain: ChainManager;
  private readonly index: HeaderIndex;
  private readonly goals: ChainGoals;
  private readonly peers: PeerManager;
  private readonly onFault: (fault: unknown) => void;

  constructor(
    clock: Clock,
    chain: ChainManager,
    index: HeaderIndex,
    goals: ChainGoals,
    peers: PeerManager,
    onFault: (fault: unknown) => void,
  ) {
    this.clock = clock;
    this.chain = chain;
    this.index = index;
    this.goals = goals;
    this.bodyBytes = index.engine.spec.blockBytesMax * FIRST_GUESS;
    this.peers = peers;
    this.onFault = onFault;
    this.asked = new PeerRequests(clock, BLOCK_TIMEOUT_MS, (peer, hash) => this.onStall(peer, hash));
  }

  /**
   * Blocks still to come on the way to the best chain whose bodies are coming: of others nobody knows whether they will.
   */
  get remaining(): number {
    const { delivered } = this;
    if (!delivered || this.clock.nowMs() - delivered.atMs >= BLOCK_TIMEOUT_MS) return 0;
    for (const goal of this.goals.list()) {
      if (goal.passes(delivered.block) || this.isBelow(delivered.block, goal)) {
        return Math.max(1, goal.end.height - this.chain.tip.height);
      }
    }
    return 0;
  }

  isAsked(hash: BlockHash): boolean {
    return this.asked.has(hash);
  }

  onGone(peer: Peer): void {
    this.stalls.delete(peer);
    this.lacks.delete(peer);
    this.asked.release(peer);
    this.pump();
  }

  /** Asks for what is missing: for the best chain that somebody has to offer, then for others while peers are idle. */
  pump(): void {
    const idle = this.idlePeers();
    const orders = new Map<Peer, BlockHash[]>();
    let isBest = true;
    for (const goal of idle.size > 0 ? this.goals.list() : []) {
      const missing = goal.missing(BLOCK_WINDOW);
      const next = missing[0];
      if (next && !this.isObtainable(next, goal)) continue;
      if (next && (!isBest || this.makeRoom(goal, next))) this.order(goal, missing, idle, orders);
      isBest = false;
      if (idle.size === 0) break;
    }
    for (const [peer, hashes] of orders) {
      for (let i = 0; i < hashes.length; i += GET_BLOCKS_MAX) {
        this.peers.send(peer, { type: 'getBlocks', hashes: hashes.slice(i, i + GET_BLOCKS_MAX) });
      }
    }
  }

  /** A compact block is being completed by this peer: nobody else need be asked for a moment. */
  expect(peer: Peer, hash: BlockHash): void {
    this.asked.add(peer, hash, BLOCK_TXS_TIMEOUT_MS);
  }

  expects(peer: Peer, hash: BlockHash): boolean {
    return this.asked.expects(peer, hash);
  }

  /** An encoded body, asked of this peer. */
  async onBody(peer: Peer, header: Uint8Array, body: Uint8Array, hash: BlockHash): Promise<void> {
    if (!this.asked.take(peer, hash)) return this.peers.punish(peer, 'unasked-block', 20);
    await this.take(peer, header, body, hash, body.length);
  }

  /** A body that was put together here from this peer's compact block, and fits its header. */
  async onRebuilt(peer: Peer, header: Uint8Array, body: Body, hash: BlockHash): Promise<void> {
    this.asked.supersede(hash);
    await this.take(peer, header, body, hash, bodyBytes(body));
  }

  /** What a peer told of a block does not make it up: others are asked for it. */
  onUseless(peer: Peer, hash: BlockHash): void {
    if (this.asked.take(peer, hash)) this.noteLack(peer, hash);
    this.pump();
  }

  private async take(
    peer: Peer,
    header: Uint8Array,
    body: Uint8Array | Body,
    hash: BlockHash,
    bytesLong: number,
  ): Promise<void> {
    this.stalls.delete(peer);
    // Without the next block nothing moves: who brings others first must not keep us waiting for it.
    this.asked.renew(peer, (id) => this.index.get(id)?.parent !== this.chain.tip);
    this.senders.set(hash, peer);
    this.noteDelivery(hash, bytesLong);
    const submitted = this.chain.submitBlock(header, body);
    // Only now: it counts as here from the moment it is submitted, and would be asked for again before.
    this.pump();
    try {
      const verdict = await submitted;
      if (!verdict.ok) this.blame(peer, hash, verdict.code);
    } catch (fault) {
      this.onFault(fault);
    }
    this.pump();
  }

  onNotFound(peer: Peer, hashes: readonly BlockHash[]): void {
    for (const hash of hashes) {
      if (this.asked.take(peer, hash)) this.noteLack(peer, hash);
    }
    this.pump();
  }

  /** A block that waited for its parents turned out invalid. */
  onInvalid(block: IndexedHeader, code: string): void {
    const sender = this.senders.get(block.hash);
    if (sender) this.blame(sender, block.hash, code);
  }

  stop(): void {
    this.cancelRetry?.();
    this.asked.clear();
  }

  private noteDelivery(hash: BlockHash, bytes: number): void {
    const block = this.index.get(hash);
    if (block) this.delivered = { block, atMs: this.clock.nowMs() };
    this.bodyBytes += (bytes - this.bodyBytes) * GUESS_WEIGHT;
  }

  private isBelow(block: IndexedHeader, goal: Goal): boolean {
    return this.chain.isOnMain(block) && block.height <= this.chain.tip.height - goal.depth;
  }

  private isObtainable(block: IndexedHeader, goal: Goal): boolean {
    return this.asked.has(block.hash) || this.peers.peers().some((peer) => this.offers(peer, block, goal));
  }

  /** A peer has what its tip stands on. Of a tip whose headers have not come, all that is known is the claim. */
  private offers(peer: Peer, block: IndexedHeader, goal: Goal): boolean {
    if (this.lacks.get(peer)?.has(block.hash)) return false;
    const tip = this.index.get(peer.tipHash);
    return block.height <= (tip ? goal.sharedHeight(tip) : peer.tipHeight);
  }

  /**
   * Whether the bodies of the best chain have room to wait in; those of others make place for them. A reorg connects only
   * once all that it needs is here: one that needs more than there is room for is given up.
   */
  private makeRoom(goal: Goal, next: IndexedHeader): boolean {
    if (this.hasRoom(0)) return true;
    this.chain.dropWaiting((block) => !goal.passes(block));
    if (this.hasRoom(0) || next.parent === this.chain.tip) return true;
    // What is here may already be enough, and on its way into the chain.
    if (next.parent!.chainwork > this.chain.tip.chainwork) return false;
    this.goals.refuse(goal);
    this.chain.dropWaiting((block) => goal.passes(block));
    return false;
  }

  /** Room for one body more than what waits and `coming` others. */
  private hasRoom(coming: number): boolean {
    return this.chain.waitingBytes + (coming + 1) * this.bodyBytes <= PENDING_BODY_BYTES_MAX;
  }

  /** Spreads blocks over idle peers; who has enough to do is idle no more. */
  private order(
    goal: Goal,
    missing: readonly IndexedHeader[],
    idle: Map<Peer, number>,
    orders: Map<Peer, BlockHash[]>,
  ): void {
    for (const block of missing) {
      if (idle.size === 0) return;
      if (this.asked.has(block.hash)) continue;
      // Without the next block nothing moves, and nothing makes room.
      if (!this.hasRoom(this.asked.size) && block.parent !== this.chain.tip) return;
      const peer = this.choose(block, goal, idle);
      if (!peer) continue;
      const load = idle.get(peer)! + 1;
      if (load < BLOCKS_IN_FLIGHT_PER_PEER) idle.set(peer, load);
      else idle.delete(peer);
      this.asked.add(peer, block.hash);
      const order = orders.get(peer) ?? [];
      orders.set(peer, order);
      order.push(block.hash);
    }
  }

  private noteLack(peer: Peer, hash: BlockHash): void {
    const lacking = this.lacks.get(peer) ?? new Set();
    this.lacks.set(peer, lacking.add(hash));
    this.cancelRetry ??= this.clock.after(BLOCK_RETRY_MS, () => {
      this.cancelRetry = undefined;
      this.lacks.clear();
      this.pump();
    });
  }

  private blame(peer: Peer, hash: BlockHash, code: string): void {
    this.senders.delete(hash);
    const points = blockPoints(code);
    if (points > 0) this.peers.punish(peer, code, points);
  }

  private onStall(peer: Peer, hash: BlockHash): void {
    const atMs = this.clock.nowMs();
    const last = this.stalls.get(peer);
    // What was asked for before the last silence was noticed is part of it.
    const count = (last?.count ?? 0) + (last && atMs - last.atMs < BLOCK_TIMEOUT_MS ? 0 : 1);
    if (last?.count !== count) this.stalls.set(peer, { count, atMs });
    this.noteLack(peer, hash);
    if (count >= STALLS_MAX) this.peers.drop(peer, 'block-stall');
    this.pump();
  }

  /** Blocks each is busy with. Who is busy with many is left alone: one question for a few blocks, not one for each. */
  private idlePeers(): Map<Peer, number> {
    const loads = this.peers.peers().map((peer) => [peer, this.asked.countOf(peer)] as const);
    return new Map(loads.filter(([, load]) => load <= BLOCKS_IN_FLIGHT_PER_PEER / 2));
  }

  /** Who has shown that he has it comes before who only says so: nothing is asked of a mere claim while somebody has. */
  private choose(block: IndexedHeader, goal: Goal, idle: ReadonlyMap<Peer, number>): Peer | undefined {
    const offering = this.peers.peers().filter((peer) => this.offers(peer, block, goal));
    const shown = offering.filter((peer) => this.index.get(peer.tipHash));
    let best: Peer | undefined;
    let bestLoad = BLOCKS_IN_FLIGHT_PER_PEER;
    for (const peer of shown.length > 0 ? shown : offering) {
      const load = idle.get(peer) ?? Infinity;
      if (load >= bestLoad) continue;
      best = peer;
      bestLoad = load;
    }
    return best;
  }
}
