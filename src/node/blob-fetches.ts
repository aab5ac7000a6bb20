/**
 * Sealed documents this node is after, so many at a time. One that nobody has gives its place to the next and stands at
 * the end of the line again, so that what nobody serves never keeps the rest from coming.
 */
import type { BlobId } from '../core/ids.ts';
import type { BlobPart } from '../core/wire.ts';
import { sizeBucketOf } from '../health/padding.ts';
import { BlobFetch, type FetchHost, type FetchProgress } from './blob-fetch.ts';
import { FetchWindow } from './fetch-window.ts';
import { FETCH_TURN_MS, FETCHES_MAX, FETCHES_UNASKED_MAX } from './params.ts';
import type { Peer } from './peer.ts';
import type { Clock } from './ports.ts';

export interface FetchOrder {
  /** What the chain says of its size; a document of another size is refused. Undefined for own ones. */
  readonly sizeBucket?: number;
  /** Found by its hint alone: goes behind what the person asked for, or was let into. */
  readonly isUnasked?: boolean;
}

interface Waiter extends FetchOrder {
  resolve(): void;
  reject(fault: unknown): void;
}

interface Want {
  waiters: Waiter[];
  /** When its last turn began; undefined before the first. */
  beganAtMs: number | undefined;
}

export class BlobCancelled extends Error {
  override readonly name = 'BlobCancelled';
  readonly code = 'cancelled';
}

/** Not of the size that the chain says: whoever sealed it lied, not who served it. */
export class BlobRefused extends Error {
  override readonly name = 'BlobRefused';
  readonly code = 'size-differs';
}

interface BlobFetchesHost extends Omit<FetchHost, 'window' | 'onManifest' | 'onRoom' | 'onSettled'> {
  onFault(fault: unknown): void;
}

export class BlobFetches {
  /** Whose turn comes next comes first. */
  private readonly wants = new Map<BlobId, Want>();
  /** Those whose turn it is; the one to ask next comes first. */
  private readonly fetches = new Map<BlobId, BlobFetch>();
  private readonly fetchHost: FetchHost;
  private readonly clock: Clock;
  private readonly onFault: (fault: unknown) => void;
  private cancelTurns: (() => void) | undefined;
  private paused = false;
  private stopped = false;

  constructor({ onFault, ...host }: BlobFetchesHost) {
    this.clock = host.clock;
    this.onFault = onFault;
    this.fetchHost = {
      ...host,
      window: new FetchWindow(host.clock),
      onManifest: (id, blobBytes) => this.refuseOtherSizes(id, blobBytes),
      onRoom: () => this.askInTurns(),
      onSettled: (id) => this.settle(id, undefined),
    };
  }

  get isPaused(): boolean {
    return this.paused;
  }

  /** Resolves when every part is stored and checked. Rejects with StoreFault, BlobRefused or BlobCancelled. */
  fetch(id: BlobId, order: FetchOrder): Promise<void> {
    if (this.stopped) return Promise.reject(new BlobCancelled('the node stops'));
    const want = this.wants.get(id) ?? { waiters: [], beganAtMs: undefined };
    this.wants.set(id, want);
    const done = new Promise<void>((resolve, reject) => {
      want.waiters.push({ ...order, resolve, reject });
    });
    const blobBytes = this.fetches.get(id)?.blobBytes;
    if (blobBytes !== undefined) this.refuseOtherSizes(id, blobBytes);
    this.beginNext();
    return done;
  }

  progressOf(id: BlobId): FetchProgress {
    return this.fetches.get(id)?.progress ?? { done: 0, total: 0, isServed: false };
  }

  cancel(id: BlobId): void {
    this.settle(id, new BlobCancelled('fetch cancelled'));
  }

  /** No room on the disk: nothing is fetched. What came so far stays, and is taken up again. */
  pause(): void {
    this.paused = true;
    for (const id of [...this.fetches.keys()]) this.endTurn(id);
  }

  resume(): void {
    this.paused = false;
    this.beginNext();
  }

  stop(): void {
    this.stopped = true;
    this.cancelTurns?.();
    for (const id of [...this.wants.keys()]) this.cancel(id);
  }

  onPeer(peer: Peer): void {
    for (const fetch of this.fetches.values()) fetch.onPeer(peer);
  }

  onGone(peer: Peer): void {
    for (const fetch of [...this.fetches.values()]) fetch.onGone(peer);
  }

  onHave(peer: Peer, id: BlobId, chunks: 'all' | 'none' | Uint8Array): void {
    this.fetches.get(id)?.onHave(peer, chunks);
  }

  onNotFound(peer: Peer, id: BlobId, part: BlobPart): void {
    this.fetches.get(id)?.onNotFound(peer, part);
  }

  async onChunk(peer: Peer, id: BlobId, part: BlobPart, bytes: Uint8Array): Promise<void> {
    const fetch = this.fetches.get(id);
    if (!fetch) return;
    try {
      await fetch.onPart(peer, part, bytes);
    } catch (fault) {
      if (this.fetches.get(id) === fetch) this.fail(id, fault);
    }
  }

  // ---------------------------------------------------------------- turns

  private beginNext(): void {
    for (let id = this.nextInLine(); id; id = this.nextInLine()) this.begin(id);
    if (this.hasLine && !this.paused && !this.stopped) this.planTurns();
  }

  private nextInLine(): BlobId | undefined {
    if (this.paused || this.stopped || !this.hasLine || this.fetches.size >= FETCHES_MAX) return undefined;
    const line = [...this.wants].filter(([id]) => !this.fetches.has(id));
    const asked = line.find(([, want]) => !isUnasked(want));
    if (asked) return asked[0];
    const unasked = [...this.fetches.keys()].filter((id) => isUnasked(this.wants.get(id)!));
    return unasked.length < FETCHES_UNASKED_MAX ? line[0]?.[0] : undefined;
  }

  private get hasLine(): boolean {
    return this.wants.size > this.fetches.size;
  }

  private begin(id: BlobId): void {
    const want = this.wants.get(id)!;
    const fetch = new BlobFetch(id, this.fetchHost, { wasAsked: want.beganAtMs !== undefined });
    want.beganAtMs = this.clock.nowMs();
    this.fetches.set(id, fetch);
    fetch.start().catch((fault: unknown) => {
      if (this.fetches.get(id) === fetch) this.fail(id, fault);
    });
  }

  private planTurns(): void {
    this.cancelTurns ??= this.clock.after(FETCH_TURN_MS, () => {
      this.cancelTurns = undefined;
      this.changeTurns();
    });
  }

  /** As many as wait take the places of those that nobody serves. */
  private changeTurns(): void {
    const endedMs = this.clock.nowMs() - FETCH_TURN_MS;
    let waiting = this.wants.size - this.fetches.size;
    for (const [id, { beganAtMs }] of [...this.wants]) {
      if (waiting === 0) break;
      if (!this.fetches.get(id)?.isIdle || beganAtMs! > endedMs) continue;
      this.endTurn(id);
      waiting--;
    }
    this.beginNext();
  }

  private endTurn(id: BlobId): void {
    this.fetches.get(id)?.stop();
    this.fetches.delete(id);
    const want = this.wants.get(id)!;
    this.wants.delete(id);
    this.wants.set(id, want);
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

  // ---------------------------------------------------------------- ends

  /** Two slots may name one document, and one of them with a false size. */
  private refuseOtherSizes(id: BlobId, blobBytes: number): void {
    const want = this.wants.get(id);
    if (!want) return;
    const bucket = sizeBucketOf(blobBytes);
    const isRefused = ({ sizeBucket }: FetchOrder) => sizeBucket !== undefined && sizeBucket !== bucket;
    const refused = want.waiters.filter(isRefused);
    want.waiters = want.waiters.filter((waiter) => !isRefused(waiter));
    for (const { sizeBucket, reject } of refused) {
      reject(new BlobRefused(`${blobBytes} bytes are not of size bucket ${sizeBucket}`));
    }
    if (want.waiters.length === 0) this.cancel(id);
  }

  private settle(id: BlobId, fault: unknown): void {
    this.fetches.get(id)?.stop();
    this.fetches.delete(id);
    const waiters = this.wants.get(id)?.waiters ?? [];
    this.wants.delete(id);
    for (const waiter of waiters) {
      if (fault === undefined) waiter.resolve();
      else waiter.reject(fault);
    }
    this.beginNext();
    this.askInTurns();
  }

  private fail(id: BlobId, fault: unknown): void {
    this.onFault(fault);
    this.settle(id, fault);
  }
}

function isUnasked({ waiters }: Want): boolean {
  return waiters.every((waiter) => waiter.isUnasked);
}
