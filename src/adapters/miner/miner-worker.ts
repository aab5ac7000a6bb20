/** The inside of a miner worker: one search at a time, in slices short enough that a new job never waits. */
import { expose } from 'comlink';
import { NonceSearch, type NonceRange } from './nonce-search.ts';

export type SearchOutcome =
  | { readonly type: 'found'; readonly header: Uint8Array }
  | { readonly type: 'exhausted' }
  /** Another search, or `cancel`, came first. */
  | { readonly type: 'cancelled' };

/** Plain results only: errors lose their class on the way out of a worker. */
export interface MinerWorkerApi {
  /** Ends the search under way and starts another. Resolves when this one is over. */
  search(header: Uint8Array, target: Uint8Array, range: NonceRange): Promise<SearchOutcome>;
  cancel(): void;
  /** Hashes computed since the last call. */
  takeHashes(): number;
}

/** How long the worker is deaf to a new job. */
const SLICE_MS = 20;
const FIRST_SLICE_HASHES = 20_000;

let generation = 0;
let hashesDone = 0;
let hashesPerSlice = FIRST_SLICE_HASHES;

const { port1: wakeUp, port2: waiting } = new MessageChannel();
const waiters: (() => void)[] = [];
waiting.onmessage = () => waiters.shift()?.();

/** Lets messages in: unlike timers, a message port is never throttled or clamped. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    waiters.push(resolve);
    wakeUp.postMessage(undefined);
  });
}

async function search(header: Uint8Array, target: Uint8Array, range: NonceRange): Promise<SearchOutcome> {
  const mine = ++generation;
  const nonces = new NonceSearch(header, target, range);
  for (;;) {
    await nextTask();
    if (generation !== mine) return { type: 'cancelled' };
    const found = searchSlice(nonces);
    if (found) return { type: 'found', header: found };
    if (nonces.isExhausted) return { type: 'exhausted' };
  }
}

function searchSlice(nonces: NonceSearch): Uint8Array | undefined {
  const startMs = performance.now();
  let hashesLeft = hashesPerSlice;
  let found: Uint8Array | undefined;
  while (hashesLeft > 0 && !found && !nonces.isExhausted) {
    const step = nonces.step(hashesLeft);
    found = step.header;
    hashesLeft -= step.hashes;
    hashesDone += step.hashes;
  }
  if (hashesLeft <= 0) adaptSlice(performance.now() - startMs);
  return found;
}

/** Devices differ by a factor of fifty, and one device by its battery and temperature. */
function adaptSlice(elapsedMs: number): void {
  const correction = Math.min(2, Math.max(0.5, SLICE_MS / Math.max(1, elapsedMs)));
  hashesPerSlice = Math.ceil(hashesPerSlice * correction);
}

const api: MinerWorkerApi = {
  search,
  cancel: () => {
    generation += 1;
  },
  takeHashes: () => {
    const hashes = hashesDone;
    hashesDone = 0;
    return hashes;
  },
};

expose(api);
