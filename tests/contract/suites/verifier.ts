import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src/core/bytes.ts';
import { publicKeyOf, sign } from '../../../src/core/ecdsa.ts';
import { sha256 } from '../../../src/core/hash.ts';
import { VERIFY_ITEM_BYTES, type Verifier } from '../../../src/node/ports.ts';

export interface VerifierFixture {
  readonly verifier: Verifier;
  close(): void;
}

/** A valid check, packed. */
export function makeItem(seed: number): Uint8Array {
  const secret = sha256(Uint8Array.of(1, seed >> 8, seed & 255));
  const digest = sha256(Uint8Array.of(2, seed >> 8, seed & 255));
  return concatBytes(digest, sign(digest, secret), publicKeyOf(secret));
}

function flipBit(item: Uint8Array, offset: number): Uint8Array {
  const copy = Uint8Array.from(item);
  copy[offset]! ^= 1;
  return copy;
}

export function describeVerifier(name: string, makeFixture: () => VerifierFixture): void {
  describe(`Verifier: ${name}`, () => {
    let fixture: VerifierFixture;

    beforeEach(() => {
      fixture = makeFixture();
    });

    afterEach(() => fixture.close());

    it('judges a valid check valid, and one with any part changed not', async () => {
      const item = makeItem(1);
      const parts = { digest: 0, r: 32, s: 64, parity: 96, keyParity: 97, keyX: 129 };
      const changed = Object.values(parts).map((offset) => flipBit(item, offset));
      const verdicts = await fixture.verifier.verify(concatBytes(item, ...changed));
      expect([...verdicts]).toEqual([1, ...changed.map(() => 0)]);
    });

    it('judges bytes that are no signature and no key, without failing', async () => {
      const zeros = new Uint8Array(VERIFY_ITEM_BYTES);
      const ones = new Uint8Array(VERIFY_ITEM_BYTES).fill(0xff);
      expect([...(await fixture.verifier.verify(concatBytes(zeros, ones)))]).toEqual([0, 0]);
    });

    it('keeps the order of a batch that is cut into portions', async () => {
      const valid = makeItem(2);
      const invalid = flipBit(valid, 5);
      const expected = Array.from({ length: 150 }, (_, i) => (i % 7 === 0 || i % 11 === 3 ? 0 : 1));
      const items = concatBytes(...expected.map((verdict) => (verdict ? valid : invalid)));
      expect([...(await fixture.verifier.verify(items))]).toEqual(expected);
    });

    it('answers calls made at once, each with its own verdicts, and leaves the bytes to the caller', async () => {
      const [a, b, c] = [makeItem(3), makeItem(4), flipBit(makeItem(5), 40)];
      const calls = [a, concatBytes(b, c), concatBytes(c, a, b)];
      const before = calls.map((items) => Uint8Array.from(items));
      const verdicts = await Promise.all(calls.map((items) => fixture.verifier.verify(items)));
      expect(verdicts.map((bytes) => [...bytes])).toEqual([[1], [1, 0], [0, 1, 1]]);
      expect(calls).toEqual(before);
    });

    it('answers nothing with nothing', async () => {
      expect(await fixture.verifier.verify(new Uint8Array())).toEqual(new Uint8Array());
    });
  });
}
