import { describe, expect, it, onTestFinished } from 'vitest';
import { WorkerVerifier } from '../../src/adapters/verifier/worker-verifier.ts';
import { concatBytes } from '../../src/core/bytes.ts';
import { VerifierFault } from '../../src/node/ports.ts';
import { describeVerifier, makeItem } from './suites/verifier.ts';

describeVerifier('workers', () => {
  const verifier = new WorkerVerifier(2);
  return { verifier, close: () => verifier.close() };
});

describe('WorkerVerifier', () => {
  const healthy = (): Worker =>
    new Worker(new URL('../../src/adapters/verifier/verifier-worker.ts', import.meta.url), { type: 'module' });
  const crashing = (): Worker =>
    new Worker(new URL('../support/workers/crashing-worker.ts', import.meta.url), { type: 'module' });

  it('rejects with VerifierFault when a worker dies, then verifies with a fresh one', async () => {
    const spawned: (() => Worker)[] = [crashing, healthy];
    const verifier = new WorkerVerifier(1, () => spawned.shift()!());
    onTestFinished(() => verifier.close());
    const many = concatBytes(...Array.from({ length: 100 }, () => makeItem(1)));
    const doomed = verifier.verify(many);
    const behind = verifier.verify(makeItem(2));
    await expect(doomed).rejects.toThrow(VerifierFault);
    expect([...(await behind)]).toEqual([1]);
    expect([...(await verifier.verify(makeItem(3)))]).toEqual([1]);
    expect(spawned).toEqual([]);
  });

  it('makes no worker before it needs one, and no more than it may', async () => {
    let spawned = 0;
    const verifier = new WorkerVerifier(2, () => {
      spawned += 1;
      return healthy();
    });
    onTestFinished(() => verifier.close());
    expect(spawned).toBe(0);
    await verifier.verify(makeItem(1));
    await verifier.verify(makeItem(2));
    expect(spawned).toBe(1);
    await verifier.verify(concatBytes(...Array.from({ length: 40 }, () => makeItem(1))));
    expect(spawned).toBe(2);
  });

  it('rejects what is under way, and what comes later, once closed', async () => {
    const verifier = new WorkerVerifier(1);
    const underWay = verifier.verify(makeItem(1));
    verifier.close();
    await expect(underWay).rejects.toThrow(VerifierFault);
    await expect(verifier.verify(makeItem(2))).rejects.toThrow(VerifierFault);
  });
});
