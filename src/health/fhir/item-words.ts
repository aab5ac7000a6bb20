/** What the lines of a record are made of, and the words that all types share. */
import { conceptText, conceptTexts } from './concept-text.ts';
import type { RecordItem } from './display-model.ts';
import { asArray, at, first, type JsonObject } from './json-reader.ts';
import { DETAIL_CHARS_MAX, JOINED_MAX, TITLE_CHARS_MAX, VALUE_CHARS_MAX } from './limits.ts';
import { bestNameText } from './person-name.ts';
import { joinTexts, plainText } from './plain-text.ts';
import type { FhirResource } from './resource.ts';
import type { ReferenceIndex } from './references.ts';

/** What differs from type to type; path, date and status are the same for all. */
export interface ItemWords {
  readonly title?: string | undefined;
  readonly value?: string | undefined;
  readonly detail?: string | undefined;
  readonly code?: string | undefined;
  readonly abnormal?: RecordItem['abnormal'] | undefined;
}

export interface ItemContext {
  readonly resource: FhirResource;
  readonly references: ReferenceIndex;
}

export type Describe = (body: JsonObject, context: ItemContext) => ItemWords;

/** The words that any resource may be called by, the most telling first. */
export function anyTitle(body: JsonObject): string | undefined {
  return (
    plainText(at(body, 'title'), TITLE_CHARS_MAX) ??
    conceptText(at(body, 'code')) ??
    bestNameText(at(body, 'name')) ??
    conceptText(first(at(body, 'type'))) ??
    conceptText(first(at(body, 'category'))) ??
    plainText(at(body, 'description'), TITLE_CHARS_MAX)
  );
}

export function detail(...parts: readonly (string | undefined)[]): string | undefined {
  return joinTexts(parts, ' · ', DETAIL_CHARS_MAX);
}

export function notes(body: JsonObject): string | undefined {
  const texts = asArray(at(body, 'note')).slice(0, JOINED_MAX);
  return detail(...texts.map((note) => plainText(at(note, 'text'), DETAIL_CHARS_MAX)));
}

/** What a Reference is called: as the sender displays it, else by the title of what it points to. */
export function named(reference: unknown, { resource, references }: ItemContext): string | undefined {
  const display = plainText(at(reference, 'display'), TITLE_CHARS_MAX);
  if (display !== undefined) return display;
  const target = references.resolve(reference, resource);
  return target && anyTitle(target);
}

export function namedAll(list: unknown, context: ItemContext): string | undefined {
  return detail(
    ...asArray(list)
      .slice(0, JOINED_MAX)
      .map((reference) => named(reference, context)),
  );
}

export function describeReason(body: JsonObject, context: ItemContext): string | undefined {
  return detail(
    conceptTexts(at(body, 'reasonCode'), VALUE_CHARS_MAX),
    namedAll(at(body, 'reasonReference'), context),
    conceptTexts(at(body, 'statusReason'), VALUE_CHARS_MAX),
  );
}
