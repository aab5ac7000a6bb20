/**
 * Bodies for the best chain of headers: a window ahead of the tip, spread over the peers that have them, another peer
 * after a time-out. A peer that stalls repeatedly is dropped; what it was asked for goes to the others.
 */
import type { HeaderIndex } from '../core/header-index.ts';
import type { BlockHash } from '../core/ids.ts';
import type { IndexedHeader } from '../core/indexed-header.ts';
import { reorgPlan } from '../core/reorg.ts';
import { GET_BLOCKS_MAX } from '../core/wire.ts';
import { blockPoints } from './blame.ts';
import { BoundedMap } from './bounded.ts';
import type { ChainManager } from './chain-manager.ts';
import {
  BLOCK_RETRY_MS,
  BLOCK_TIMEOUT_MS,
  BLOCK_WINDOW,
  BLOCKS_IN_FLIGHT_PER_PEER,
  PENDING_BODIES_MAX,
  STALLS_MAX,
} from './params.ts';
import type { Peer } from './peer.ts';
import type { PeerManager } from './peer-manager.ts';
import { PeerRequests } from './peer-requests.ts';
import type { Clock } from './ports.ts';

/** Who sent a body, for when it proves invalid after its parents came. */
const SENDERS_REMEMBERED = 2_000;

export class BlockDownload {
  private readonly asked: PeerRequests<BlockHash>;
  private readonly stalls = new Map<Peer, number>();
  /** Who could not give what, lately: the others are asked first, and after a while these again. */
  private readonly lacks = new Map<Peer, Set<BlockHash>>();
  private cancelRetry: (() => void) | undefined;
  private readonly senders = new BoundedMap<BlockHash, Peer>(SENDERS_REMEMBERED);
  private readonly clock: Clock;
  private readonly chain: ChainManager;
  private readonly index: HeaderIndex;
  private readonly peers: PeerManager;
  private readonly onFault: (fault: unknown) => void;

  constructor(
    clock: Clock,
    chain: ChainManager,
    index: HeaderIndex,
    peers: PeerManager,
    onFault: (fault: unknown) => void,
  ) {
    this.clock = clock;
    this.chain = chain;
    this.index = index;
    this.peers = peers;
    this.onFault = onFault;
    this.asked = new PeerRequests(clock, BLOCK_TIMEOUT_MS, (peer, hash) => this.onStall(peer, hash));
  }

  /** Blocks with bodies still to come on the way to the best header. */
  get remaining(): number {
    const { tip } = this.index;
    return tip.chainwork > this.chain.tip.chainwork ? Math.max(1, tip.height - this.chain.tip.height) : 0;
  }

  /** Nobody is left to ask for what is missing: it may never come. */
  get isStuck(): boolean {
    return this.asked.size === 0;
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

  /** Asks for what is missing, as far ahead as the window goes. */
  pump(): void {
    if (this.remaining === 0) return;
    const loads = this.readyPeers();
    const orders = new Map<Peer, BlockHash[]>();
    for (const block of loads.size > 0 ? this.window() : []) {
      if (this.asked.has(block.hash)) continue;
      const peer = this.choose(block, loads);
      if (!peer) continue;
      loads.set(peer, loads.get(peer)! + 1);
      this.asked.add(peer, block.hash);
      const order = orders.get(peer) ?? [];
      orders.set(peer, order);
      order.push(block.hash);
    }
    for (const [peer, hashes] of orders) {
      for (let i = 0; i < hashes.length; i += GET_BLOCKS_MAX) {
        this.peers.send(peer, { type: 'getBlocks', hashes: hashes.slice(i, i + GET_BLOCKS_MAX) });
      }
    }
  }

  /** A compact block is being completed by this peer: nobody else need be asked meanwhile. */
  expect(peer: Peer, hash: BlockHash): void {
    this.asked.add(peer, hash);
  }

  /**
   * A body, asked of this peer.
   * @param rebuilt  from a compact block: when it does not fit its header short ids collided, and nobody is to blame
   */
  async onBody(peer: Peer, header: Uint8Array, body: Uint8Array, hash: BlockHash, rebuilt = false): Promise<void> {
    if (!this.asked.take(peer, hash)) return this.peers.punish(peer, 'unasked-block', 20);
    this.stalls.delete(peer);
    this.asked.renew(peer);
    this.senders.set(hash, peer);
    const submitted = this.chain.submitBlock(header, body);
    // Only now: it counts as here from the moment it is submitted, and would be asked for again before.
    this.pump();
    try {
      const verdict = await submitted;
      if (!verdict.ok && !(rebuilt && verdict.code === 'bad-body-root')) this.blame(peer, hash, verdict.code);
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

  /**
   * The next bodies to fetch, lowest first. Those here already do not count: a reorg connects only once all that it
   * needs is here, however deep it forks.
   */
  private window(): IndexedHeader[] {
    const ahead = this.index.ancestorAt(this.index.tip, this.chain.tip.height + PENDING_BODIES_MAX);
    const plan = reorgPlan(this.chain.tip, ahead ?? this.index.tip).connect.slice(0, PENDING_BODIES_MAX);
    return plan.filter((block) => !this.chain.hasBody(block)).slice(0, BLOCK_WINDOW);
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
    const stalls = (this.stalls.get(peer) ?? 0) + 1;
    this.stalls.set(peer, stalls);
    this.noteLack(peer, hash);
    if (stalls >= STALLS_MAX) this.peers.drop(peer, 'block-stall');
    this.pump();
  }

  /** Blocks each is busy with. Who is busy with many is left alone: one question for a few blocks, not one for each. */
  private readyPeers(): Map<Peer, number> {
    const loads = this.peers.peers().map((peer) => [peer, this.asked.countOf(peer)] as const);
    return new Map(loads.filter(([, load]) => load <= BLOCKS_IN_FLIGHT_PER_PEER / 2));
  }

  private choose(block: IndexedHeader, loads: ReadonlyMap<Peer, number>): Peer | undefined {
    let best: Peer | undefined;
    let bestLoad = BLOCKS_IN_FLIGHT_PER_PEER;
    for (const [peer, load] of loads) {
      if (peer.tipHeight < block.height || this.lacks.get(peer)?.has(block.hash)) continue;
      if (load < bestLoad) {
        best = peer;
        bestLoad = load;
      }
    }
    return best;
  }
}
