/**
 * Sealed documents between peers: fetches what this node is after, serves what it may. A blob is served only while the
 * chain names it as its slot's current version; whatever is older or erased is refused, whoever asks.
 */
import type { BlobId } from '../core/ids.ts';
import type { BlobPart, PeerMessage } from '../core/wire.ts';
import { decodeManifest } from '../health/manifest.ts';
import { BlobFetch, chunkBitmap, type FetchHost, type FetchProgress } from './blob-fetch.ts';
import { FetchWindow } from './fetch-window.ts';
import { CHUNK_READ_AHEAD, CHUNK_SERVE_QUEUE_MAX, FETCHES_MAX } from './params.ts';
import type { Peer } from './peer.ts';
import type { PeerManager } from './peer-manager.ts';
import { ServeQueue } from './serve-queue.ts';
import { StoreFault, type BlobStore, type BulkCipher, type Clock } from './ports.ts';

export interface BlobExchangeHost {
  /** Whether the chain still names this blob. */
  isCurrent(id: BlobId): boolean;
  onProgress(id: BlobId, progress: FetchProgress): void;
  onHoldersChanged(id: BlobId): void;
  /** The disk failed: told once here, shown by the node. */
  onFault(fault: unknown): void;
}

interface Waiter {
  resolve(): void;
  reject(fault: unknown): void;
}

export class BlobCancelled extends Error {
  override readonly name = 'BlobCancelled';
  readonly code = 'cancelled';
}

export class BlobExchange {
  /** The one whose turn it is to ask comes first. */
  private readonly fetches = new Map<BlobId, BlobFetch>();
  private readonly window: FetchWindow;
  private readonly waiters = new Map<BlobId, Waiter[]>();
  private readonly serving: ServeQueue;
  private readonly holders = new Map<BlobId, Set<Peer>>();
  private readonly ports: { clock: Clock; blobs: BlobStore; cipher: BulkCipher };
  private readonly peers: Pick<PeerManager, 'peers' | 'send' | 'punish'>;
  private readonly host: BlobExchangeHost;

  constructor(
    ports: { clock: Clock; blobs: BlobStore; cipher: BulkCipher },
    peers: Pick<PeerManager, 'peers' | 'send' | 'punish'>,
    host: BlobExchangeHost,
  ) {
    this.ports = ports;
    this.peers = peers;
    this.host = host;
    this.window = new FetchWindow(ports.clock);
    this.serving = new ServeQueue(peers, { answersMax: CHUNK_SERVE_QUEUE_MAX, readAhead: CHUNK_READ_AHEAD }, (fault) =>
      host.onFault(fault),
    );
  }

  /** Resolves when every part is stored and checked. Rejects with StoreFault or BlobCancelled. Asking twice waits twice. */
  fetch(id: BlobId): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.waiters.set(id, [...(this.waiters.get(id) ?? []), { resolve, reject }]);
    });
    if (!this.fetches.has(id) && this.fetches.size < FETCHES_MAX) this.begin(id);
    return done;
  }

  progressOf(id: BlobId): FetchProgress {
    return this.fetches.get(id)?.progress ?? { done: 0, total: 0, isServed: false };
  }

  cancel(id: BlobId): void {
    this.settle(id, new BlobCancelled('fetch cancelled'));
  }

  /** Own documents: stored whole, manifest last, so that a manifest here means that its chunks are too. */
  async keep(id: BlobId, manifest: Uint8Array, chunks: readonly Uint8Array[]): Promise<void> {
    for (const [index, chunk] of chunks.entries()) await this.ports.blobs.putChunk(id, index, chunk);
    await this.ports.blobs.putManifest(id, manifest);
  }

  async drop(id: BlobId): Promise<void> {
    this.cancel(id);
    this.holders.delete(id);
    await this.ports.blobs.delete(id);
  }

  /** Other nodes that said they hold every chunk of each of these. */
  holderCount(...ids: readonly BlobId[]): number {
    const [first, ...others] = ids.map((id) => this.holders.get(id));
    return [...(first ?? [])].filter((peer) => others.every((holders) => holders?.has(peer))).length;
  }

  /** Asks all peers whether they hold a blob; answers arrive through `holderCount`. */
  survey(id: BlobId): void {
    if (!this.holders.has(id)) this.holders.set(id, new Set());
    for (const peer of this.peers.peers()) this.peers.send(peer, { type: 'getHave', blobId: id });
  }

  onPeer(peer: Peer): void {
    for (const fetch of this.fetches.values()) fetch.onPeer(peer);
    for (const id of this.holders.keys()) this.peers.send(peer, { type: 'getHave', blobId: id });
  }

  onGone(peer: Peer): void {
    this.serving.onGone(peer);
    for (const fetch of [...this.fetches.values()]) fetch.onGone(peer);
    for (const [id, peers] of this.holders) if (peers.delete(peer)) this.host.onHoldersChanged(id);
  }

  onDrain(peer: Peer): void {
    this.serving.onDrain(peer);
  }

  async onMessage(peer: Peer, message: PeerMessage): Promise<void> {
    switch (message.type) {
      case 'getHave':
        return this.answerHave(peer, message.blobId);
      case 'have':
        return this.onHave(peer, message.blobId, message.chunks);
      case 'getChunk':
        return this.serving.push(peer, () => this.readPart(message.blobId, message.part));
      case 'chunk':
        return this.onChunk(peer, message.blobId, message.part, message.bytes);
      case 'notFound':
        if (message.kind === 'chunk') this.fetches.get(message.blobId)?.onNotFound(peer, message.part);
        return;
      default:
        return;
    }
  }

  stop(): void {
    for (const id of [...this.fetches.keys()]) this.cancel(id);
  }

  private begin(id: BlobId): void {
    const fetchHost: FetchHost = {
      ...this.ports,
      window: this.window,
      peers: () => this.peers.peers(),
      askHave: (peer, blobId) => this.peers.send(peer, { type: 'getHave', blobId }),
      askPart: (peer, blobId, part) => this.peers.send(peer, { type: 'getChunk', blobId, part }),
      onForgery: (peer, code) => this.peers.punish(peer, code, 100),
      onProgress: (blobId, progress) => this.host.onProgress(blobId, progress),
      onRoom: () => this.askInTurns(),
      onSettled: (blobId, fault) => this.settle(blobId, fault),
    };
    const fetch = new BlobFetch(id, fetchHost);
    this.fetches.set(id, fetch);
    fetch.start().catch((fault: unknown) => this.fail(id, fault));
  }

  /** One part for each document in turn, so that a large one does not keep small ones waiting. */
  private askInTurns(): void {
    for (let refusals = 0; refusals < this.fetches.size;) {
      const [id, fetch] = this.fetches.entries().next().value!;
      this.fetches.delete(id);
      this.fetches.set(id, fetch);
      refusals = fetch.askNext() ? 0 : refusals + 1;
    }
  }

  private settle(id: BlobId, fault: unknown): void {
    this.fetches.get(id)?.stop();
    this.fetches.delete(id);
    const waiters = this.waiters.get(id) ?? [];
    this.waiters.delete(id);
    for (const waiter of waiters) {
      if (fault === undefined) waiter.resolve();
      else waiter.reject(fault);
    }
    const next = [...this.waiters.keys()].find((waiting) => !this.fetches.has(waiting));
    if (next && this.fetches.size < FETCHES_MAX) this.begin(next);
    this.askInTurns();
  }

  private fail(id: BlobId, fault: unknown): void {
    this.host.onFault(fault);
    this.settle(id, fault);
  }

  private async onChunk(peer: Peer, id: BlobId, part: BlobPart, bytes: Uint8Array): Promise<void> {
    const fetch = this.fetches.get(id);
    if (!fetch) return;
    try {
      await fetch.onPart(peer, part, bytes);
    } catch (fault) {
      if (this.fetches.get(id) === fetch) this.fail(id, fault);
    }
  }

  private onHave(peer: Peer, id: BlobId, chunks: 'all' | 'none' | Uint8Array): void {
    this.fetches.get(id)?.onHave(peer, chunks);
    const holders = this.holders.get(id);
    if (!holders) return;
    if (chunks === 'all') holders.add(peer);
    else holders.delete(peer);
    this.host.onHoldersChanged(id);
  }

  private async answerHave(peer: Peer, id: BlobId): Promise<void> {
    this.peers.send(peer, { type: 'have', blobId: id, chunks: await this.heldChunks(id) });
  }

  private async heldChunks(id: BlobId): Promise<'all' | 'none' | Uint8Array> {
    if (!this.host.isCurrent(id)) return 'none';
    const manifest = await this.ports.blobs.getManifest(id);
    const decoded = manifest && decodeManifest(manifest);
    if (!decoded?.ok) return 'none';
    const indexes = await this.ports.blobs.listChunks(id);
    return indexes.length === decoded.value.chunkHashes.length ? 'all' : chunkBitmap(indexes);
  }

  /** What became an old version between reading and sending is not sent. */
  private async readPart(id: BlobId, part: BlobPart): Promise<() => PeerMessage> {
    const bytes = this.host.isCurrent(id) ? await this.readStored(id, part) : undefined;
    return () =>
      bytes && this.host.isCurrent(id)
        ? { type: 'chunk', blobId: id, part, bytes }
        : { type: 'notFound', kind: 'chunk', blobId: id, part };
  }

  /** A damaged row is reported and treated as not here: another keeper serves it. */
  private async readStored(id: BlobId, part: BlobPart): Promise<Uint8Array | undefined> {
    try {
      return await (part === 'manifest' ? this.ports.blobs.getManifest(id) : this.ports.blobs.getChunk(id, part));
    } catch (fault) {
      if (!(fault instanceof StoreFault) || fault.code !== 'corrupt-row') throw fault;
      this.host.onFault(fault);
      return undefined;
    }
  }
}
