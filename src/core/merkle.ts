/**
 * Merkle trees, exactly those of RFC 6962: leaves and nodes are hashed under different tags and an odd node moves up
 * unpaired. So no list of leaves shares its root with another: neither a node read as a leaf, nor a last leaf repeated.
 * @source RFC 6962 2.1 (SHA-256)
 */
import { concatBytes, equalBytes } from './bytes.ts';
import { HASH_BYTES, sha256 } from './hash.ts';

const LEAF_TAG = Uint8Array.of(0);
const NODE_TAG = Uint8Array.of(1);

/** Root of nothing: SHA-256 of the empty string, which no leaf or node hashes, for want of a tag. */
const EMPTY_MERKLE_ROOT: Uint8Array = sha256(new Uint8Array(0));

/** @returns 32 bytes */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return EMPTY_MERKLE_ROOT.slice();
  let level = leaves.map(hashLeaf);
  while (level.length > 1) level = parentsOf(level);
  return level[0]!;
}

/**
 * The hashes that tie one leaf to the root, lowest first: at most ceil(log2(leaves)), fewer where nodes moved up unpaired.
 * Throws RangeError when there is no such leaf.
 */
export function merkleProof(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) throw new RangeError(`no leaf ${index}`);
  const proof: Uint8Array[] = [];
  let position = index;
  for (let level = leaves.map(hashLeaf); level.length > 1; level = parentsOf(level)) {
    const sibling = level[position ^ 1];
    if (sibling) proof.push(sibling);
    position >>>= 1;
  }
  return proof;
}

/**
 * Whether `leaf` is number `index` of the `count` leaves under `root`. Judges any bytes; never throws.
 * `count` is the prover's word: the root does not commit to it, so rely on it for nothing else.
 */
export function verifyProof(
  leaf: Uint8Array,
  index: number,
  count: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(count) || index < 0 || index >= count) return false;
  let hash = hashLeaf(leaf);
  let position = index;
  let last = count - 1;
  let used = 0;
  for (; last > 0; position = Math.floor(position / 2), last = Math.floor(last / 2)) {
    const isRight = position % 2 === 1;
    if (!isRight && position === last) continue; // odd one out: moves up as it is
    const sibling = proof[used++];
    if (sibling?.length !== HASH_BYTES) return false;
    hash = isRight ? hashNode(sibling, hash) : hashNode(hash, sibling);
  }
  return used === proof.length && equalBytes(hash, root);
}

function hashLeaf(leaf: Uint8Array): Uint8Array {
  return sha256(concatBytes(LEAF_TAG, leaf));
}

function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(NODE_TAG, left, right));
}

function parentsOf(level: readonly Uint8Array[]): Uint8Array[] {
  const parents: Uint8Array[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const right = level[i + 1];
    parents.push(right ? hashNode(level[i]!, right) : level[i]!);
  }
  return parents;
}
