/**
 * A stored block whose row is damaged is fetched again: its hash is known, so any peer can give it, and nothing a peer
 * sends can pass for it. Damage elsewhere (state, tip, undo data) can't be fetched; there the chain is checked anew.
 */
import { bodyRootOf, decodeBody } from '../core/block.ts';
import { equalBytes } from '../core/bytes.ts';
import { hashHeader } from '../core/header.ts';
import type { HeaderIndex } from '../core/header-index.ts';
import { BlockHash } from '../core/ids.ts';
import type { ChainManager } from './chain-manager.ts';
import { BLOCK_TIMEOUT_MS, DAMAGED_ROWS_MAX } from './params.ts';
import type { Peer } from './peer.ts';
import type { PeerManager } from './peer-manager.ts';
import { PeerRequests } from './peer-requests.ts';
import type { ChainStore, Clock, StoreFault } from './ports.ts';

export interface DamagedRow {
  readonly row: string;
  readonly atMs: number;
  mended: boolean;
}

const BLOCK_ROW = /^block ([0-9a-f]{64})$/;

export class BlockMender {
  private readonly rows = new Map<string, DamagedRow>();
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
    this.asked = new PeerRequests(ports.clock, BLOCK_TIMEOUT_MS, (peer, hash) => this.ask(hash, peer));
  }

  get damaged(): readonly DamagedRow[] {
    return [...this.rows.values()];
  }

  /** Names the row; asks for it where it is a block's. */
  report(fault: StoreFault): void {
    const row = fault.row ?? fault.message;
    if (this.rows.size >= DAMAGED_ROWS_MAX && !this.rows.has(row)) return;
    this.rows.set(row, { row, atMs: this.clock.nowMs(), mended: false });
    this.onChanged();
    const hash = BlockHash.parse(BLOCK_ROW.exec(row)?.[1] ?? '');
    if (hash) this.ask(hash);
  }

  onPeer(): void {
    for (const hash of this.openBlocks()) if (!this.asked.has(hash)) this.ask(hash);
  }

  onGone(peer: Peer): void {
    for (const hash of this.asked.release(peer)) this.ask(hash);
  }

  /** True when the block was asked for here; then it has been dealt with. */
  async onBlock(peer: Peer, header: Uint8Array, body: Uint8Array): Promise<boolean> {
    const hash = hashHeader(header);
    if (!this.asked.take(peer, hash)) return false;
    const block = this.index.get(hash);
    const decoded = decodeBody(body, Infinity);
    if (!block || !decoded.ok || !equalBytes(bodyRootOf(decoded.value), block.header.bodyRoot)) {
      this.peers.punish(peer, 'bad-body-root', 100);
      return true;
    }
    await this.store.repairBlock({ hash, height: block.height, header, body });
    this.noteMended(`block ${hash}`);
    return true;
  }

  /** @param name  a row's, or an id that is part of it: a document fetched again is whole in all its rows */
  noteMended(name: string): void {
    for (const damaged of this.rows.values()) damaged.mended ||= damaged.row.includes(name);
    this.onChanged();
  }

  stop(): void {
    this.asked.clear();
  }

  private ask(hash: BlockHash, except?: Peer): void {
    const block = this.index.get(hash);
    if (!block || !this.chain.isOnMain(block)) return;
    const able = this.peers.peers().filter((peer) => peer.tipHeight >= block.height);
    const peer = able.find((candidate) => candidate !== except) ?? able[0];
    if (peer && this.peers.send(peer, { type: 'getBlocks', hashes: [hash] })) this.asked.add(peer, hash);
  }

  private openBlocks(): BlockHash[] {
    return [...this.rows.values()].flatMap(({ row, mended }) => {
      const hash = mended ? undefined : BlockHash.parse(BLOCK_ROW.exec(row)?.[1] ?? '');
      return hash ?? [];
    });
  }
}
