import type { RecordSummary } from '../../../health/fhir/display-model.ts';
import type { Format } from '../../format.ts';
import type { Dictionary } from '../../i18n/en.ts';

/** All that goes out with a record, section by section: `Problems (3), Allergies and intolerances (2) and Results (64)`. */
export function listSections(
  { sections }: Pick<RecordSummary, 'sections'>,
  { health, me }: Dictionary,
  format: Format,
): string {
  const filled = sections.filter(({ count }) => count > 0);
  return format.list(
    filled.map(({ section, count }) => me.share.sectionCount(health.sections[section], format.number(count))),
  );
}
