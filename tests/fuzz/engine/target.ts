/** What can be fuzzed: a source of cases, and a judge of one case. Decoders are made into targets by decoder-target.ts. */
import type fc from 'fast-check';

/** For `covers`: any function of src, so that a renamed one is a type error here. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any parameters, any result
export type AnyFunction = (...args: any[]) => unknown;

export interface Target<Case> {
  /** Kebab-case; what `--target` takes. */
  readonly name: string;
  /** Share of a run's cases, against 1 for a decoder that takes microseconds. */
  readonly weight: number;
  /** Exported functions of src that read what comes from outside, and are run by this target. */
  readonly covers: readonly AnyFunction[];
  readonly cases: fc.Arbitrary<Case>;
  /** True where the case was accepted. Throws Finding, or anything else, when a property does not hold. */
  check(one: Case): Promise<boolean>;
  /** A case for people: hex or text of the bytes that did it. */
  show(one: Case): Promise<string>;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a table of targets whose cases differ
export type AnyTarget = Target<any>;

/** A property that does not hold. */
export class Finding extends Error {
  override readonly name = 'Finding';
}
