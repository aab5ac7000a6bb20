import { SECTIONS, type RecordSummary, type Section } from '../health/fhir/display-model.ts';

export interface SectionChange {
  readonly section: Section;
  /** Entries in the present version, and in the one to come. */
  readonly before: number;
  readonly after: number;
}

type Sections = Pick<RecordSummary, 'sections'>;

/** Sections with more or fewer entries in a newer version, in the order in which a record is read. */
export function sectionChanges(before: Sections, after: Sections): readonly SectionChange[] {
  return SECTIONS.map((section) => ({
    section,
    before: countOf(before, section),
    after: countOf(after, section),
  })).filter((change) => change.before !== change.after);
}

function countOf({ sections }: Sections, section: Section): number {
  return sections.find((summary) => summary.section === section)?.count ?? 0;
}
