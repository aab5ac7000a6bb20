/**
 * Whether our clock is wrong: blocks just made by others carry their time. The median of the last few forgives a miner
 * whose clock is off and a block that was long on its way.
 *
 * A clock far behind refuses every new header as of the future: these count too, where they cost real work, since nothing
 * else would be heard of.
 */
import { decodeHeader, hashHeader } from '../core/header.ts';
import type { HeaderIndex } from '../core/header-index.ts';
import type { BlockHash } from '../core/ids.ts';
import { meetsTarget, targetFromBits } from '../core/target.ts';
import { BoundedSet } from './bounded.ts';
import type { Clock } from './ports.ts';

const SAMPLES = 7;
/** Fewer say nothing. */
const SAMPLES_MIN = 3;
/** The target of a header without its parent is not known: at least this share of our tip's work makes it plausible. */
const PLAUSIBLE_SHARE = 8n;

export class ClockWatch {
  private readonly offsetsMs: number[] = [];
  /** Headers of the future that have been counted: one told of often is one sample. */
  private readonly counted = new BoundedSet<BlockHash>(SAMPLES);
  private isBehind = false;
  private readonly clock: Clock;
  private readonly index: HeaderIndex;
  private readonly onBehind: (offsetMs: number) => void;

  /** @param onBehind  our clock turned out too slow to follow the chain; said once */
  constructor(clock: Clock, index: HeaderIndex, onBehind: (offsetMs: number) => void) {
    this.clock = clock;
    this.index = index;
    this.onBehind = onBehind;
  }

  /** A header announced as new just now, by somebody else. */
  onFreshHeader(timeS: number): void {
    this.offsetsMs.push(timeS * 1000 - this.clock.nowMs());
    if (this.offsetsMs.length > SAMPLES) this.offsetsMs.shift();
  }

  /** Headers that the index would not have, lowest first: the latest say most of the time. */
  onRefused(headers: readonly Uint8Array[]): void {
    for (const encoded of headers.slice(-SAMPLES)) this.countRefused(encoded);
    if (this.isBehind || this.offsetMs <= this.futureCapMs) return;
    this.isBehind = true;
    this.onBehind(this.offsetMs);
  }

  /** How far others' clocks are ahead of ours, ms; 0 while nothing is known. */
  get offsetMs(): number {
    if (this.offsetsMs.length < SAMPLES_MIN) return 0;
    return [...this.offsetsMs].sort((a, b) => a - b)[this.offsetsMs.length >> 1]!;
  }

  private get futureCapMs(): number {
    return this.index.engine.spec.futureCapS * 1000;
  }

  private countRefused(encoded: Uint8Array): void {
    const header = decodeHeader(encoded);
    if (!header.ok || header.value.timeS * 1000 <= this.clock.nowMs() + this.futureCapMs) return;
    const hash = hashHeader(encoded);
    if (this.counted.has(hash) || !this.hasWork(hash, header.value.bits)) return;
    this.counted.add(hash);
    this.onFreshHeader(header.value.timeS);
  }

  private hasWork(hash: BlockHash, bits: number): boolean {
    const { engine, tip } = this.index;
    const target = targetFromBits(bits);
    return (
      target !== undefined &&
      meetsTarget(hash, target) &&
      engine.workOf({ bits }) * PLAUSIBLE_SHARE >= engine.workOf({ bits: engine.nextBits(tip) })
    );
  }
}
