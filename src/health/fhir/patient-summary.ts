/** Whose record it is. */
import type { PatientSummary } from './display-model.ts';
import { asArray, at, stringAt, type JsonObject } from './json-reader.ts';
import { CODE_CHARS_MAX, IDENTIFIERS_MAX, PATIENTS_MAX, TITLE_CHARS_MAX } from './limits.ts';
import { conceptText } from './concept-text.ts';
import { timeOf } from './fhir-date.ts';
import { bestNameText } from './person-name.ts';
import { plainText } from './plain-text.ts';
import type { ParsedRecord } from './record.ts';
import { containedIn } from './resource.ts';

/** The record's Patient resources; without any, whom its entries name as their subject. */
export function patientsOf(record: ParsedRecord): readonly PatientSummary[] {
  const patients = record.resources.filter((resource) => resource.resourceType === 'Patient');
  if (patients.length > 0) return patients.slice(0, PATIENTS_MAX).map((patient) => summarizePatient(patient.body));
  const contained = record.resources
    .flatMap(containedIn)
    .filter((resource) => stringAt(resource, 'resourceType') === 'Patient');
  if (contained.length > 0) return distinct(contained.map(summarizePatient));
  const named = record.resources.flatMap(({ body }) => {
    const subject = at(body, 'subject') ?? at(body, 'patient') ?? at(body, 'beneficiary');
    const reference = stringAt(subject, 'reference') ?? '';
    const isPatient = reference === '' || reference.startsWith('urn:') || /(^|\/)Patient\//.test(reference);
    const name = plainText(at(subject, 'display'), TITLE_CHARS_MAX);
    return isPatient && name !== undefined ? [{ name, identifiers: [] }] : [];
  });
  return distinct(named);
}

function distinct(patients: readonly PatientSummary[]): readonly PatientSummary[] {
  const byWords = new Map(patients.map((patient) => [JSON.stringify(patient), patient]));
  return [...byWords.values()].slice(0, PATIENTS_MAX);
}

function summarizePatient(patient: JsonObject): PatientSummary {
  const birthDate = dateText(at(patient, 'birthDate'));
  const gender = plainText(at(patient, 'gender'), CODE_CHARS_MAX);
  const deceased =
    dateText(at(patient, 'deceasedDateTime')) ?? (at(patient, 'deceasedBoolean') === true ? 'true' : undefined);
  const identifiers = asArray(at(patient, 'identifier'))
    .slice(0, IDENTIFIERS_MAX)
    .flatMap((identifier) => {
      const value = plainText(at(identifier, 'value'), CODE_CHARS_MAX);
      if (value === undefined) return [];
      const system = conceptText(at(identifier, 'type')) ?? plainText(at(identifier, 'system'), TITLE_CHARS_MAX);
      return [{ system: system ?? '', value }];
    });
  return {
    name: bestNameText(at(patient, 'name')) ?? identifiers[0]?.value ?? '',
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(gender === undefined ? {} : { gender }),
    ...(deceased === undefined ? {} : { deceased }),
    identifiers,
  };
}

function dateText(value: unknown): string | undefined {
  return typeof value === 'string' && timeOf(value) !== undefined ? value : undefined;
}
