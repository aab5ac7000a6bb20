/** Runs targets from a seed, and says how to run a failing one again. */
import fc from 'fast-check';
import type { AnyTarget } from './target.ts';

export interface Report {
  readonly cases: number;
  readonly accepted: number;
  /** What does not hold, the bytes that show it, and the command that does it again. */
  readonly failure: string | undefined;
}

export async function runTarget(target: AnyTarget, seed: number, cases: number): Promise<Report> {
  let accepted = 0;
  let hasFailed = false;
  const property = fc.asyncProperty(target.cases, async (one: unknown) => {
    const isAccepted = await target.check(one).catch((fault: unknown) => {
      hasFailed = true;
      throw fault;
    });
    // What comes after is shrinking.
    if (isAccepted && !hasFailed) accepted++;
  });
  const details = await fc.check(property, { seed, numRuns: cases });
  if (!details.failed) return { cases: details.numRuns, accepted, failure: undefined };
  const lines = [
    `${target.name}: ${describe(details.errorInstance)}`,
    `shrunk to   ${details.counterexample ? await target.show(details.counterexample[0]) : 'no case'}`,
    // Those before it, those that shrank it: at least as many as it takes to meet it again.
    `replay it   npm run fuzz -- --target ${target.name} --seed ${seed} --cases ${details.numRuns}`,
  ];
  return { cases: details.numRuns, accepted, failure: lines.join('\n') };
}

function describe(fault: unknown): string {
  if (!(fault instanceof Error)) return `threw ${String(fault)}`;
  return fault.name === 'Finding' ? fault.message : `threw ${fault.stack ?? fault.message}`;
}

/** Each target's part of `total`, by weight, at least one case. */
export function share(targets: readonly AnyTarget[], total: number): ReadonlyMap<AnyTarget, number> {
  const weights = targets.reduce((sum, { weight }) => sum + weight, 0);
  return new Map(targets.map((target) => [target, Math.max(1, Math.round((total * target.weight) / weights))]));
}
