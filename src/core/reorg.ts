/** The way from one tip to another, whatever lies between. */
import type { HeaderIndex } from './header-index.ts';
import type { IndexedHeader } from './indexed-header.ts';

export interface ReorgPlan {
  /** Blocks to take off, highest first. */
  readonly disconnect: readonly IndexedHeader[];
  /** Blocks to put on, lowest first. */
  readonly connect: readonly IndexedHeader[];
}

/** Both tips are of this index: they meet at genesis at the latest. */
export function reorgPlan(index: HeaderIndex, fromTip: IndexedHeader, toTip: IndexedHeader): ReorgPlan {
  const fork = index.forkPoint(fromTip, toTip);
  return { disconnect: downTo(fork, fromTip), connect: downTo(fork, toTip).reverse() };
}

function downTo(fork: IndexedHeader, tip: IndexedHeader): IndexedHeader[] {
  const blocks: IndexedHeader[] = [];
  for (let at = tip; at.hash !== fork.hash; at = at.parent!) blocks.push(at);
  return blocks;
}
