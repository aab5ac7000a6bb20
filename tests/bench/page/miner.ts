/** Mining speed in a browser page: the miner's kernel in one worker, side by side with a plain @noble/hashes loop. */
import { sha256 } from '@noble/hashes/sha2.js';
import { WorkerMiner } from '../../../src/adapters/miner/worker-miner.ts';
import { median } from '../median.ts';

export interface MinerFigures {
  /** Wall clock, one worker, as the miner itself reports it. */
  readonly kernelHashesPerSecond: number;
  /** One thread: write the nonce into 112 bytes, hash, compare. */
  readonly nobleHashesPerSecond: number;
  readonly ratio: number;
}

const SLICE_HASHES = 5000;
const HEADER = Uint8Array.from({ length: 112 }, (_, i) => (i * 29) & 255);
/** Met by no header. */
const NEVER = new Uint8Array(32);

/**
 * Takes turns, so that a busy moment of the machine meets both, and gives each one's median.
 * @param rounds  of about 3 s each
 */
export async function measureMiner(rounds = 3): Promise<MinerFigures> {
  const kernel: number[] = [];
  const noble: number[] = [];
  measureNoble();
  for (let i = 0; i < rounds; i++) {
    noble.push(measureNoble());
    kernel.push(await measureKernel());
  }
  const kernelHashesPerSecond = median(kernel);
  const nobleHashesPerSecond = median(noble);
  return { kernelHashesPerSecond, nobleHashesPerSecond, ratio: kernelHashesPerSecond / nobleHashesPerSecond };
}

/** The second rate a fresh miner reports: the first one holds the worker's start. */
async function measureKernel(): Promise<number> {
  const miner = new WorkerMiner();
  try {
    return await new Promise<number>((resolve, reject) => {
      let reports = 0;
      miner.start({
        onFound: () => reject(new Error('found a header that cannot be')),
        onStopped: (reason) => reject(new Error(reason)),
        onRate: (hashesPerSecond) => {
          reports += 1;
          if (reports === 2) resolve(hashesPerSecond);
        },
      });
      miner.mine({ header: HEADER, target: NEVER }, 1);
    });
  } finally {
    miner.stop();
  }
}

function measureNoble(): number {
  const header = Uint8Array.from(HEADER);
  const view = new DataView(header.buffer);
  const startMs = performance.now();
  let hashes = 0;
  let elapsedMs: number;
  do {
    for (let i = 0; i < SLICE_HASHES; i++) {
      view.setUint32(108, hashes++);
      if (isBelow(sha256(header), NEVER)) throw new Error('found a header that cannot be');
    }
    elapsedMs = performance.now() - startMs;
  } while (elapsedMs < 1000);
  return (1000 * hashes) / elapsedMs;
}

function isBelow(hash: Uint8Array, target: Uint8Array): boolean {
  for (let i = 0; i < 32; i++) if (hash[i] !== target[i]) return hash[i]! < target[i]!;
  return true;
}
