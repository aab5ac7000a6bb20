/**
 * Whether a newer version of a record is about somebody else than the version before it: a slip in a file dialog hands one
 * person's record to everybody who was given another's. Cautious: who cannot be told to be the same is another.
 */
import type { PatientSummary } from './fhir/display-model.ts';

export function namesOtherPatient(before: readonly PatientSummary[], after: readonly PatientSummary[]): boolean {
  if (after.length === 0) return before.length > 0;
  return after.some((patient) => !before.some((known) => isSamePatient(known, patient)));
}

function isSamePatient(one: PatientSummary, other: PatientSummary): boolean {
  if (!agree(one.birthDate, other.birthDate)) return false;
  return shareIdentifier(one, other) || (one.name !== '' && comparable(one.name) === comparable(other.name));
}

/** FHIR dates may be less precise in one version than in another: `1979` and `1979-03-14`. */
function agree(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one.startsWith(other) || other.startsWith(one);
}

/** Without a system a number says nothing outside the file it is in. */
function shareIdentifier(one: PatientSummary, other: PatientSummary): boolean {
  return one.identifiers.some(
    ({ system, value }) =>
      system !== '' && other.identifiers.some((known) => known.system === system && known.value === value),
  );
}

function comparable(name: string): string {
  return name.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();
}
