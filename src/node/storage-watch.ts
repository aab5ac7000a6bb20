/** How much this node keeps and how much room is left: read at the start, soon after something was written, and each minute. */
import { FETCHES_BYTES_MAX, STORAGE_READ_DELAY_MS, STORAGE_READ_INTERVAL_MS } from './params.ts';
import type { BlobStore, Clock, StorageMeter, StorageUse } from './ports.ts';

export interface StorageWatchParts {
  readonly clock: Clock;
  readonly blobs: BlobStore;
  readonly meter: StorageMeter;
}

export interface StorageWatchHandlers {
  onChanged(): void;
  onFault(fault: unknown): void;
}

export class StorageWatch {
  private kept = 0;
  private measured: StorageUse | undefined;
  private planned: { readonly dueMs: number; readonly cancel: () => void } | undefined;
  private isStopped = false;
  private readonly parts: StorageWatchParts;
  private readonly handlers: StorageWatchHandlers;

  constructor(parts: StorageWatchParts, handlers: StorageWatchHandlers) {
    this.parts = parts;
    this.handlers = handlers;
  }

  /** Of sealed documents, own and others'. */
  get blobBytes(): number {
    return this.kept;
  }

  /** Undefined until it was first read, and where the platform does not tell. */
  get use(): StorageUse | undefined {
    return this.measured;
  }

  /** For what may be on its way, as far as the platform tells: where it does not, trying is the only way to know. */
  get hasRoom(): boolean {
    const { measured } = this;
    return !measured || measured.quotaBytes - measured.usedBytes >= FETCHES_BYTES_MAX;
  }

  start(): void {
    this.readIn(0);
  }

  /** Whoever wrote something that may be large. A stream of writes is measured while it goes on, not put off by it. */
  onWrite(): void {
    this.readIn(STORAGE_READ_DELAY_MS);
  }

  stop(): void {
    this.isStopped = true;
    this.planned?.cancel();
  }

  private readIn(delayMs: number): void {
    if (this.isStopped) return;
    const { clock } = this.parts;
    const dueMs = clock.nowMs() + delayMs;
    if (this.planned && this.planned.dueMs <= dueMs) return;
    this.planned?.cancel();
    const cancel = clock.after(delayMs, () => {
      this.planned = undefined;
      this.read().catch((fault: unknown) => {
        if (!this.isStopped) this.handlers.onFault(fault);
      });
    });
    this.planned = { dueMs, cancel };
  }

  private async read(): Promise<void> {
    this.readIn(STORAGE_READ_INTERVAL_MS);
    this.kept = await this.parts.blobs.usedBytes();
    this.measured = await this.parts.meter.estimate();
    this.handlers.onChanged();
  }
}
