import fc from 'fast-check';
import { expect, test } from 'vitest';
import { merkleProof, merkleRoot, verifyProof } from '../../src/core/merkle.ts';

const leafLists = fc.array(fc.uint8Array({ maxLength: 4 }), { minLength: 1, maxLength: 40 });

test('every leaf is proven at its place and nowhere else', () => {
  fc.assert(
    fc.property(leafLists, fc.nat(), fc.nat(), (leaves, a, b) => {
      const index = a % leaves.length;
      const other = b % leaves.length;
      const root = merkleRoot(leaves);
      const proof = merkleProof(leaves, index);
      expect(verifyProof(leaves[index]!, index, leaves.length, proof, root)).toBe(true);
      const sameLeaf = leaves[other]!.join() === leaves[index]!.join();
      expect(verifyProof(leaves[other]!, index, leaves.length, proof, root)).toBe(sameLeaf);
      if (other !== index && !sameLeaf) {
        expect(verifyProof(leaves[index]!, other, leaves.length, proof, root)).toBe(false);
      }
    }),
  );
});

test('two different lists have different roots', () => {
  fc.assert(
    fc.property(leafLists, leafLists, (a, b) => {
      fc.pre(
        a.map((leaf) => leaf.join()).join('|') !== b.map((leaf) => leaf.join()).join('|') || a.length !== b.length,
      );
      expect(merkleRoot(a)).not.toEqual(merkleRoot(b));
    }),
  );
});
