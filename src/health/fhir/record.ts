/** A FHIR file as it was read: its resources in file order, and what the structure check found. */
import type { EntryProblem } from './display-model.ts';
import type { ReferenceIndex } from './references.ts';
import type { FhirResource } from './resource.ts';

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

/** Types that say nothing of anybody's health. */
const ENVELOPES: ReadonlySet<string> = new Set(['OperationOutcome', 'MessageHeader', 'Parameters']);

/** False for an answer without results: worth a word instead of a record. */
export function hasHealthEntries({ resources }: ParsedRecord): boolean {
  return resources.some(({ resourceType }) => !ENVELOPES.has(resourceType));
}
