/** One line of the record for one resource: what a clinician reads first, and what right after it. */
import {
  describeDocument,
  describeCoverage,
  describeClaim,
  describeConsent,
  describeProvenance,
  describeFamilyHistory,
  describeOther,
} from './administrative-items.ts';
import {
  describeDevice,
  describeDeviceUse,
  describeEncounter,
  describePlan,
  describeTeam,
  describeGoal,
  describeRequest,
} from './care-items.ts';
import {
  describeCondition,
  describeAllergy,
  describeMedicationUse,
  describeImmunization,
  describeObservation,
  describeReport,
  describeImaging,
  describeProcedure,
} from './clinical-items.ts';
import type { Describe, ItemWords } from './item-words.ts';
import type { FhirResource } from './resource.ts';
import type { ReferenceIndex } from './references.ts';

const DESCRIBERS: ReadonlyMap<string, Describe> = new Map([
  ['Condition', describeCondition],
  ['AllergyIntolerance', describeAllergy],
  ['MedicationStatement', describeMedicationUse],
  ['MedicationRequest', describeMedicationUse],
  ['MedicationAdministration', describeMedicationUse],
  ['MedicationDispense', describeMedicationUse],
  ['Immunization', describeImmunization],
  ['Observation', describeObservation],
  ['DiagnosticReport', describeReport],
  ['ImagingStudy', describeImaging],
  ['Procedure', describeProcedure],
  ['Device', describeDevice],
  ['DeviceUseStatement', describeDeviceUse],
  ['Encounter', describeEncounter],
  ['EpisodeOfCare', describeEncounter],
  ['CarePlan', describePlan],
  ['CareTeam', describeTeam],
  ['Goal', describeGoal],
  ['ServiceRequest', describeRequest],
  ['DeviceRequest', describeRequest],
  ['DocumentReference', describeDocument],
  ['DocumentManifest', describeDocument],
  ['Composition', describeDocument],
  ['Media', describeDocument],
  ['Binary', describeDocument],
  ['Coverage', describeCoverage],
  ['CoverageEligibilityResponse', describeCoverage],
  ['Claim', describeClaim],
  ['ClaimResponse', describeClaim],
  ['ExplanationOfBenefit', describeClaim],
  ['Consent', describeConsent],
  ['Provenance', describeProvenance],
  ['FamilyMemberHistory', describeFamilyHistory],
]);

export function describeResource(resource: FhirResource, references: ReferenceIndex): ItemWords {
  const describe = DESCRIBERS.get(resource.resourceType) ?? describeOther;
  return describe(resource.body, { resource, references });
}
