/** How the person's commands answer: outcomes with the problem codes that the interface has words for. */
import { CodeUnavailable } from '../../health/deferred-code.ts';
import type { Outcome, Problem, ProblemCode } from '../api.ts';
import { BlobCancelled } from '../blob-fetches.ts';
import { StoreFault } from '../ports.ts';

export const DONE: Outcome = { ok: true, value: null };

export function done<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function fail(code: ProblemCode, detail?: string): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: detail === undefined ? { code } : { code, detail } };
}

/** The person stopped what was under way. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  readonly code = 'cancelled';
}

/** An operational fault as a problem; undefined for anything else, which is a bug and goes on as it came. */
export function problemOf(fault: unknown): Problem | undefined {
  if (fault instanceof Cancelled || fault instanceof BlobCancelled) return { code: 'cancelled' };
  if (fault instanceof CodeUnavailable) return { code: 'code-unavailable', detail: fault.message };
  if (!(fault instanceof StoreFault)) return undefined;
  const detail = fault.row === undefined ? fault.code : `${fault.code} ${fault.row}`;
  return { code: fault.code === 'quota-exceeded' ? 'storage-full' : 'storage-failed', detail };
}
