/** What an Observation found, and whether its source calls that abnormal. */
import { codesOf, codesOfAll, conceptText } from './concept-text.ts';
import type { RecordItem } from './display-model.ts';
import { asArray, at, isObject, numberAt, stringAt, type JsonObject } from './json-reader.ts';
import { DETAIL_CHARS_MAX, JOINED_MAX, VALUE_CHARS_MAX } from './limits.ts';
import { joinTexts, plainText } from './plain-text.ts';
import { choiceText, numberText, rangeText, unitOf } from './value-text.ts';

type Abnormal = NonNullable<RecordItem['abnormal']>;

/** @source HL7 v3 ObservationInterpretation, also HL7 v2 table 0078 */
const INTERPRETATIONS: ReadonlyMap<string, Abnormal> = new Map([
  ['L', 'low'],
  ['<', 'low'],
  ['LU', 'low'],
  ['H', 'high'],
  ['>', 'high'],
  ['HU', 'high'],
  ['A', 'abnormal'],
  ['LL', 'critical'],
  ['HH', 'critical'],
  ['AA', 'critical'],
]);
const SEVERITY: readonly Abnormal[] = ['low', 'high', 'abnormal', 'critical'];
const SYSTOLIC = '8480-6';
const DIASTOLIC = '8462-4';

/** `7.2 %`, `120/80 mmHg`, `Sodium 140 mmol/L, Potassium 4 mmol/L`; why there is none where the source says. */
export function observationValue(observation: JsonObject): string | undefined {
  return joinTexts(
    [
      choiceText(observation, 'value'),
      bloodPressure(observation) ?? componentValues(observation),
      conceptText(at(observation, 'dataAbsentReason')),
    ],
    ' · ',
    VALUE_CHARS_MAX,
  );
}

function componentsOf(observation: JsonObject): readonly JsonObject[] {
  return asArray(at(observation, 'component'))
    .slice(0, JOINED_MAX + 1)
    .filter(isObject);
}

function bloodPressure(observation: JsonObject): string | undefined {
  const components = componentsOf(observation);
  const quantityOf = (code: string) =>
    at(
      components.find((component) => codesOf(at(component, 'code')).includes(code)),
      'valueQuantity',
    );
  const systolic = quantityOf(SYSTOLIC);
  const diastolic = quantityOf(DIASTOLIC);
  const [upper, lower] = [numberAt(systolic, 'value'), numberAt(diastolic, 'value')];
  if (upper === undefined || lower === undefined || unitOf(systolic) !== unitOf(diastolic)) return undefined;
  return joinTexts([`${numberText(upper)}/${numberText(lower)}`, unitOf(systolic)], ' ', VALUE_CHARS_MAX);
}

function componentValues(observation: JsonObject): string | undefined {
  const texts = componentsOf(observation).map((component) => {
    const value = choiceText(component, 'value') ?? conceptText(at(component, 'dataAbsentReason'));
    return value === undefined
      ? undefined
      : joinTexts([conceptText(at(component, 'code')), value], ' ', VALUE_CHARS_MAX);
  });
  return joinTexts(texts, ', ', VALUE_CHARS_MAX);
}

/** The range in brackets, as laboratories print it, and the notes. */
export function observationDetail(observation: JsonObject): string | undefined {
  const ranges = asArray(at(observation, 'referenceRange'))
    .slice(0, 4)
    .map((range) => {
      const text = plainText(at(range, 'text'), 120) ?? rangeText(range);
      return text === undefined ? undefined : `[${text}]`;
    });
  const notes = asArray(at(observation, 'note'))
    .slice(0, 4)
    .map((note) => plainText(at(note, 'text'), DETAIL_CHARS_MAX));
  return joinTexts([...ranges, conceptText(at(observation, 'bodySite')), ...notes], ' · ', DETAIL_CHARS_MAX);
}

/**
 * The source's own interpretation, the gravest where components differ; else where the value lies in the one simple
 * reference range that came with it.
 */
export function abnormalOf(observation: JsonObject): Abnormal | undefined {
  const parts = [observation, ...componentsOf(observation)];
  const found = parts.flatMap((part) => {
    const codes = codesOfAll(at(part, 'interpretation'));
    if (codes.length > 0) return codes.flatMap((code) => INTERPRETATIONS.get(code) ?? []);
    return comparedWithRange(part) ?? [];
  });
  return SEVERITY.findLast((each) => found.includes(each));
}

function comparedWithRange(part: JsonObject): Abnormal | undefined {
  const [range, ...others] = asArray(at(part, 'referenceRange'));
  const quantity = at(part, 'valueQuantity');
  const value = numberAt(quantity, 'value');
  if (value === undefined || others.length > 0 || at(quantity, 'comparator') !== undefined) return undefined;
  // Ranges for some people, or of therapy rather than of health, are for clinicians to apply.
  if (at(range, 'appliesTo') !== undefined || at(range, 'age') !== undefined) return undefined;
  const type = at(range, 'type');
  if (type !== undefined && !codesOf(type).includes('normal')) return undefined;
  const low = limitOf(at(range, 'low'), quantity);
  const high = limitOf(at(range, 'high'), quantity);
  if (low !== undefined && value < low) return 'low';
  return high !== undefined && value > high ? 'high' : undefined;
}

/** Comparable only in the same unit. */
function limitOf(limit: unknown, quantity: unknown): number | undefined {
  const sameUnit =
    unitOf(limit) === unitOf(quantity) ||
    (stringAt(limit, 'code') !== undefined && stringAt(limit, 'code') === stringAt(quantity, 'code'));
  return sameUnit ? numberAt(limit, 'value') : undefined;
}
