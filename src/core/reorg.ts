/** The way from one tip to another, whatever lies between. */
import type { IndexedHeader } from './indexed-header.ts';

export interface ReorgPlan {
  readonly forkPoint: IndexedHeader;
  /** Blocks to take off, highest first. */
  readonly disconnect: readonly IndexedHeader[];
  /** Blocks to put on, lowest first. */
  readonly connect: readonly IndexedHeader[];
}

/** Highest block both chains share. Both must come from one index: they meet at genesis at the latest. */
export function forkPoint(a: IndexedHeader, b: IndexedHeader): IndexedHeader {
  let left = a;
  let right = b;
  while (left.hash !== right.hash) {
    // Genesis is never the higher of two different blocks, so the one that steps always has a parent.
    if (left.height >= right.height) left = left.parent!;
    else right = right.parent!;
  }
  return left;
}

export function reorgPlan(fromTip: IndexedHeader, toTip: IndexedHeader): ReorgPlan {
  const fork = forkPoint(fromTip, toTip);
  return { forkPoint: fork, disconnect: downTo(fork, fromTip), connect: downTo(fork, toTip).reverse() };
}

function downTo(fork: IndexedHeader, tip: IndexedHeader): IndexedHeader[] {
  const blocks: IndexedHeader[] = [];
  for (let at = tip; at.hash !== fork.hash; at = at.parent!) blocks.push(at);
  return blocks;
}
