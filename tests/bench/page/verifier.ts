/** Signature checks in a browser page: the verifier pool, side by side with @noble/curves on one thread. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { WorkerVerifier } from '../../../src/adapters/verifier/worker-verifier.ts';
import { concatBytes } from '../../../src/core/bytes.ts';
import { publicKeyOf, sign } from '../../../src/core/ecdsa.ts';
import { sha256 } from '../../../src/core/hash.ts';
import { median } from '../median.ts';

export interface VerifierFigures {
  readonly poolChecksPerSecond: number;
  readonly nobleChecksPerSecond: number;
  readonly ratio: number;
  /** Cores the browser says there are, hence workers in the pool. */
  readonly cores: number;
}

/** Different signatures; repeated to fill the batch, since signing them is no part of the figure. */
const DISTINCT = 100;

/**
 * Takes turns, so that a busy moment of the machine meets both, and gives each one's median.
 * @param count  checks in a batch
 */
export async function measureVerifier(count = 1000, rounds = 3): Promise<VerifierFigures> {
  const distinct = Array.from({ length: DISTINCT }, (_, i) => makeItem(i));
  const batch = concatBytes(...Array.from({ length: count }, (_, i) => distinct[i % DISTINCT]!));
  const pool = new WorkerVerifier();
  const pooled: number[] = [];
  const noble: number[] = [];
  try {
    // One round of each to warm up.
    await measurePool(pool, batch);
    measureNoble(distinct, count);
    for (let i = 0; i < rounds; i++) {
      noble.push(measureNoble(distinct, count));
      pooled.push(await measurePool(pool, batch));
    }
  } finally {
    pool.close();
  }
  const poolChecksPerSecond = median(pooled);
  const nobleChecksPerSecond = median(noble);
  const ratio = poolChecksPerSecond / nobleChecksPerSecond;
  return { poolChecksPerSecond, nobleChecksPerSecond, ratio, cores: navigator.hardwareConcurrency };
}

function makeItem(seed: number): Uint8Array {
  const secret = sha256(Uint8Array.of(1, seed));
  const digest = sha256(Uint8Array.of(2, seed));
  return concatBytes(digest, sign(digest, secret), publicKeyOf(secret));
}

async function measurePool(pool: WorkerVerifier, batch: Uint8Array): Promise<number> {
  const startMs = performance.now();
  const verdicts = await pool.verify(batch);
  const elapsedMs = performance.now() - startMs;
  if (verdicts.includes(0)) throw new Error('the pool refused a valid signature');
  return (1000 * verdicts.length) / elapsedMs;
}

function measureNoble(items: readonly Uint8Array[], count: number): number {
  const startMs = performance.now();
  for (let i = 0; i < count; i++) {
    const item = items[i % items.length]!;
    const [digest, signature, publicKey] = [item.subarray(0, 32), item.subarray(32, 96), item.subarray(97)];
    if (!secp256k1.verify(signature, digest, publicKey, { prehash: false })) {
      throw new Error('noble refused a valid signature');
    }
  }
  return (1000 * count) / (performance.now() - startMs);
}
