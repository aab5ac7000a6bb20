/** One resource of a file, and where it stood there. */
import { isObject, type JsonObject } from './json-reader.ts';

export interface FhirResource {
  /** `Bundle.entry[72].resource`, `line[3]` of newline-delimited files, `Observation` of a single resource. */
  readonly path: string;
  /** As the file says; not always a type of R4. */
  readonly resourceType: string;
  readonly body: JsonObject;
  readonly fullUrl?: string;
}

/** Members of `contained`, which live and die with their resource. */
export function containedIn(resource: FhirResource): readonly JsonObject[] {
  const contained = Object.hasOwn(resource.body, 'contained') ? resource.body['contained'] : undefined;
  return Array.isArray(contained) ? (contained as readonly unknown[]).filter(isObject) : [];
}
