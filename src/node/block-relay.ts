/**
 * New blocks between peers that are up to date, and bodies for those that are not. A new tip is announced by a compact
 * block where its transactions most likely wait at the other side already, else by its id; whole bodies are only pulled.
 * A few peers are told at once, and shortly after those of the others that have not shown the block themselves by then.
 */
import { bodyRootOf } from '../core/block.ts';
import { equalBytes } from '../core/bytes.ts';
import {
  completeBody,
  makeCompactBlock,
  matchCompactBlock,
  SALT_BYTES,
  type CompactBlock,
  type PartialBody,
} from '../core/compact-block.ts';
import { decodeHeader, hashHeader } from '../core/header.ts';
import type { HeaderIndex } from '../core/header-index.ts';
import type { IndexedHeader } from '../core/indexed-header.ts';
import type { BlockHash } from '../core/ids.ts';
import type { Mempool } from '../core/mempool.ts';
import { encodeTransaction } from '../core/transaction.ts';
import type { Hello, MessageOf, PeerMessage } from '../core/wire.ts';
import { blockPoints } from './blame.ts';
import type { BlockDownload } from './block-download.ts';
import { BoundedMap } from './bounded.ts';
import type { ChainManager, MainBlock } from './chain-manager.ts';
import type { ClockWatch } from './clock-watch.ts';
import { noteTip, type HeaderSync } from './header-sync.ts';
import { drawn } from './lot.ts';
import {
  BLOCK_REST_DELAY_MS,
  BLOCK_SERVE_QUEUE_MAX,
  BLOCKS_TOLD_AT_ONCE,
  COMPACT_SHORT_IDS_MAX,
  PARTIAL_BLOCKS_MAX,
} from './params.ts';
import type { Peer } from './peer.ts';
import type { PeerManager } from './peer-manager.ts';
import type { Clock, Rng } from './ports.ts';
import { ServeQueue } from './serve-queue.ts';

interface Partial {
  readonly peer: Peer;
  readonly compact: CompactBlock;
  readonly body: PartialBody;
}

export interface BlockRelayParts {
  readonly clock: Clock;
  readonly chain: ChainManager;
  readonly index: HeaderIndex;
  readonly mempool: Mempool;
  readonly peers: PeerManager;
  readonly headers: HeaderSync;
  readonly download: BlockDownload;
  readonly clockWatch: ClockWatch;
  readonly rng: Rng;
  onFault(fault: unknown): void;
}

export class BlockRelay {
  private readonly partials = new BoundedMap<BlockHash, Partial>(PARTIAL_BLOCKS_MAX);
  private readonly serving: ServeQueue;
  private cancelRest: () => void = () => undefined;
  private readonly parts: BlockRelayParts;

  constructor(parts: BlockRelayParts) {
    this.parts = parts;
    this.serving = new ServeQueue(parts.peers, { answersMax: BLOCK_SERVE_QUEUE_MAX, readAhead: 0 }, (fault) =>
      parts.onFault(fault),
    );
  }

  /** Blocks that came while hands were shaken were announced to others only. */
  onPeer(peer: Peer, told: Hello): void {
    const { tip } = this.parts.chain;
    if (tip.hash === told.tipHash || tip.chainwork <= peer.chainwork) return;
    this.parts.peers.send(peer, { type: 'inv', kind: 'block', ids: [tip.hash] });
  }

  /** Tells everybody who does not know it yet; of two new tips in a row, only a few of the first. */
  announce({ at, body }: MainBlock): void {
    const { clock, peers, rng } = this.parts;
    this.cancelRest();
    const behind = () => peers.peers().filter((peer) => peer.chainwork < at.chainwork);
    const ignorant = behind();
    if (ignorant.length === 0) return;
    const message: PeerMessage =
      body.transactions.length > COMPACT_SHORT_IDS_MAX
        ? { type: 'inv', kind: 'block', ids: [at.hash] }
        : makeCompactBlock({ header: at.header, body }, rng.bytes(SALT_BYTES));
    const tell = (peer: Peer) => {
      peers.send(peer, message);
      noteTip(peer, at);
    };
    drawn(rng, ignorant, BLOCKS_TOLD_AT_ONCE).forEach(tell);
    if (ignorant.length <= BLOCKS_TOLD_AT_ONCE) return;
    this.cancelRest = clock.after(BLOCK_REST_DELAY_MS, () => behind().forEach(tell));
  }

  onInv(peer: Peer, ids: readonly BlockHash[]): void {
    const unknown = ids.find((hash) => !this.parts.index.get(hash));
    if (unknown) this.parts.headers.askFor(peer, unknown);
  }

  async onCompactBlock(peer: Peer, compact: CompactBlock): Promise<void> {
    const { chain, download, headers, mempool, peers } = this.parts;
    const inserted = chain.submitHeader(compact.header, compact.seal);
    if (!inserted.ok) {
      this.parts.clockWatch.onRefused([compact.header]);
      if (inserted.code === 'unknown-parent') return headers.askFor(peer, hashHeader(compact.header));
      const points = blockPoints(inserted.code);
      return points > 0 ? peers.punish(peer, inserted.code, points) : undefined;
    }
    const block = inserted.value;
    if (block.chainwork > peer.chainwork && !chain.hasBody(block)) this.parts.clockWatch.onFreshHeader(block.timeS);
    noteTip(peer, block);
    if (chain.hasBody(block)) return;
    // Further ahead than the next block, the transactions are not likely to wait here.
    if (block.parent !== chain.tip) return download.pump();
    const body = matchCompactBlock(
      compact,
      mempool.ordered().map(({ tx }) => tx),
    );
    if (!body) return peers.punish(peer, 'bad-block-txs', 20);
    const partial = { peer, compact, body };
    if (body.missing.length === 0) return this.complete(partial, block.hash, []);
    // Somebody is being asked for what it lacks, or for all of it.
    if (download.isAsked(block.hash)) return;
    download.expect(peer, block.hash);
    this.partials.set(block.hash, partial);
    peers.send(peer, { type: 'getBlockTxs', blockHash: block.hash, indexes: body.missing });
  }

  async onBlockTxs(peer: Peer, { blockHash, transactions }: MessageOf<'blockTxs'>): Promise<void> {
    const partial = this.partials.get(blockHash);
    if (partial?.peer === peer) {
      this.partials.delete(blockHash);
      await this.complete(partial, blockHash, transactions);
      // Late, and somebody else is completing the block by now.
    } else if (!this.parts.download.expects(peer, blockHash)) this.parts.peers.punish(peer, 'unasked-block-txs', 20);
  }

  onBlock(peer: Peer, { header, body }: MessageOf<'block'>): Promise<void> {
    return this.parts.download.onBody(peer, header, body, hashHeader(header));
  }

  onGetBlocks(peer: Peer, hashes: readonly BlockHash[]): void {
    for (const hash of hashes) this.serving.push(peer, () => this.readBlock(peer, hash));
  }

  onGetBlockTxs(peer: Peer, { blockHash, indexes }: MessageOf<'getBlockTxs'>): void {
    this.serving.push(peer, async () => {
      const block = await this.readServed(blockHash, (at) => this.parts.chain.loadBlock(at));
      const wanted = indexes.map((index) => block?.read.body.transactions[index]);
      if (!wanted.every((tx) => tx !== undefined)) return () => ({ type: 'notFound', kind: 'block', ids: [blockHash] });
      const transactions = wanted.map(encodeTransaction);
      return () => ({ type: 'blockTxs', blockHash, transactions });
    });
  }

  stop(): void {
    this.cancelRest();
  }

  onDrain(peer: Peer): void {
    this.serving.onDrain(peer);
  }

  onGone(peer: Peer): void {
    this.serving.onGone(peer);
  }

  private async complete(partial: Partial, hash: BlockHash, answered: readonly Uint8Array[]): Promise<void> {
    const { download, peers } = this.parts;
    const { peer, compact } = partial;
    const body = completeBody(compact, partial.body, answered);
    const header = decodeHeader(compact.header);
    if (body && header.ok && equalBytes(bodyRootOf(body), header.value.bodyRoot)) {
      return download.onRebuilt(peer, compact.header, body, hash);
    }
    // Short ids under a salt of its own do not collide by chance.
    download.onUseless(peer, hash);
    peers.punish(peer, 'bad-block-txs', 20);
  }

  private async readBlock(peer: Peer, hash: BlockHash): Promise<() => PeerMessage> {
    const block = await this.readServed(hash, (at) => this.parts.chain.readBody(at));
    if (!block) return () => ({ type: 'notFound', kind: 'block', ids: [hash] });
    // What it fetches here it has: a newcomer that catches up does not say so by itself.
    noteTip(peer, block.at);
    return () => ({ type: 'block', header: block.at.encoded, body: block.read });
  }

  /** Only connected blocks are served: they are checked whole, and their rows are kept. */
  private async readServed<T>(
    hash: BlockHash,
    read: (block: IndexedHeader) => Promise<T>,
  ): Promise<{ readonly at: IndexedHeader; readonly read: T } | undefined> {
    const { chain, index, onFault } = this.parts;
    const at = index.get(hash);
    if (!at || !chain.isOnMain(at) || at.height === 0) return undefined;
    try {
      return { at, read: await read(at) };
    } catch (fault) {
      onFault(fault);
      return undefined;
    }
  }
}
