/** The record as a person sees it: who, and what, section by section in the order of the International Patient Summary. */
import { outlineOf, type DocumentOutline, type WordsOnlySection } from './composition.ts';
import { conceptText } from './concept-text.ts';
import { SECTION_PREVIEW_MAX, SECTIONS, type RecordItem, type RecordSummary, type Section } from './display-model.ts';
import { dateOf, type ItemDate } from './item-date.ts';
import { ENTERED_IN_ERROR, rankOf, statusOf } from './item-status.ts';
import { at } from './json-reader.ts';
import { TITLE_CHARS_MAX } from './limits.ts';
import { patientsOf } from './patient-summary.ts';
import { plainText } from './plain-text.ts';
import { describeResource } from './record-items.ts';
import type { ParsedRecord } from './record.ts';
import type { FhirResource } from './resource.ts';
import { sectionOf } from './section-of.ts';

interface DatedItem {
  readonly item: RecordItem;
  readonly rank: number;
  readonly date: ItemDate | undefined;
}

interface Overview {
  readonly outline: DocumentOutline | undefined;
  readonly bySection: ReadonlyMap<Section, readonly RecordItem[]>;
  readonly period: RecordSummary['period'];
}

/** Items are made once for a record, and go when it goes. */
const overviews = new WeakMap<ParsedRecord, Overview>();

export function summarizeRecord(parsed: ParsedRecord): RecordSummary {
  const { outline, bySection, period } = overviewOf(parsed);
  const kind = kindOf(parsed, outline);
  return {
    kind,
    title: titleOf(parsed, outline, bySection) ?? kind,
    patients: patientsOf(parsed),
    entryCount: parsed.resources.length,
    ...(period === undefined ? {} : { period }),
    sections: SECTIONS.flatMap((section) => {
      const items = bySection.get(section);
      return items ? [{ section, count: items.length, items: items.slice(0, SECTION_PREVIEW_MAX) }] : [];
    }),
    problemCount: parsed.problemCount,
    problems: parsed.problems,
  };
}

/** Part of a section in the order of the summary: active before resolved before entered in error, then newest first. */
export function listSection(
  parsed: ParsedRecord,
  section: Section,
  from: number,
  count: number,
): readonly RecordItem[] {
  const start = Math.max(0, Math.trunc(from));
  return (
    overviewOf(parsed)
      .bySection.get(section)
      ?.slice(start, start + Math.max(0, Math.trunc(count))) ?? []
  );
}

function overviewOf(parsed: ParsedRecord): Overview {
  const known = overviews.get(parsed);
  if (known) return known;
  const outline = outlineOf(parsed);
  const dated = new Map<Section, DatedItem[]>();
  const put = (section: Section, item: DatedItem) => {
    const items = dated.get(section);
    if (items) items.push(item);
    else dated.set(section, [item]);
  };
  for (const resource of parsed.resources) {
    // The document's own Composition is the order of things, not one of them.
    const section = resource === outline?.composition ? undefined : sectionOf(resource);
    if (section !== undefined) put(outline?.sections.get(resource.body) ?? section, itemOf(resource, parsed));
  }
  for (const words of outline?.wordsOnly ?? []) put(words.section, itemOfWords(words));

  const bySection = new Map<Section, readonly RecordItem[]>();
  for (const [section, items] of dated)
    bySection.set(
      section,
      items.sort(compare).map(({ item }) => item),
    );
  const overview = { outline, bySection, period: periodOf([...dated.values()].flat()) };
  overviews.set(parsed, overview);
  return overview;
}

function itemOf(resource: FhirResource, parsed: ParsedRecord): DatedItem {
  const { title, value, detail, code, abnormal } = describeResource(resource, parsed.references);
  const date = dateOf(resource.body);
  const status = statusOf(resource.body);
  const resourceType = plainText(resource.resourceType, 64) ?? '?';
  return {
    rank: rankOf(status, resource.body),
    date,
    item: {
      path: resource.path,
      resourceType,
      title: title ?? resourceType,
      ...(value === undefined || value === title ? {} : { value }),
      ...(detail === undefined || detail === title ? {} : { detail }),
      ...(date === undefined ? {} : { when: date.text }),
      ...(status === undefined ? {} : { status }),
      ...(code === undefined ? {} : { code }),
      ...(abnormal === undefined ? {} : { abnormal }),
    },
  };
}

function itemOfWords({ path, title, words, emptyReason }: WordsOnlySection): DatedItem {
  return {
    rank: 0,
    date: undefined,
    item: {
      path,
      resourceType: 'Composition',
      title,
      ...(emptyReason === undefined ? {} : { value: emptyReason }),
      ...(words === undefined ? {} : { detail: words }),
    },
  };
}

/** Undated items after dated ones; what remains equal keeps the order of the file. */
function compare(a: DatedItem, b: DatedItem): number {
  return a.rank - b.rank || (b.date?.time ?? -Infinity) - (a.date?.time ?? -Infinity) || 0;
}

function periodOf(items: readonly DatedItem[]): RecordSummary['period'] {
  let from: ItemDate | undefined;
  let to: ItemDate | undefined;
  for (const { date, item } of items) {
    if (!date || item.status === ENTERED_IN_ERROR) continue;
    if (!from || date.time < from.time) from = date;
    if (!to || date.time > to.time) to = date;
  }
  return from && to ? { from: from.text.slice(0, 10), to: to.text.slice(0, 10) } : undefined;
}

function kindOf(parsed: ParsedRecord, outline: DocumentOutline | undefined): string {
  if (outline?.isPatientSummary) return 'International Patient Summary';
  if (parsed.format === 'ndjson') return 'NDJSON';
  if (parsed.format === 'bundle')
    return parsed.bundleType === undefined ? 'Bundle' : `Bundle (${plainText(parsed.bundleType, 40) ?? '?'})`;
  return parsed.resources[0]?.resourceType ?? 'Bundle';
}

/** A document's own title, the title of a single resource, else the name of the one patient it is all about. */
function titleOf(
  parsed: ParsedRecord,
  outline: DocumentOutline | undefined,
  bySection: ReadonlyMap<Section, readonly RecordItem[]>,
): string | undefined {
  if (outline) {
    const { body } = outline.composition;
    const title = plainText(at(body, 'title'), TITLE_CHARS_MAX) ?? conceptText(at(body, 'type'));
    if (title !== undefined) return title;
  }
  const [single, ...others] = [...bySection.values()].flat();
  if (parsed.format === 'resource' && single && others.length === 0) return single.title;
  const [patient, ...more] = patientsOf(parsed);
  return patient && more.length === 0 && patient.name !== '' ? patient.name : undefined;
}
