/** Measured values in words: quantities with their units, ranges, ratios, periods. */
import { conceptText } from './concept-text.ts';
import { at, choiceOf, numberAt, stringAt, type ChoiceValue } from './json-reader.ts';
import { VALUE_CHARS_MAX } from './limits.ts';
import { joinTexts, plainText } from './plain-text.ts';

const VALUE_TYPES = [
  'Quantity',
  'CodeableConcept',
  'String',
  'Boolean',
  'Integer',
  'PositiveInt',
  'UnsignedInt',
  'Decimal',
  'Range',
  'Ratio',
  'Time',
  'DateTime',
  'Date',
  'Period',
  'Duration',
  'Age',
  'Money',
  'Reference',
] as const;
const SIGNIFICANT_DIGITS = 6;

/** Words for `value[x]`, `onset[x]`, `dose[x]`...; sampled data and attachments have none. */
export function choiceText(object: unknown, name: string): string | undefined {
  const choice = choiceOf(object, name, VALUE_TYPES);
  return choice && valueText(choice);
}

function valueText({ type, value }: ChoiceValue): string | undefined {
  switch (type) {
    case 'Quantity':
    case 'Duration':
    case 'Age':
      return quantityText(value);
    case 'CodeableConcept':
      return conceptText(value, VALUE_CHARS_MAX);
    case 'Range':
      return rangeText(value);
    case 'Ratio':
      return ratioText(value);
    case 'Period':
      return periodText(value);
    case 'Money':
      return moneyText(value);
    case 'Reference':
      return plainText(at(value, 'display'), VALUE_CHARS_MAX);
    default:
      if (typeof value === 'number') return numberText(value);
      return typeof value === 'boolean' ? String(value) : plainText(value, VALUE_CHARS_MAX);
  }
}

/** `7.2 %`, `<5 mmol/L`. */
export function quantityText(quantity: unknown): string | undefined {
  const value = numberAt(quantity, 'value');
  if (value === undefined) return undefined;
  const comparator = plainText(at(quantity, 'comparator'), 2) ?? '';
  return joinTexts([comparator + numberText(value), unitOf(quantity)], ' ', VALUE_CHARS_MAX);
}

/** @source UCUM: codes of units that people write in another way */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/^\{(.*)\}$/, '$1'],
  [/^Cel$/, '°C'],
  [/^\[degF\]$/, '°F'],
  [/^\[in_i\]$/, 'in'],
  [/^\[lb_av\]$/, 'lb'],
  [/\[(Hg|IU|iU)\]/, '$1'],
];

/** As people write it, not as UCUM spells it: `mmHg` for `mm[Hg]`, `score` for `{score}`. */
export function unitOf(quantity: unknown): string | undefined {
  const unit = plainText(at(quantity, 'unit') ?? at(quantity, 'code'), 60);
  if (unit === undefined || unit === '1') return undefined;
  return UNITS.reduce((text, [code, written]) => text.replace(code, written), unit) || undefined;
}

/** Computed values come with sixteen digits: six say as much, and whole numbers keep all of theirs. */
export function numberText(value: number): string {
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  const wholeDigits = Math.abs(value) < 1 ? 0 : Math.floor(Math.log10(Math.abs(value))) + 1;
  return String(Number(value.toPrecision(Math.min(100, Math.max(SIGNIFICANT_DIGITS, wholeDigits + 2)))));
}

/** `4–5.6 %`, `≥3 mg`. */
export function rangeText(range: unknown): string | undefined {
  const low = at(range, 'low');
  const high = at(range, 'high');
  const lowValue = numberAt(low, 'value');
  const highValue = numberAt(high, 'value');
  if (lowValue === undefined && highValue === undefined) return undefined;
  const unit = unitOf(highValue === undefined ? low : high) ?? unitOf(low);
  if (lowValue === undefined) return joinTexts([`≤${numberText(highValue!)}`, unit], ' ', VALUE_CHARS_MAX);
  if (highValue === undefined) return joinTexts([`≥${numberText(lowValue)}`, unit], ' ', VALUE_CHARS_MAX);
  return joinTexts([`${numberText(lowValue)}–${numberText(highValue)}`, unit], ' ', VALUE_CHARS_MAX);
}

/** `1:64` for titres, `5 mg / 1 mL` otherwise. */
function ratioText(ratio: unknown): string | undefined {
  const numerator = at(ratio, 'numerator');
  const denominator = at(ratio, 'denominator');
  const isTitre = unitOf(numerator) === undefined && unitOf(denominator) === undefined;
  return joinTexts([quantityText(numerator), quantityText(denominator)], isTitre ? ':' : ' / ', VALUE_CHARS_MAX);
}

/** Dates as the source has them: `2019-04-02 – 2019-05`. */
export function periodText(period: unknown): string | undefined {
  const start = dayOf(at(period, 'start'));
  const end = dayOf(at(period, 'end'));
  if (start === undefined && end === undefined) return undefined;
  return start === end ? start : `${start ?? ''} – ${end ?? ''}`.trim();
}

/** `255 USD`. */
export function moneyText(money: unknown): string | undefined {
  const value = numberAt(money, 'value');
  if (value === undefined) return undefined;
  const cents = Number.isInteger(value) ? String(value) : value.toFixed(2);
  return joinTexts([cents, plainText(stringAt(money, 'currency'), 8)], ' ', VALUE_CHARS_MAX);
}

function dayOf(date: unknown): string | undefined {
  return plainText(date, 40)?.slice(0, 10);
}
