/** The date a clinician files an entry under. */
import { timeOf } from './fhir-date.ts';
import { stringAt, type JsonObject } from './json-reader.ts';

export interface ItemDate {
  /** As the source wrote it. */
  readonly text: string;
  /** Milliseconds, for sorting. */
  readonly time: number;
}

/** When it happened, before when it was written down; periods count from their start. One order serves all types. */
const CANDIDATES: readonly (readonly string[])[] = [
  ['effectiveDateTime'],
  ['effectiveInstant'],
  ['effectivePeriod', 'start'],
  ['performedDateTime'],
  ['performedPeriod', 'start'],
  ['occurrenceDateTime'],
  ['occurrencePeriod', 'start'],
  ['onsetDateTime'],
  ['onsetPeriod', 'start'],
  ['timingDateTime'],
  ['timingPeriod', 'start'],
  ['servicedDate'],
  ['servicedPeriod', 'start'],
  ['billablePeriod', 'start'],
  ['startDate'],
  ['started'],
  ['start'],
  ['whenHandedOver'],
  ['whenPrepared'],
  ['authoredOn'],
  ['authored'],
  ['dateTime'],
  ['date'],
  ['recordedDate'],
  ['period', 'start'],
  ['createdDateTime'],
  ['created'],
  ['recorded'],
  ['recordedOn'],
  ['dateAsserted'],
  ['assertedDate'],
  ['lastOccurrence'],
  ['statusDate'],
  ['sent'],
  ['issued'],
  ['context', 'period', 'start'],
  ['period', 'end'],
];

/** Undefined when there is none that can be read: what is no date is never shown as one. */
export function dateOf(resource: JsonObject): ItemDate | undefined {
  for (const path of CANDIDATES) {
    const text = stringAt(resource, ...path);
    const time = text === undefined ? undefined : timeOf(text);
    if (text !== undefined && time !== undefined) return { text, time };
  }
  return undefined;
}
