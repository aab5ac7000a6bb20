import { expect, test } from 'vitest';
import { concatBytes } from '../../../src/core/bytes.ts';
import { sha256 } from '../../../src/core/hash.ts';
import { merkleProof, merkleRoot, verifyProof } from '../../../src/core/merkle.ts';

const leaf = (value: number) => Uint8Array.of(value);
const leaves = [leaf(1), leaf(2), leaf(3)];

test('a repeated last leaf makes another root', () => {
  expect(merkleRoot([...leaves, leaf(3)])).not.toEqual(merkleRoot(leaves));
});

test('an inner node does not pass for a leaf', () => {
  const hashOf = (value: number) => sha256(Uint8Array.of(0, value));
  const nodeBytes = concatBytes(hashOf(1), hashOf(2));
  expect(merkleRoot([nodeBytes, leaf(3)])).not.toEqual(merkleRoot(leaves));
});

test('proofs with a bad index, count, length or hash size are refused without a throw', () => {
  const root = merkleRoot(leaves);
  const proof = merkleProof(leaves, 1);
  expect(verifyProof(leaf(2), 1, 3, proof, root)).toBe(true);
  for (const [index, count] of [
    [-1, 3],
    [3, 3],
    [0.5, 3],
    [1, Infinity],
    [NaN, 3],
  ] as const) {
    expect(verifyProof(leaf(2), index, count, proof, root)).toBe(false);
  }
  expect(verifyProof(leaf(2), 1, 3, proof.slice(1), root)).toBe(false);
  expect(verifyProof(leaf(2), 1, 3, [...proof, proof[0]!], root)).toBe(false);
  expect(verifyProof(leaf(2), 1, 3, [proof[0]!.subarray(1), proof[1]!], root)).toBe(false);
  expect(() => merkleProof(leaves, 3)).toThrow(RangeError);
  expect(verifyProof(leaf(9), 1, 3, proof, root)).toBe(false);
  // On the same side all the way up as leaf 1.
  expect(
    [1, 3].map((index) => verifyProof(leaf(2), index, 2, proof.slice(0, 1), merkleRoot(leaves.slice(0, 2)))),
  ).toEqual([true, false]);
});
