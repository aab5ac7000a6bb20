/**
 * Sealed documents between peers: fetches what this node is after, serves what it may. A blob is served only while the
 * chain names it as its slot's current version; whatever is older or erased is refused, whoever asks.
 */
import type { BlobId } from '../core/ids.ts';
import type { BlobPart, PeerMessage } from '../core/wire.ts';
import { decodeManifest } from '../health/manifest.ts';
import { chunkBitmap, type FetchProgress } from './blob-fetch.ts';
import { BlobFetches, type FetchOrder } from './blob-fetches.ts';
import { HolderSurvey } from './holder-survey.ts';
import { CHUNK_READ_AHEAD, CHUNK_SERVE_QUEUE_MAX, HAVE_SERVE_QUEUE_MAX } from './params.ts';
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

export class BlobExchange {
  private readonly fetches: BlobFetches;
  private readonly serving: ServeQueue;
  private readonly answering: ServeQueue;
  private readonly survey: HolderSurvey;
  private readonly ports: { clock: Clock; blobs: BlobStore; cipher: BulkCipher };
  private readonly host: BlobExchangeHost;

  constructor(
    ports: { clock: Clock; blobs: BlobStore; cipher: BulkCipher },
    peers: Pick<PeerManager, 'peers' | 'send' | 'punish'>,
    host: BlobExchangeHost,
  ) {
    this.ports = ports;
    this.host = host;
    this.fetches = new BlobFetches({
      ...ports,
      peers: () => peers.peers(),
      askHave: (peer, blobId) => peers.send(peer, { type: 'getHave', blobId }),
      askPart: (peer, blobId, part) => peers.send(peer, { type: 'getChunk', blobId, part }),
      onForgery: (peer, code) => peers.punish(peer, code, 100),
      onProgress: (blobId, progress) => host.onProgress(blobId, progress),
      onFault: (fault) => host.onFault(fault),
    });
    this.survey = new HolderSurvey({
      clock: ports.clock,
      peers: () => peers.peers(),
      ask: (peer, blobId) => peers.send(peer, { type: 'getHave', blobId }),
      onChanged: (blobId) => host.onHoldersChanged(blobId),
    });
    const onFault = (fault: unknown) => host.onFault(fault);
    this.serving = new ServeQueue(peers, { answersMax: CHUNK_SERVE_QUEUE_MAX, readAhead: CHUNK_READ_AHEAD }, onFault);
    this.answering = new ServeQueue(peers, { answersMax: HAVE_SERVE_QUEUE_MAX, readAhead: 0 }, onFault);
  }

  /**
   * Resolves when every part is stored and checked. Rejects with StoreFault, BlobRefused or BlobCancelled. Asking twice
   * waits twice.
   */
  fetch(id: BlobId, order: FetchOrder = {}): Promise<void> {
    return this.fetches.fetch(id, order);
  }

  progressOf(id: BlobId): FetchProgress {
    return this.fetches.progressOf(id);
  }

  cancel(id: BlobId): void {
    this.fetches.cancel(id);
  }

  /** Own documents: stored whole, manifest last, so that a manifest here means that its chunks are too. */
  async keep(id: BlobId, manifest: Uint8Array, chunks: readonly Uint8Array[]): Promise<void> {
    for (const [index, chunk] of chunks.entries()) await this.ports.blobs.putChunk(id, index, chunk);
    await this.ports.blobs.putManifest(id, manifest);
    // It went in: there is room again.
    this.accept();
  }

  get isAccepting(): boolean {
    return !this.fetches.isPaused;
  }

  /** No room on the disk: others' documents are fetched no more. Own ones are still tried. */
  stopAccepting(): void {
    this.fetches.pause();
  }

  accept(): void {
    if (!this.isAccepting) this.fetches.resume();
  }

  async drop(id: BlobId): Promise<void> {
    this.cancel(id);
    this.survey.drop(id);
    await this.ports.blobs.delete(id);
  }

  /** Other nodes that said they hold every chunk of each of these. */
  holderCount(...ids: readonly BlobId[]): number {
    return this.survey.count(...ids);
  }

  /** Asks all peers, and those to come, whether they hold a blob; answers arrive through `holderCount`. */
  findHolders(id: BlobId): void {
    this.survey.add(id);
  }

  onPeer(peer: Peer): void {
    this.fetches.onPeer(peer);
    this.survey.onPeer(peer);
  }

  onGone(peer: Peer): void {
    this.serving.onGone(peer);
    this.answering.onGone(peer);
    this.fetches.onGone(peer);
    this.survey.onGone(peer);
  }

  onDrain(peer: Peer): void {
    this.serving.onDrain(peer);
    this.answering.onDrain(peer);
  }

  async onMessage(peer: Peer, message: PeerMessage): Promise<void> {
    switch (message.type) {
      case 'getHave':
        return this.answering.push(peer, () => this.readHave(message.blobId));
      case 'have':
        return this.onHave(peer, message.blobId, message.chunks);
      case 'getChunk':
        return this.serving.push(peer, () => this.readPart(message.blobId, message.part));
      case 'chunk':
        return this.fetches.onChunk(peer, message.blobId, message.part, message.bytes);
      case 'notFound':
        if (message.kind === 'chunk') this.fetches.onNotFound(peer, message.blobId, message.part);
        return;
      default:
        return;
    }
  }

  stop(): void {
    this.survey.stop();
    this.fetches.stop();
  }

  private onHave(peer: Peer, id: BlobId, chunks: 'all' | 'none' | Uint8Array): void {
    this.fetches.onHave(peer, id, chunks);
    this.survey.onAnswer(peer, id, chunks === 'all');
  }

  private async readHave(id: BlobId): Promise<() => PeerMessage> {
    const chunks = await this.heldChunks(id);
    return () => ({ type: 'have', blobId: id, chunks });
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
