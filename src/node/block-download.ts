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
import { BLOCK_TIMEOUT_MS, BLOCK_WINDOW, BLOCKS_IN_FLIGHT_PER_PEER, STALLS_MAX } from './params.ts';
import type { Peer } from './peer.ts';
import type { PeerManager } from './peer-manager.ts';
import { PeerRequests } from './peer-requests.ts';
import type { Clock } from './ports.ts';

/** Who sent a body, for when it proves invalid after its parents came. */
const SENDERS_REMEMBERED = 2_000;

export class BlockDownload {
  private readonly asked: PeerRequests<BlockHash>;
  private readonly stalls = new Map<Peer, number>();
  private readonly lacks = new Map<Peer, Set<BlockHash>>();
  private readonly senders = new BoundedMap<BlockHash, Peer>(SENDERS_REMEMBERED);
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
    this.chain = chain;
    this.index = index;
    this.peers = peers;
    this.onFault = onFault;
    this.asked = new PeerRequests(clock, BLOCK_TIMEOUT_MS, (peer, hash) => this.onStall(peer, hash));
  }

  /** Blocks with bodies still to come on the way to the best header. */
  get remaining(): number {
    return Math.max(0, this.index.tip.height - this.chain.tip.height);
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
    const target = this.index.tip;
    if (target.chainwork <= this.chain.tip.chainwork) return;
    const wanted = reorgPlan(this.chain.tip, target).connect.slice(0, BLOCK_WINDOW);
    const orders = new Map<Peer, BlockHash[]>();
    for (const block of wanted) {
      if (this.chain.hasBody(block) || this.asked.has(block.hash)) continue;
      const peer = this.choose(block);
      if (!peer) continue;
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
    this.senders.set(hash, peer);
    this.pump();
    try {
      const verdict = await this.chain.submitBlock(header, body);
      if (!verdict.ok && !(rebuilt && verdict.code === 'bad-body-root')) this.blame(peer, hash, verdict.code);
    } catch (fault) {
      this.onFault(fault);
    }
    this.pump();
  }

  onNotFound(peer: Peer, hashes: readonly BlockHash[]): void {
    for (const hash of hashes) {
      if (!this.asked.take(peer, hash)) continue;
      const lacking = this.lacks.get(peer) ?? new Set();
      this.lacks.set(peer, lacking);
      if (lacking.size < BLOCK_WINDOW) lacking.add(hash);
    }
    this.pump();
  }

  /** A block that waited for its parents turned out invalid. */
  onInvalid(block: IndexedHeader, code: string): void {
    const sender = this.senders.get(block.hash);
    if (sender) this.blame(sender, block.hash, code);
  }

  stop(): void {
    this.asked.clear();
  }

  private blame(peer: Peer, hash: BlockHash, code: string): void {
    this.senders.delete(hash);
    const points = blockPoints(code);
    if (points > 0) this.peers.punish(peer, code, points);
  }

  private onStall(peer: Peer, hash: BlockHash): void {
    const stalls = (this.stalls.get(peer) ?? 0) + 1;
    this.stalls.set(peer, stalls);
    const lacking = this.lacks.get(peer) ?? new Set();
    this.lacks.set(peer, lacking);
    lacking.add(hash);
    if (stalls >= STALLS_MAX) this.peers.drop(peer, 'block-stall');
    this.pump();
  }

  private choose(block: IndexedHeader): Peer | undefined {
    let best: Peer | undefined;
    let bestLoad = BLOCKS_IN_FLIGHT_PER_PEER;
    for (const peer of this.peers.peers()) {
      if (peer.tipHeight < block.height || this.lacks.get(peer)?.has(block.hash)) continue;
      const load = this.asked.countOf(peer);
      if (load < bestLoad) {
        best = peer;
        bestLoad = load;
      }
    }
    return best;
  }
}
