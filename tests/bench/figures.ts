/** What a bench found out: the same for people (table.ts) and machines (JSON). */

export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What was measured in the same run, in the same unit, to compare with. */
  readonly beside?: { readonly what: string; readonly value: number };
  /** `value` by `beside.value`. */
  readonly ratio?: number;
  readonly target?: Target;
  /** What lies behind the figure. */
  readonly details?: Readonly<Record<string, string | number>>;
}

/** What the project promises. Whether it was met is told, never enforced: this machine is not yours. */
export interface Target {
  readonly text: string;
  readonly met: boolean;
}

export type Finding =
  | { readonly bench: string; readonly outcome: 'measured'; readonly figures: readonly Figure[] }
  | { readonly bench: string; readonly outcome: 'skipped' | 'failed'; readonly reason: string };

/** A bench that cannot run here, and why. */
export class Skipped extends Error {
  override readonly name = 'Skipped';
}

export function sideBySide(
  of: { readonly what: string; readonly value: number; readonly unit: string },
  beside: { readonly what: string; readonly value: number },
): Figure & { readonly ratio: number } {
  return { ...of, beside, ratio: of.value / beside.value };
}

export function atLeast(least: number, measured: number, text: string): Target {
  return { text: `at least ${text}`, met: measured >= least };
}

export function atMost(most: number, measured: number, text: string): Target {
  return { text: `at most ${text}`, met: measured <= most };
}
