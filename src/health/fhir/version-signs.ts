/** Tells files of other FHIR versions by what only those versions write. */
import { asArray, at, isObject, stringAt, type JsonObject } from './json-reader.ts';
import { OTHER_VERSION_TYPES } from './r4-types.ts';
import type { FhirResource } from './resource.ts';

type VersionSign = 'older' | 'not-older' | 'newer' | 'not-newer';

/** Profiles of the standard itself carry their version; R4's own don't. */
const VERSIONED_PROFILE = /^https?:\/\/hl7\.org\/fhir\/(1\.0|3\.0|4\.3|5\.0|DSTU2|STU3|R4B|R5)\//;
/** One stray resource in a hundred doesn't make a file one of another version. */
const SHARE_MIN = 0.1;

/** A version other than R4 that a file itself names, in `fhirVersion` or in the profiles it claims. */
export function namedOtherVersion(root: JsonObject): string | undefined {
  // Definitions say there which version they are about.
  const named = stringAt(root, 'resourceType') === 'StructureDefinition' ? undefined : stringAt(root, 'fhirVersion');
  const version = named ?? stringAt(root, 'meta', 'fhirVersion');
  if (version !== undefined && !version.startsWith('4.0')) return version;
  for (const profile of asArray(at(root, 'meta', 'profile')).slice(0, 20)) {
    const match = typeof profile === 'string' ? VERSIONED_PROFILE.exec(profile) : null;
    if (match?.[1] !== undefined) return match[1];
  }
  return undefined;
}

/** The first resource that shows another version, when as many do as to outweigh those that show R4. */
export function findOtherVersion(resources: readonly FhirResource[]): FhirResource | undefined {
  const counts = new Map<VersionSign, number>();
  let foreign: FhirResource | undefined;
  for (const resource of resources) {
    const sign = versionSignOf(resource);
    if (sign === undefined) continue;
    counts.set(sign, (counts.get(sign) ?? 0) + 1);
    if (sign === 'older' || sign === 'newer') foreign ??= resource;
  }
  const outweighs = (sign: VersionSign, against: VersionSign) => {
    const count = counts.get(sign) ?? 0;
    return count > (counts.get(against) ?? 0) && count >= resources.length * SHARE_MIN;
  };
  return outweighs('older', 'not-older') || outweighs('newer', 'not-newer') ? foreign : undefined;
}

function versionSignOf({ resourceType, body }: FhirResource): VersionSign | undefined {
  const type = OTHER_VERSION_TYPES.get(resourceType);
  if (type !== undefined) return type;
  const has = (name: string) => at(body, name) !== undefined;
  switch (resourceType) {
    case 'Condition':
    case 'AllergyIntolerance':
      // A code until STU3, a CodeableConcept since.
      if (typeof at(body, 'clinicalStatus') === 'string') return 'older';
      return isObject(at(body, 'clinicalStatus')) ? 'not-older' : undefined;
    case 'Encounter':
      // A code in DSTU2, a Coding in STU3 and R4, a list in R5.
      if (typeof at(body, 'class') === 'string') return 'older';
      return Array.isArray(at(body, 'class')) ? 'newer' : 'not-newer';
    case 'MedicationRequest':
    case 'MedicationStatement':
    case 'MedicationAdministration':
    case 'MedicationDispense':
      // medication[x] became one CodeableReference in R5.
      if (isObject(at(body, 'medication'))) return 'newer';
      return has('medicationCodeableConcept') || has('medicationReference') ? 'not-newer' : undefined;
    case 'Procedure':
      // performed[x] became occurrence[x] in R5.
      if (has('performedDateTime') || has('performedPeriod')) return 'not-newer';
      return has('occurrenceDateTime') || has('occurrencePeriod') ? 'newer' : undefined;
    case 'Immunization':
      // `date` became occurrence[x] in R4.
      if (has('occurrenceDateTime') || has('occurrenceString')) return 'not-older';
      return has('date') ? 'older' : undefined;
    default:
      return undefined;
  }
}
