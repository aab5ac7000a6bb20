import { describe, expect, it } from 'vitest';
import { InlineVerifier } from '../../src/adapters/verifier/inline-verifier.ts';
import { concatBytes } from '../../src/core/bytes.ts';
import { describeVerifier, makeItem } from './suites/verifier.ts';

describeVerifier('inline', () => ({ verifier: new InlineVerifier(), close: () => undefined }));
// A memory of two forgets and recalls all through the suite.
describeVerifier('inline with a small memory', () => ({ verifier: new InlineVerifier(2), close: () => undefined }));

describe('InlineVerifier', () => {
  it('never lends a remembered verdict to another signature of the same digest', async () => {
    const verifier = new InlineVerifier(100);
    const good = makeItem(1);
    const bad = Uint8Array.from(good);
    bad[50]! ^= 1;
    expect([...(await verifier.verify(good))]).toEqual([1]);
    expect([...(await verifier.verify(concatBytes(bad, good, bad)))]).toEqual([0, 1, 0]);
  });
});
