import { readFile } from 'node:fs/promises';
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelSource } from '../../../scripts/make-kernel.mjs';
import { scanNonces } from '../../../src/adapters/miner/kernel.generated.ts';
import { NONCES, NonceSearch, nonceShare } from '../../../src/adapters/miner/nonce-search.ts';
import { prepareHeader, viewOf } from '../../../src/adapters/miner/sha256-midstate.ts';
import { compareBytes, fromBigInt, toBigInt, toHex } from '../../../src/core/bytes.ts';

const headers = fc.uint8Array({ minLength: 112, maxLength: 112 });
const nonces = fc.oneof(fc.nat(NONCES - 1), fc.constantFrom(0, 2 ** 31 - 1, 2 ** 31, NONCES - 1));

function withNonce(header: Uint8Array, nonce: number): Uint8Array {
  const copy = Uint8Array.from(header);
  viewOf(copy).setUint32(108, nonce);
  return copy;
}

function scanOne(header: Uint8Array, limit: number, nonce: number): number {
  const { midstateTop, state, tail } = prepareHeader(header);
  return scanNonces(midstateTop, state, tail, limit, nonce, 1);
}

describe('the generated kernel', () => {
  it('is what its generator writes', async () => {
    const checkedIn = await readFile(
      new URL('../../../src/adapters/miner/kernel.generated.ts', import.meta.url),
      'utf8',
    );
    expect(await kernelSource()).toBe(checkedIn);
  });

  it('computes the top word of SHA-256 for every header and nonce', () => {
    fc.assert(
      fc.property(headers, nonces, (header, nonce) => {
        const top = viewOf(sha256(withNonce(header, nonce))).getUint32(0);
        expect(scanOne(header, top, nonce)).toBe(0);
        if (top > 0) expect(scanOne(header, top - 1, nonce)).toBe(-1);
      }),
      { numRuns: 500 },
    );
  });
});

describe('NonceSearch', () => {
  it('accepts a hash equal to the target and refuses one above it by one', () => {
    fc.assert(
      fc.property(headers, nonces, (header, nonce) => {
        const expected = withNonce(header, nonce);
        const hash = toBigInt(sha256(expected));
        const search = (target: bigint): Uint8Array | undefined =>
          new NonceSearch(header, fromBigInt(target, 32), { from: nonce, to: nonce + 1 }).step(1).header;
        expect(search(hash)).toEqual(expected);
        expect(search(hash - 1n)).toBeUndefined();
      }),
    );
  });

  it('finds exactly the nonces a plain loop finds, whatever the step', () => {
    const header = Uint8Array.from({ length: 112 }, (_, i) => (i * 37) & 255);
    const target = fromBigInt(2n ** 256n / 100n, 32);
    const range = { from: 2 ** 31 - 1500, to: 2 ** 31 + 1500 };
    const plain: string[] = [];
    for (let nonce = range.from; nonce < range.to; nonce++) {
      const candidate = withNonce(header, nonce);
      if (compareBytes(sha256(candidate), target) <= 0) plain.push(toHex(candidate));
    }
    expect(plain.length).toBeGreaterThan(10);

    const search = new NonceSearch(header, target, range);
    const found: string[] = [];
    for (let hashes = 0, size = 1; hashes < 3000; size = (size % 97) + 1) {
      const step = search.step(size);
      hashes += step.hashes;
      if (step.header) found.push(toHex(step.header));
    }
    expect(found).toEqual(plain);
  });

  it('rolls extraNonce over all its values, then is exhausted', () => {
    const header = new Uint8Array(112).fill(0xff);
    const search = new NonceSearch(header, new Uint8Array(32).fill(0xff), { from: 7, to: 8 });
    const seen = new Set<number>();
    while (!search.isExhausted) {
      const found = viewOf(search.step(10).header!);
      if (found.getUint32(108) === 7) seen.add(found.getUint16(2));
    }
    expect(seen.size).toBe(2 ** 16);
    expect(search.step(10)).toEqual({ header: undefined, hashes: 0 });
  });

  it('shares the nonces out without gap or overlap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), (count) => {
        const shares = Array.from({ length: count }, (_, i) => nonceShare(i, count));
        expect(shares[0]!.from).toBe(0);
        expect(shares.at(-1)!.to).toBe(NONCES);
        shares.slice(1).forEach((share, i) => expect(share.from).toBe(shares[i]!.to));
      }),
    );
  });
});
