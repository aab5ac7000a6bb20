/** A FHIR file as it was read: its resources in file order, and what the structure check found. */
import { isObject, type JsonObject } from './json-reader.ts';
import type { EntryProblem } from './display-model.ts';
import type { ReferenceIndex } from './references.ts';

export interface FhirResource {
  /** `Bundle.entry[72].resource`, `line[3]` of newline-delimited files, `Observation` of a single resource. */
  readonly path: string;
  /** As the file says; not always a type of R4. */
  readonly resourceType: string;
  readonly body: JsonObject;
  readonly fullUrl?: string;
}

export interface ParsedRecord {
  readonly format: 'bundle' | 'ndjson' | 'resource';
  /** Of bundles: `document`, `transaction`... */
  readonly bundleType?: string;
  readonly resources: readonly FhirResource[];
  readonly references: ReferenceIndex;
  /** The first PROBLEMS_SHOWN_MAX of them. */
  readonly problems: readonly EntryProblem[];
  readonly problemCount: number;
}

/** Members of `contained`, which live and die with their resource. */
export function containedIn(resource: FhirResource): readonly JsonObject[] {
  const contained = Object.hasOwn(resource.body, 'contained') ? resource.body['contained'] : undefined;
  return Array.isArray(contained) ? (contained as readonly unknown[]).filter(isObject) : [];
}
