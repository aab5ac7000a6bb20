/** A header in its place: what the chain before it adds to its 112 bytes. */
import type { Header } from './header.ts';
import type { BlockHash } from './ids.ts';

export interface IndexedHeader {
  readonly hash: BlockHash;
  /** 0 at genesis. */
  readonly height: number;
  /** Undefined at genesis only. */
  readonly parent: IndexedHeader | undefined;
  /** Work of this block and all before it. */
  readonly chainwork: bigint;
  /** Seconds the schedule has written off by this block (asert.ts). */
  readonly idleS: number;
  readonly timeS: number;
  readonly bits: number;
  /** 112 bytes, shared: not to be written to. */
  readonly encoded: Uint8Array;
  /** Decoded on each call: keep it rather than asking in a loop. */
  readonly header: Header;
}

const MEDIAN_BLOCKS = 11;

/**
 * Median time of a block and the ten before it (fewer near genesis): the clock of the chain, which no single miner can
 * turn back. The next block must be later than this. Unix seconds.
 * @source Bitcoin's GetMedianTimePast
 */
export function medianTimePast(block: IndexedHeader): number {
  const times: number[] = [];
  for (let at: IndexedHeader | undefined = block; at && times.length < MEDIAN_BLOCKS; at = at.parent)
    times.push(at.timeS);
  times.sort((a, b) => a - b);
  return times[times.length >> 1]!;
}
