/**
 * One sealed document on its way here: which parts are missing, who has them, who was asked. Chunks come from any holder,
 * a few at a time from each, are checked against the manifest on arrival and stored at once, so that a reload resumes.
 */
import { equalBytes } from '../core/bytes.ts';
import { BlobId } from '../core/ids.ts';
import type { BlobPart } from '../core/wire.ts';
import { decodeManifest, type Manifest } from '../health/manifest.ts';
import { CHUNK_TIMEOUT_MS, CHUNKS_IN_FLIGHT_PER_PEER, FETCH_RETRY_MS } from './params.ts';
import type { Peer } from './peer.ts';
import type { BlobStore, BulkCipher, Clock } from './ports.ts';

export interface FetchProgress {
  /** Chunks here, of all; 0 of 0 until the manifest came. */
  readonly done: number;
  readonly total: number;
  /** Somebody has some of it, or has not answered yet; false when everybody here was asked in vain. */
  readonly isServed: boolean;
}

export interface FetchHost {
  readonly clock: Clock;
  readonly blobs: BlobStore;
  readonly cipher: BulkCipher;
  peers(): readonly Peer[];
  askHave(peer: Peer, id: BlobId): void;
  askPart(peer: Peer, id: BlobId, part: BlobPart): boolean;
  /** The peer sent bytes that are not what their name says. */
  onForgery(peer: Peer, code: 'bad-manifest' | 'bad-chunk'): void;
  onProgress(id: BlobId, progress: FetchProgress): void;
  /** Every part is here and checked, or the disk refused one. */
  onSettled(id: BlobId, fault: unknown): void;
}

type Holding = 'all' | Uint8Array;

export class BlobFetch {
  readonly id: BlobId;
  private readonly host: FetchHost;
  private manifest: Manifest | undefined;
  private readonly missing = new Set<number>();
  private readonly holders = new Map<Peer, Holding>();
  /** Asked first and still to answer; undefined until anybody was asked. Whoever is silent till the next round has nothing. */
  private unanswered: Set<Peer> | undefined;
  private readonly asked = new Map<BlobPart, { peer: Peer; cancelTimer: () => void }>();
  private cancelRetry: () => void = () => undefined;
  private settled = false;

  constructor(id: BlobId, host: FetchHost) {
    this.id = id;
    this.host = host;
  }

  get progress(): FetchProgress {
    const total = this.manifest?.chunkHashes.length ?? 0;
    const isServed = this.holders.size > 0 || !this.unanswered || this.unanswered.size > 0;
    return { done: total - this.missing.size, total, isServed };
  }

  /** Takes up what an earlier session left, then asks everybody. */
  async start(): Promise<void> {
    const stored = await this.host.blobs.getManifest(this.id);
    if (stored) await this.takeManifest(stored);
    if (this.settled) return;
    this.askEverybody();
  }

  /** Nothing more is asked; what came stays for later. */
  stop(): void {
    this.settled = true;
    this.cancelRetry();
    for (const { cancelTimer } of this.asked.values()) cancelTimer();
    this.asked.clear();
  }

  onPeer(peer: Peer): void {
    if (!this.settled) this.host.askHave(peer, this.id);
  }

  onGone(peer: Peer): void {
    this.unanswered?.delete(peer);
    this.dropHolder(peer);
    for (const [part, request] of this.asked) {
      if (request.peer !== peer) continue;
      request.cancelTimer();
      this.asked.delete(part);
    }
    this.pump();
  }

  onHave(peer: Peer, chunks: 'all' | 'none' | Uint8Array): void {
    this.unanswered?.delete(peer);
    if (chunks === 'none') this.holders.delete(peer);
    else this.holders.set(peer, chunks);
    this.reportSources();
    this.pump();
  }

  onNotFound(peer: Peer, part: BlobPart): void {
    if (!this.takeRequest(peer, part)) return;
    this.dropHolder(peer);
    this.pump();
  }

  async onPart(peer: Peer, part: BlobPart, bytes: Uint8Array): Promise<void> {
    if (!this.takeRequest(peer, part)) return;
    const code = part === 'manifest' ? await this.storeManifest(bytes) : await this.storeChunk(part, bytes);
    if (code) {
      this.dropHolder(peer);
      this.host.onForgery(peer, code);
    }
    this.pump();
  }

  private async storeManifest(bytes: Uint8Array): Promise<'bad-manifest' | undefined> {
    const hash = await this.host.cipher.sha256(bytes);
    if (!equalBytes(hash, BlobId.toBytes(this.id)) || !decodeManifest(bytes).ok) return 'bad-manifest';
    await this.host.blobs.putManifest(this.id, bytes);
    await this.takeManifest(bytes);
    return undefined;
  }

  private async takeManifest(bytes: Uint8Array): Promise<void> {
    const decoded = decodeManifest(bytes);
    // A stored manifest that no longer decodes is fetched again.
    if (!decoded.ok) return;
    this.manifest = decoded.value;
    decoded.value.chunkHashes.forEach((_, index) => this.missing.add(index));
    for (const index of await this.host.blobs.listChunks(this.id)) this.missing.delete(index);
    this.reportProgress();
  }

  private async storeChunk(index: number, bytes: Uint8Array): Promise<'bad-chunk' | undefined> {
    const expected = this.manifest?.chunkHashes[index];
    const hash = await this.host.cipher.sha256(bytes);
    if (!expected || !equalBytes(hash, expected)) return 'bad-chunk';
    await this.host.blobs.putChunk(this.id, index, bytes);
    this.missing.delete(index);
    this.reportProgress();
    return undefined;
  }

  private dropHolder(peer: Peer): void {
    this.holders.delete(peer);
    this.reportSources();
  }

  private reportSources(): void {
    if (!this.settled) this.host.onProgress(this.id, this.progress);
  }

  private reportProgress(): void {
    if (this.settled) return;
    this.host.onProgress(this.id, this.progress);
    if (this.manifest && this.missing.size === 0) {
      this.stop();
      this.host.onSettled(this.id, undefined);
    }
  }

  private askEverybody(): void {
    const peers = this.host.peers();
    this.unanswered = new Set(this.unanswered ? [] : peers);
    for (const peer of peers) this.host.askHave(peer, this.id);
    this.reportSources();
    this.cancelRetry = this.host.clock.after(FETCH_RETRY_MS, () => this.retry());
  }

  /** Holders come and go: while nothing is under way everybody is asked again. */
  private retry(): void {
    if (this.asked.size === 0) this.askEverybody();
    else this.cancelRetry = this.host.clock.after(FETCH_RETRY_MS, () => this.retry());
  }

  /** Keeps every holder busy with a few parts. */
  private pump(): void {
    if (this.settled) return;
    if (!this.manifest) {
      if (!this.asked.has('manifest')) this.ask('manifest');
      return;
    }
    for (const index of this.missing) {
      if (this.asked.has(index)) continue;
      if (!this.ask(index)) return;
    }
  }

  private ask(part: BlobPart): boolean {
    const peer = this.idlestHolder(part);
    if (!peer || !this.host.askPart(peer, this.id, part)) return false;
    const cancelTimer = this.host.clock.after(CHUNK_TIMEOUT_MS, () => {
      this.asked.delete(part);
      this.dropHolder(peer);
      this.pump();
    });
    this.asked.set(part, { peer, cancelTimer });
    return true;
  }

  private idlestHolder(part: BlobPart): Peer | undefined {
    const load = new Map<Peer, number>();
    for (const { peer } of this.asked.values()) load.set(peer, (load.get(peer) ?? 0) + 1);
    let best: Peer | undefined;
    let bestLoad = CHUNKS_IN_FLIGHT_PER_PEER;
    for (const [peer, holding] of this.holders) {
      const peerLoad = load.get(peer) ?? 0;
      if (peerLoad < bestLoad && holds(holding, part)) {
        best = peer;
        bestLoad = peerLoad;
      }
    }
    return best;
  }

  private takeRequest(peer: Peer, part: BlobPart): boolean {
    const request = this.asked.get(part);
    if (request?.peer !== peer) return false;
    request.cancelTimer();
    this.asked.delete(part);
    return true;
  }
}

function holds(holding: Holding, part: BlobPart): boolean {
  if (holding === 'all' || part === 'manifest') return true;
  return ((holding[part >> 3] ?? 0) & (1 << (part & 7))) !== 0;
}

/** The bitmap of a `have` message: chunk i is bit i % 8 of byte i / 8, without trailing zero bytes. */
export function chunkBitmap(indexes: readonly number[]): Uint8Array {
  const last = indexes.at(-1);
  const bitmap = new Uint8Array(last === undefined ? 0 : (last >> 3) + 1);
  for (const index of indexes) bitmap[index >> 3]! |= 1 << (index & 7);
  return bitmap;
}
