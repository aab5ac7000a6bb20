/** What a person sees of a record: plain, bounded, safe to show. Every string is text, never markup. */

/** Sections in the order of the International Patient Summary, then what other bundles bring. */
export const SECTIONS = [
  'problems',
  'allergies',
  'medications',
  'immunizations',
  'results',
  'vital-signs',
  'procedures',
  'devices',
  'social-history',
  'pregnancy',
  'functional-status',
  'care-plans',
  'encounters',
  'documents',
  'coverage',
  'claims',
  'directives',
  'other',
] as const;
export type Section = (typeof SECTIONS)[number];

export interface RecordItem {
  /** `Bundle.entry[72].resource`, so that an item can be found again in the file. */
  readonly path: string;
  readonly resourceType: string;
  readonly title: string;
  /** A measured value with its unit, a dose, a reaction: what a clinician reads after the title. */
  readonly value?: string;
  readonly detail?: string;
  /** FHIR date or dateTime, as precise as the source: `2019`, `2019-04`, `2019-04-02T10:00:00Z`. */
  readonly when?: string;
  /** FHIR status code, such as `active`, `completed`, `refuted`, `entered-in-error`; `do-not-perform` of negative orders. */
  readonly status?: string;
  /** `LOINC 4548-4`, for those who look codes up. */
  readonly code?: string;
  /** Outside its reference range or critical, as the source itself interprets it. */
  readonly abnormal?: 'low' | 'high' | 'abnormal' | 'critical';
}

export interface PatientSummary {
  /** Else the first identifier; empty where the source has neither. */
  readonly name: string;
  readonly birthDate?: string;
  readonly gender?: string;
  /** A date, or `true` where the source says no more. */
  readonly deceased?: string;
  readonly identifiers: readonly { readonly system: string; readonly value: string }[];
}

/** One finding of the structure check; never called validity. */
export interface EntryProblem {
  /** `Bundle.entry[72].resource.issued` */
  readonly path: string;
  readonly code:
    | 'not-an-object'
    | 'no-resource-type'
    | 'unknown-resource-type'
    | 'missing-element'
    | 'wrong-type'
    | 'bad-date'
    | 'dangling-reference'
    | 'too-deep';
  readonly detail: string;
}

export interface SectionSummary {
  readonly section: Section;
  readonly count: number;
  /** The most relevant first: active before resolved, then newest; at most SECTION_PREVIEW_MAX. */
  readonly items: readonly RecordItem[];
}

export const SECTION_PREVIEW_MAX = 20;
export const PROBLEMS_SHOWN_MAX = 50;

export interface RecordSummary {
  /** `Bundle (transaction)`, `International Patient Summary`, `Observation`… */
  readonly kind: string;
  readonly title: string;
  readonly patients: readonly PatientSummary[];
  readonly entryCount: number;
  /** Oldest and newest date met in the record's items. */
  readonly period?: { readonly from: string; readonly to: string };
  readonly sections: readonly SectionSummary[];
  readonly problemCount: number;
  readonly problems: readonly EntryProblem[];
}
