/**
 * What a judgement or a parser returns. Data from a peer, a file, a link or the disk never throws:
 * a broken rule is a value with a stable code that tests, logs and the user interface can name.
 */
export type Result<T, Code extends string = string> = { readonly ok: true; readonly value: T } | Rejection<Code>;

export interface Rejection<Code extends string = string> {
  readonly ok: false;
  readonly code: Code;
  /** For people reading a log: the offending number, offset or field. Never shown as is to a patient. */
  readonly detail?: string;
}

/** A judgement that carries nothing but itself. */
export type Verdict<Code extends string = string> = { readonly ok: true } | Rejection<Code>;

export const VALID = { ok: true } as const;

export function accept<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function reject<Code extends string>(code: Code, detail?: string): Rejection<Code> {
  return detail === undefined ? { ok: false, code } : { ok: false, code, detail };
}

/** Ends a switch over a union: a forgotten member is a type error, a corrupted one is a bug that stops the node. */
export function assertNever(value: never): never {
  throw new AssertionError(`unexpected variant: ${String(value)}`);
}

/** A broken invariant of our own: the node halts visibly and keeps its data. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}
