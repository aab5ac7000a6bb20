/** How long something runs: a few common spans, or a time of the reader's own. */
export const SPANS_S = { hour: 3600, day: 86_400, week: 7 * 86_400, month: 30 * 86_400 } as const;
export type Span = keyof typeof SPANS_S | 'custom';

/**
 * @param custom  value of a `datetime-local` input, in the reader's own time zone
 * @returns Unix seconds; undefined while no valid future time is chosen
 */
export function untilS(span: Span, custom: string, nowMs: number): number | undefined {
  if (span !== 'custom') return Math.floor(nowMs / 1000) + SPANS_S[span];
  const ms = new Date(custom).getTime();
  return Number.isNaN(ms) || ms <= nowMs ? undefined : Math.floor(ms / 1000);
}

/** The last minute of today, or of tomorrow when that is less than an hour away. */
export function thisEveningS(nowMs: number): number {
  const evening = new Date(nowMs);
  evening.setHours(23, 59, 0, 0);
  if (evening.getTime() - nowMs < 3_600_000) evening.setDate(evening.getDate() + 1);
  return Math.floor(evening.getTime() / 1000);
}
