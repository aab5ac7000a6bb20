/** Where an entry stands, and how far up it belongs for that. */
import { codesOf } from './concept-text.ts';
import { at, stringAt, type JsonObject } from './json-reader.ts';
import { CODE_CHARS_MAX } from './limits.ts';
import { plainText } from './plain-text.ts';

export const ENTERED_IN_ERROR = 'entered-in-error';

/** Said of a diagnosis or an allergy, these outweigh that it is `active`. */
const DENIED: ReadonlySet<string> = new Set([ENTERED_IN_ERROR, 'refuted']);

/** Statuses of what is over, was replaced, or never came to be. */
const ENDED: ReadonlySet<string> = new Set(
  (
    'inactive remission resolved completed stopped cancelled ended revoked superseded not-done not-taken declined abandoned ' +
    'finished expired rejected retired old off noshow'
  ).split(' '),
);

/** The code of the source's status; a denied diagnosis says so instead, and an order not to do something `do-not-perform`. */
export function statusOf(resource: JsonObject): string | undefined {
  const verification = codesOf(at(resource, 'verificationStatus')).find((code) => DENIED.has(code));
  if (verification !== undefined) return verification;
  const status = plainText(at(resource, 'status') ?? at(resource, 'lifecycleStatus'), CODE_CHARS_MAX);
  if (at(resource, 'doNotPerform') === true && status !== ENTERED_IN_ERROR) return 'do-not-perform';
  // Where other versions of FHIR have a bare code, it is read all the same.
  const clinical = at(resource, 'clinicalStatus');
  return plainText(codesOf(clinical)[0] ?? clinical, CODE_CHARS_MAX) ?? status;
}

/** `provisional`, `unconfirmed`...: how sure the source is, where it is not simply confirmed. */
export function certaintyOf(resource: JsonObject): string | undefined {
  const code = codesOf(at(resource, 'verificationStatus'))[0];
  return code === undefined || code === 'confirmed' || DENIED.has(code) ? undefined : plainText(code, CODE_CHARS_MAX);
}

/** 0 for what matters now, 1 for what is over, 2 for what is denied, 3 for what was entered in error. */
export function rankOf(status: string | undefined, resource: JsonObject): number {
  if (status === undefined) return 0;
  if (status === ENTERED_IN_ERROR) return 3;
  if (status === 'refuted') return 2;
  // An abated problem is over, whatever its status was left at.
  return ENDED.has(status) || stringAt(resource, 'abatementDateTime') !== undefined ? 1 : 0;
}
