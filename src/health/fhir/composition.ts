/** What a document says of its own order: the Composition, whose sections decide where entries are shown. */
import { codesOf, conceptText } from './concept-text.ts';
import type { Section } from './display-model.ts';
import { asArray, at, isObject, stringAt, type JsonObject } from './json-reader.ts';
import { TITLE_CHARS_MAX } from './limits.ts';
import { narrativeText, plainText } from './plain-text.ts';
import type { ParsedRecord } from './record.ts';
import type { FhirResource } from './resource.ts';

/** @source IPS IG Composition profile; C-CDA on FHIR for the rest */
const SECTION_CODES: ReadonlyMap<string, Section> = new Map([
  ['11450-4', 'problems'],
  ['11348-0', 'problems'],
  ['46241-6', 'problems'],
  ['11535-2', 'problems'],
  ['48765-2', 'allergies'],
  ['10160-0', 'medications'],
  ['10183-2', 'medications'],
  ['42346-7', 'medications'],
  ['29549-3', 'medications'],
  ['11369-6', 'immunizations'],
  ['30954-2', 'results'],
  ['26436-6', 'results'],
  ['18748-4', 'results'],
  ['8716-3', 'vital-signs'],
  ['47519-4', 'procedures'],
  ['46264-8', 'devices'],
  ['29762-2', 'social-history'],
  ['10162-6', 'pregnancy'],
  ['47420-5', 'functional-status'],
  ['18776-5', 'care-plans'],
  ['61146-7', 'care-plans'],
  ['46240-8', 'encounters'],
  ['48768-6', 'coverage'],
  ['42348-3', 'directives'],
]);
const IPS_CODE = '60591-5';
const SECTION_DEPTH_MAX = 8;

/** A section with words but without entries: `No known allergies`, or the patient's own story. */
export interface WordsOnlySection {
  readonly path: string;
  readonly section: Section;
  readonly title: string;
  readonly words: string | undefined;
  readonly emptyReason: string | undefined;
}

export interface DocumentOutline {
  readonly composition: FhirResource;
  readonly isPatientSummary: boolean;
  readonly sections: ReadonlyMap<JsonObject, Section>;
  readonly wordsOnly: readonly WordsOnlySection[];
}

/** Undefined unless the record is a document with a Composition. */
export function outlineOf(record: ParsedRecord): DocumentOutline | undefined {
  const composition = record.resources.find((resource) => resource.resourceType === 'Composition');
  if (!composition || record.format !== 'bundle') return undefined;
  const sections = new Map<JsonObject, Section>();
  const wordsOnly: WordsOnlySection[] = [];

  const visit = (container: unknown, containerPath: string, inherited: Section | undefined, depth: number): void => {
    if (depth > SECTION_DEPTH_MAX) return;
    for (const [index, part] of asArray(at(container, 'section')).entries()) {
      if (!isObject(part)) continue;
      const path = `${containerPath}.section[${index}]`;
      const section = sectionOfCode(at(part, 'code')) ?? inherited;
      const entries = asArray(at(part, 'entry'));
      for (const entry of entries) {
        const target = record.references.resolve(entry, composition);
        // Listed twice, an entry stays where it was listed first.
        if (target && section !== undefined && !sections.has(target)) sections.set(target, section);
      }
      if (entries.length === 0 && at(part, 'section') === undefined) {
        wordsOnly.push(...wordsOf(part, path, section ?? 'other'));
      }
      visit(part, path, section, depth + 1);
    }
  };
  visit(composition.body, composition.path, undefined, 0);
  return {
    composition,
    isPatientSummary: codesOf(at(composition.body, 'type')).includes(IPS_CODE),
    sections,
    wordsOnly,
  };
}

function sectionOfCode(concept: unknown): Section | undefined {
  for (const code of codesOf(concept)) {
    const section = SECTION_CODES.get(code);
    if (section !== undefined) return section;
  }
  return undefined;
}

function wordsOf(part: JsonObject, path: string, section: Section): readonly WordsOnlySection[] {
  const words = narrativeText(stringAt(part, 'text', 'div'), 600);
  const emptyReason = conceptText(at(part, 'emptyReason'));
  const title = plainText(at(part, 'title'), TITLE_CHARS_MAX) ?? conceptText(at(part, 'code'));
  if (title === undefined || (words === undefined && emptyReason === undefined)) return [];
  return [{ path, section, title, words, emptyReason }];
}
