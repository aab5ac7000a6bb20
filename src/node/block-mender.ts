/**
 * A stored block whose row is damaged is fetched again: its hash is known, so any peer can give it, and nothing a peer
 * sends can pass for it. Damage to state, tip or undo data can't be fetched: chain-repair.ts. What is shown of the damage
 * is bounded; what is mended of it is not.
 */
import { hashHeader } from '../core/header.ts';
import type { HeaderIndex } from '../core/header-index.ts';
import type { BlockHash } from '../core/ids.ts';
import { blockPoints } from './blame.ts';
import { bodyOf } from './block-bodies.ts';
import { BoundedSet } from './bounded.ts';
import type { ChainManager, TipChange } from './chain-manager.ts';
import { blockOfRow, blockRow } from './damage.ts';
import { BLOCK_TIMEOUT_MS, DAMAGED_BLOCKS_MAX, DAMAGED_ROWS_SHOWN, MEND_IN_FLIGHT_MAX } from './params.ts';
import type { Peer } from './peer.ts';
import type { PeerManager } from './peer-manager.ts';
import { PeerRequests } from './peer-requests.ts';
import type { ChainStore, Clock, StoreFault } from './ports.ts';

export interface DamagedRow {
  readonly row: string;
  readonly atMs: number;
  mended: boolean;
}

export class BlockMender {
  /** As they were met; the oldest, mended ones first, make room. */
  private readonly rows = new Map<string, DamagedRow>();
  /** Still to be fetched. */
  private readonly wanted = new BoundedSet<BlockHash>(DAMAGED_BLOCKS_MAX);
  private readonly asked: PeerRequests<BlockHash>;
  private readonly clock: Clock;
  private readonly store: ChainStore;
  private readonly chain: ChainManager;
  private readonly index: HeaderIndex;
  private readonly peers: PeerManager;
  private readonly onChanged: () => void;

  constructor(
    ports: { clock: Clock; chain: ChainStore },
    chain: ChainManager,
    index: HeaderIndex,
    peers: PeerManager,
    onChanged: () => void,
  ) {
    this.clock = ports.clock;
    this.store = ports.chain;
    this.chain = chain;
    this.index = index;
    this.peers = peers;
    this.onChanged = onChanged;
    this.asked = new PeerRequests(ports.clock, BLOCK_TIMEOUT_MS, (peer, hash) => this.askElsewhere(peer, hash));
  }

  get damaged(): readonly DamagedRow[] {
    return [...this.rows.values()];
  }

  /** Names the row; asks for it where it is a block's. */
  report(fault: StoreFault): void {
    const row = fault.row ?? fault.message;
    this.show({ row, atMs: this.clock.nowMs(), mended: false });
    const hash = blockOfRow(row);
    if (!hash) return;
    this.wanted.add(hash);
    this.pump();
  }

  onPeer(): void {
    this.pump();
  }

  onGone(peer: Peer): void {
    this.asked.release(peer);
    this.pump();
  }

  /** True when the block was asked for here; then it has been dealt with. */
  async onBlock(peer: Peer, header: Uint8Array, body: Uint8Array): Promise<boolean> {
    const hash = hashHeader(header);
    if (!this.asked.take(peer, hash)) return false;
    // Too late: another was quicker.
    if (!this.wanted.has(hash)) return true;
    const block = this.index.get(hash);
    const fits = block && bodyOf(this.index.engine, block.header, body);
    if (!block || !fits?.ok) {
      // Kept, it would be served; and who serves such a body is banned.
      if (fits && !fits.ok) this.peers.punish(peer, fits.code, blockPoints(fits.code));
      this.askElsewhere(peer, hash);
      return true;
    }
    this.wanted.delete(hash);
    await this.store.repairBlock({ hash, height: block.height, header, body });
    this.noteMended(blockRow(hash));
    this.pump();
    return true;
  }

  /** A block just connected was either read whole or written anew. */
  onTipChange({ connected }: TipChange): void {
    for (const { at } of connected) {
      const row = blockRow(at.hash);
      if (this.rows.get(row)?.mended === false) this.noteMended(row);
    }
  }

  /** @param name  a row's, or an id that is part of it: a document fetched again is whole in all its rows */
  noteMended(name: string): void {
    for (const damaged of this.rows.values()) damaged.mended ||= damaged.row.includes(name);
    this.onChanged();
  }

  stop(): void {
    this.wanted.clear();
    this.asked.clear();
  }

  private show(damaged: DamagedRow): void {
    this.rows.delete(damaged.row);
    if (this.rows.size >= DAMAGED_ROWS_SHOWN) {
      const shown = this.damaged;
      this.rows.delete((shown.find(({ mended }) => mended) ?? shown[0]!).row);
    }
    this.rows.set(damaged.row, damaged);
    this.onChanged();
  }

  /** Asks for as much as may be under way at once, those that wait longest first. */
  private pump(except?: Peer): void {
    for (const hash of this.wanted) {
      if (this.asked.size >= MEND_IN_FLIGHT_MAX) return;
      if (!this.asked.has(hash)) this.ask(hash, except);
    }
  }

  /** It goes to the end, so that what nobody gives does not keep the others waiting. */
  private askElsewhere(peer: Peer, hash: BlockHash): void {
    this.wanted.add(hash);
    this.pump(peer);
  }

  private ask(hash: BlockHash, except?: Peer): void {
    const block = this.index.get(hash);
    if (!block || !this.chain.isOnMain(block)) {
      // Nobody needs it now; a block still to be connected is the download's.
      this.wanted.delete(hash);
      return;
    }
    const able = this.peers.peers().filter((peer) => peer.tipHeight >= block.height);
    const peer = able.find((candidate) => candidate !== except) ?? able[0];
    if (peer && this.peers.send(peer, { type: 'getBlocks', hashes: [hash] })) this.asked.add(peer, hash);
  }
}
