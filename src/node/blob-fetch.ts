/**
 * One sealed document on its way here: which parts are missing, who has them, who was asked. Chunks come from any holder,
 * a few at a time from each, are checked against the manifest on arrival and stored at once, so that a reload resumes.
 * While the disk writes some, others are asked for already, within a window of bytes.
 */
import { equalBytes } from '../core/bytes.ts';
import { BlobId } from '../core/ids.ts';
import type { BlobPart } from '../core/wire.ts';
import { decodeManifest, type Manifest } from '../health/manifest.ts';
import { FETCH_PARTS_MAX, type FetchWindow, type PartOrder } from './fetch-window.ts';
import { FETCH_RETRY_MS } from './params.ts';
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
  /** Shared by all fetches. */
  readonly window: FetchWindow;
  peers(): readonly Peer[];
  askHave(peer: Peer, id: BlobId): void;
  askPart(peer: Peer, id: BlobId, part: BlobPart): boolean;
  /** The peer sent bytes that are not what their name says. */
  onForgery(peer: Peer, code: 'bad-manifest' | 'bad-chunk'): void;
  onProgress(id: BlobId, progress: FetchProgress): void;
  /** The manifest is known: the last moment to let go of a document before its chunks are asked for. */
  onManifest(id: BlobId, blobBytes: number): void;
  /** More may be asked for: by this fetch, or by another that waited for its room. */
  onRoom(): void;
  /** Every part is here and checked. */
  onSettled(id: BlobId): void;
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
  private readonly asked = new Map<BlobPart, { readonly peer: Peer; readonly order: PartOrder }>();
  /** Came, and are being checked and written. */
  private readonly storing = new Set<BlobPart>();
  private cancelRetry: () => void = () => undefined;
  private settled = false;

  /** @param past  `wasAsked`: everybody was asked for it before, in an earlier turn, in vain */
  constructor(id: BlobId, host: FetchHost, past: { readonly wasAsked: boolean }) {
    this.id = id;
    this.host = host;
    if (past.wasAsked) this.unanswered = new Set();
  }

  /** Undefined until the manifest came. */
  get blobBytes(): number | undefined {
    return this.manifest?.blobBytes;
  }

  /** Nobody has it, as far as known, and nothing of it is under way. */
  get isIdle(): boolean {
    return this.holders.size === 0 && this.asked.size === 0 && this.storing.size === 0;
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
    for (const { order } of this.asked.values()) this.host.window.giveUp(order);
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
      this.host.window.giveUp(request.order);
      this.asked.delete(part);
    }
    this.host.onRoom();
  }

  onHave(peer: Peer, chunks: 'all' | 'none' | Uint8Array): void {
    this.unanswered?.delete(peer);
    if (chunks === 'none') this.holders.delete(peer);
    else this.holders.set(peer, chunks);
    this.reportSources();
    this.host.onRoom();
  }

  onNotFound(peer: Peer, part: BlobPart): void {
    if (!this.takeRequest(peer, part)) return;
    this.dropHolder(peer);
    this.host.onRoom();
  }

  async onPart(peer: Peer, part: BlobPart, bytes: Uint8Array): Promise<void> {
    if (!this.takeRequest(peer, part)) return;
    this.storing.add(part);
    const stored = this.host.window.store(() =>
      part === 'manifest' ? this.storeManifest(bytes) : this.storeChunk(part, bytes),
    );
    // The peer may send the next one while this one is written.
    this.host.onRoom();
    const code = await stored.finally(() => this.storing.delete(part));
    if (code) {
      this.dropHolder(peer);
      this.host.onForgery(peer, code);
    }
    this.host.onRoom();
  }

  /** Asks an idle holder for one part more. False when there is nothing to ask, nobody to ask it of, or no room for it. */
  askNext(): boolean {
    const { window } = this.host;
    if (this.settled || window.isFull || this.asked.size + this.storing.size >= FETCH_PARTS_MAX) return false;
    const idle = [...this.holders].filter(([peer]) => !window.isBusy(peer));
    if (idle.length === 0) return false;
    for (const part of this.manifest ? this.missing : (['manifest'] as const)) {
      if (this.asked.has(part) || this.storing.has(part)) continue;
      const peer = this.idlestOf(idle, part);
      if (peer) return this.ask(peer, part);
    }
    return false;
  }

  private async storeManifest(bytes: Uint8Array): Promise<'bad-manifest' | undefined> {
    const hash = await this.host.cipher.sha256(bytes);
    const decoded = decodeManifest(bytes);
    if (!equalBytes(hash, BlobId.toBytes(this.id)) || !decoded.ok) return 'bad-manifest';
    if (!this.isWelcome(decoded.value)) return undefined;
    await this.host.blobs.putManifest(this.id, bytes);
    await this.takeManifest(bytes);
    return undefined;
  }

  private isWelcome({ blobBytes }: Manifest): boolean {
    if (!this.settled) this.host.onManifest(this.id, blobBytes);
    return !this.settled;
  }

  private async takeManifest(bytes: Uint8Array): Promise<void> {
    const decoded = decodeManifest(bytes);
    // A stored manifest that no longer decodes is fetched again.
    if (!decoded.ok || !this.isWelcome(decoded.value)) return;
    const held = new Set(await this.host.blobs.listChunks(this.id));
    this.manifest = decoded.value;
    for (const index of decoded.value.chunkHashes.keys()) if (!held.has(index)) this.missing.add(index);
    this.reportProgress();
  }

  private async storeChunk(index: number, bytes: Uint8Array): Promise<'bad-chunk' | undefined> {
    const expected = this.manifest?.chunkHashes[index];
    const hash = await this.host.cipher.sha256(bytes);
    if (!expected || !equalBytes(hash, expected)) return 'bad-chunk';
    // A document that was let go meanwhile must not come back.
    if (this.settled) return undefined;
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
      this.host.onSettled(this.id);
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

  private ask(peer: Peer, part: BlobPart): boolean {
    if (!this.host.askPart(peer, this.id, part)) return false;
    const order: PartOrder = {
      onTimeout: () => {
        this.asked.delete(part);
        this.dropHolder(peer);
        this.host.onRoom();
      },
    };
    this.asked.set(part, { peer, order });
    this.host.window.ask(peer, order);
    return true;
  }

  private idlestOf(idle: readonly (readonly [Peer, Holding])[], part: BlobPart): Peer | undefined {
    let best: Peer | undefined;
    let bestLoad = Infinity;
    for (const [peer, holding] of idle) {
      const load = this.host.window.loadOf(peer);
      if (load >= bestLoad || !holds(holding, part)) continue;
      best = peer;
      bestLoad = load;
    }
    return best;
  }

  private takeRequest(peer: Peer, part: BlobPart): boolean {
    const request = this.asked.get(part);
    if (!request || !this.host.window.answer(peer, request.order)) return false;
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
