/** Where a resource is shown: by its type, its category, and the codes that have a section of their own. */
import { codesOf, codesOfAll } from './concept-text.ts';
import type { Section } from './display-model.ts';
import { at, type JsonObject } from './json-reader.ts';
import type { FhirResource } from './resource.ts';

const BY_TYPE: ReadonlyMap<string, Section> = new Map([
  ['Condition', 'problems'],
  ['AllergyIntolerance', 'allergies'],
  ['MedicationStatement', 'medications'],
  ['MedicationRequest', 'medications'],
  ['MedicationAdministration', 'medications'],
  ['MedicationDispense', 'medications'],
  ['Immunization', 'immunizations'],
  ['ImmunizationEvaluation', 'immunizations'],
  ['DiagnosticReport', 'results'],
  ['ImagingStudy', 'results'],
  ['MolecularSequence', 'results'],
  ['Procedure', 'procedures'],
  ['Device', 'devices'],
  ['DeviceUseStatement', 'devices'],
  ['CarePlan', 'care-plans'],
  ['CareTeam', 'care-plans'],
  ['Goal', 'care-plans'],
  ['ServiceRequest', 'care-plans'],
  ['DeviceRequest', 'care-plans'],
  ['NutritionOrder', 'care-plans'],
  ['RequestGroup', 'care-plans'],
  ['ImmunizationRecommendation', 'care-plans'],
  ['Encounter', 'encounters'],
  ['EpisodeOfCare', 'encounters'],
  ['Appointment', 'encounters'],
  ['DocumentReference', 'documents'],
  ['DocumentManifest', 'documents'],
  ['Composition', 'documents'],
  ['Media', 'documents'],
  ['Binary', 'documents'],
  ['Coverage', 'coverage'],
  ['CoverageEligibilityRequest', 'coverage'],
  ['CoverageEligibilityResponse', 'coverage'],
  ['InsurancePlan', 'coverage'],
  ['EnrollmentRequest', 'coverage'],
  ['EnrollmentResponse', 'coverage'],
  ['Claim', 'claims'],
  ['ClaimResponse', 'claims'],
  ['ExplanationOfBenefit', 'claims'],
  ['ChargeItem', 'claims'],
  ['Invoice', 'claims'],
  ['PaymentNotice', 'claims'],
  ['PaymentReconciliation', 'claims'],
]);

/** @source FHIR R4 observation-category, US Core category; `vital-sign` as early Synthea wrote it */
const BY_CATEGORY: ReadonlyMap<string, Section> = new Map([
  ['vital-signs', 'vital-signs'],
  ['vital-sign', 'vital-signs'],
  ['social-history', 'social-history'],
  ['sdoh', 'social-history'],
  ['functional-status', 'functional-status'],
  ['disability-status', 'functional-status'],
  ['cognitive-status', 'functional-status'],
  ['laboratory', 'results'],
  ['imaging', 'results'],
]);

function codes<S extends Section>(section: S, list: string): readonly (readonly [string, S])[] {
  return list.split(' ').map((code) => [code, section] as const);
}

/**
 * LOINC codes whose section holds whatever category the sender chose, and vital signs for senders that gave none.
 * @source IPS IG: pregnancy status, expected delivery date and outcome value sets, tobacco and alcohol use
 * @source FHIR R4 vital signs profiles
 */
const BY_LOINC: ReadonlyMap<string, Section> = new Map<string, Section>([
  ...codes('pregnancy', '82810-3 11778-8 11779-6 11780-4 8665-2'),
  ...codes('pregnancy', '11636-8 11637-6 11638-4 11639-2 11640-0 11612-9 11613-7 11614-5 33065-4'),
  ...codes('social-history', '72166-2 74013-4 11367-0 63640-7 74010-0 76689-9'),
]);
const VITAL_SIGNS: ReadonlySet<string> = new Set(
  (
    '85353-1 9279-1 8867-4 2708-6 59408-5 8310-5 8302-2 8306-3 9843-4 8287-5 29463-7 3141-9 39156-5 59576-9 85354-9 ' +
    '55284-4 8480-6 8462-4 8478-0'
  ).split(' '),
);

/** Who and where, rather than what: shown as the people of the record, or not as an item at all. */
const NOT_ITEMS: ReadonlySet<string> = new Set(['Patient', 'OperationOutcome', 'MessageHeader', 'Parameters']);

/** Undefined for what is no item of the record. */
export function sectionOf(resource: FhirResource): Section | undefined {
  const { resourceType, body } = resource;
  if (NOT_ITEMS.has(resourceType)) return undefined;
  if (resourceType === 'Observation') return sectionOfObservation(body);
  if (resourceType === 'Consent') return isAdvanceDirective(body) ? 'directives' : 'other';
  // Devices without a patient are machines and programs that took part, such as the author of a document.
  if (resourceType === 'Device' && at(body, 'patient') === undefined && resource.path !== 'Device') return 'other';
  return BY_TYPE.get(resourceType) ?? 'other';
}

function sectionOfObservation(observation: JsonObject): Section {
  const observed = codesOf(at(observation, 'code'));
  for (const code of observed) {
    const section = BY_LOINC.get(code);
    if (section !== undefined) return section;
  }
  for (const category of codesOfAll(at(observation, 'category'))) {
    const section = BY_CATEGORY.get(category);
    if (section !== undefined) return section;
  }
  return observed.some((code) => VITAL_SIGNS.has(code)) ? 'vital-signs' : 'results';
}

/** A consent to share data, or to take part in research, directs no treatment. */
function isAdvanceDirective(consent: JsonObject): boolean {
  return !codesOf(at(consent, 'scope')).some((code) => code === 'patient-privacy' || code === 'research');
}
