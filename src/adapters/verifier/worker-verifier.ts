/**
 * The Verifier port on a pool of Web Workers: batches are cut into portions that idle workers take one by one, so that
 * every core is busy to the end and a slow one holds up nobody. Works inside the node worker and in a page.
 */
import { transfer } from 'comlink';
import { VERIFY_ITEM_BYTES, VerifierFault, type Verifier } from '../../node/ports.ts';
import { WatchedWorker } from '../platform/watched-worker.ts';
import { countItems } from './verify-items.ts';
import type { VerifierWorkerApi } from './verifier-worker.ts';

/** Bounds of a portion: worth a message, and at most some tens of milliseconds of work. */
const PORTION_ITEMS_MIN = 8;
const PORTION_ITEMS_MAX = 64;
const WORKERS_MAX = 8;

/** One call of `verify`. */
interface Batch {
  readonly verdicts: Uint8Array;
  itemsLeft: number;
  resolve(verdicts: Uint8Array): void;
  reject(fault: VerifierFault): void;
}

interface Portion {
  readonly batch: Batch;
  /** Index of its first check in the batch. */
  readonly start: number;
  /** A copy: the caller keeps its bytes, this one is handed over to the worker. */
  readonly items: Uint8Array<ArrayBuffer>;
}

type VerifierWorker = WatchedWorker<VerifierWorkerApi>;

function spawnVerifierWorker(): Worker {
  return new Worker(new URL('./verifier-worker.ts', import.meta.url), { type: 'module' });
}

export class WorkerVerifier implements Verifier {
  private readonly workersMax: number;
  private readonly spawn: () => Worker;
  private readonly idle: VerifierWorker[] = [];
  /** What each busy worker works on. */
  private readonly busy = new Map<VerifierWorker, Portion>();
  /** As long as its callers make it: each of them waits for its verdicts. */
  private waiting: Portion[] = [];
  private isClosed = false;

  /** @param workersMax  by default one a core; they are made when first needed */
  constructor(
    workersMax: number = Math.min(WORKERS_MAX, navigator.hardwareConcurrency),
    spawn: () => Worker = spawnVerifierWorker,
  ) {
    this.workersMax = workersMax;
    this.spawn = spawn;
  }

  verify(items: Uint8Array): Promise<Uint8Array> {
    const count = countItems(items);
    if (count === 0) return Promise.resolve(new Uint8Array());
    if (this.isClosed) return Promise.reject(new VerifierFault('verifier is closed'));
    return new Promise((resolve, reject) => {
      const batch: Batch = { verdicts: new Uint8Array(count), itemsLeft: count, resolve, reject };
      const fairShare = Math.ceil(count / this.workersMax);
      const portionItems = Math.min(PORTION_ITEMS_MAX, Math.max(PORTION_ITEMS_MIN, fairShare));
      for (let start = 0; start < count; start += portionItems) {
        const from = start * VERIFY_ITEM_BYTES;
        const copy = Uint8Array.from(items.subarray(from, from + portionItems * VERIFY_ITEM_BYTES));
        this.waiting.push({ batch, start, items: copy });
      }
      this.dispatch();
    });
  }

  /** Makes every worker now, for a page that could not fetch their script later. Rejects with WorkerDied when one can't be had. */
  async hireAll(): Promise<void> {
    for (let worker = this.hire(); worker; worker = this.hire()) this.idle.push(worker);
    await Promise.all(this.idle.map((worker) => worker.ask((remote) => remote.verify(new Uint8Array(0)))));
  }

  /** Ends the workers; calls under way reject. */
  close(): void {
    this.isClosed = true;
    const batches = new Set([...this.busy.values(), ...this.waiting].map(({ batch }) => batch));
    for (const worker of [...this.idle, ...this.busy.keys()]) worker.terminate();
    for (const batch of batches) this.fail(batch, 'verifier was closed');
  }

  private dispatch(): void {
    while (this.waiting.length > 0) {
      const worker = this.idle.pop() ?? this.hire();
      if (!worker) return;
      const portion = this.waiting.shift()!;
      this.busy.set(worker, portion);
      void this.work(worker, portion);
    }
  }

  private hire(): VerifierWorker | undefined {
    if (this.idle.length + this.busy.size >= this.workersMax) return undefined;
    const worker: VerifierWorker = new WatchedWorker<VerifierWorkerApi>(this.spawn(), () => this.bury(worker));
    return worker;
  }

  private async work(worker: VerifierWorker, portion: Portion): Promise<void> {
    const { batch, start, items } = portion;
    try {
      const verdicts = await worker.ask((remote) => remote.verify(transfer(items, [items.buffer])));
      batch.verdicts.set(verdicts, start);
      batch.itemsLeft -= verdicts.length;
      if (batch.itemsLeft === 0) batch.resolve(batch.verdicts);
      this.busy.delete(worker);
      this.idle.push(worker);
    } catch (cause) {
      // Dead, or it failed where nothing may fail: no verdict either way, and not to be trusted with another portion.
      worker.terminate();
      this.busy.delete(worker);
      this.fail(batch, 'a verifier worker died', { cause });
    }
    this.dispatch();
  }

  /** A busy worker's death reaches `work`; an idle one is only struck off. The next portion hires another. */
  private bury(worker: VerifierWorker): void {
    const index = this.idle.indexOf(worker);
    if (index >= 0) this.idle.splice(index, 1);
  }

  private fail(batch: Batch, message: string, options?: ErrorOptions): void {
    this.waiting = this.waiting.filter((portion) => portion.batch !== batch);
    batch.reject(new VerifierFault(message, options));
  }
}
