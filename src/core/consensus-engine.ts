/** What a way of agreeing must answer, so that the rest of the engine needs not know which one a network uses. */
import type { Header } from './header.ts';
import type { BlockHash } from './ids.ts';
import type { IndexedHeader } from './indexed-header.ts';
import type { NetworkSpec } from './network-spec.ts';
import type { Verdict } from './result.ts';

export type HeaderCode =
  | 'bad-version'
  | 'bad-prev'
  | 'bad-bits'
  | 'high-hash'
  | 'time-too-old'
  /** The only one that may pass with time: a clock is wrong, ours or theirs. Checked last; no sign of bad will. */
  | 'time-too-new';

export interface HeaderContext {
  /** Hash of the header under judgement. */
  readonly hash: BlockHash;
  /** Our clock, Unix seconds. */
  readonly nowS: number;
}

export interface ConsensusEngine {
  readonly spec: NetworkSpec;
  /** Bits of a block to be built on `parent`. */
  nextBits(parent: IndexedHeader): number;
  /** Checks in the order of HeaderCode and names the first rule broken. */
  checkHeader(header: Header, parent: IndexedHeader, context: HeaderContext): Verdict<HeaderCode>;
  /** What travels beside the header, once the body is there. */
  checkSeal(seal: Uint8Array): Verdict<'bad-seal'>;
  /** What a header adds to chainwork; 0n when its bits are no target. */
  workOf(header: { readonly bits: number }): bigint;
}
