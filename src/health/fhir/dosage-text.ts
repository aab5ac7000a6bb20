/** Dosages in one line: as the prescriber put it, else pieced together without words of our own. */
import { choiceText, numberText, quantityText, rangeText } from './value-text.ts';
import { conceptText } from './concept-text.ts';
import { asArray, at, first, numberAt } from './json-reader.ts';
import { VALUE_CHARS_MAX } from './limits.ts';
import { joinTexts, plainText } from './plain-text.ts';

const DOSAGES_SHOWN_MAX = 6;

/** @param dosages  `dosageInstruction` or `dosage`: a list of Dosage */
export function dosageText(dosages: unknown): string | undefined {
  const texts = asArray(dosages).slice(0, DOSAGES_SHOWN_MAX).map(oneDosage);
  return joinTexts(texts, '; ', VALUE_CHARS_MAX);
}

function oneDosage(dosage: unknown): string | undefined {
  const text =
    plainText(at(dosage, 'text'), VALUE_CHARS_MAX) ?? plainText(at(dosage, 'patientInstruction'), VALUE_CHARS_MAX);
  if (text !== undefined) return text;
  const doseAndRate = first(at(dosage, 'doseAndRate'));
  // A MedicationAdministration has its one dose directly.
  const dose = choiceText(doseAndRate, 'dose') ?? quantityText(at(dosage, 'dose'));
  const rate = choiceText(doseAndRate, 'rate') ?? choiceText(dosage, 'rate');
  const asNeeded = at(dosage, 'asNeededBoolean') === true ? 'PRN' : undefined;
  const reason = conceptText(at(dosage, 'asNeededCodeableConcept'));
  return joinTexts(
    [
      dose,
      rate,
      timingText(at(dosage, 'timing')),
      asNeeded ?? (reason === undefined ? undefined : `PRN (${reason})`),
      conceptText(at(dosage, 'route')),
      conceptText(at(dosage, 'site')),
    ],
    ' · ',
    VALUE_CHARS_MAX,
  );
}

/** `2 × / d`, or the name of the timing where it has one (`BID`). */
function timingText(timing: unknown): string | undefined {
  const named = conceptText(at(timing, 'code'));
  if (named !== undefined) return named;
  const repeat = at(timing, 'repeat');
  const period = numberAt(repeat, 'period');
  const unit = plainText(at(repeat, 'periodUnit'), 10);
  const frequency = numberAt(repeat, 'frequency') ?? 1;
  const most = numberAt(repeat, 'frequencyMax');
  const times = most === undefined ? numberText(frequency) : `${numberText(frequency)}–${numberText(most)}`;
  const rhythm =
    period === undefined || unit === undefined
      ? undefined
      : `${times} × / ${period === 1 ? '' : `${numberText(period)} `}${unit}`;
  const when = joinTexts(
    [...asArray(at(repeat, 'when')), ...asArray(at(repeat, 'dayOfWeek')), ...asArray(at(repeat, 'timeOfDay'))]
      .slice(0, 12)
      .map((each) => plainText(each, 20)),
    ', ',
    120,
  );
  const bounds = quantityText(at(repeat, 'boundsDuration')) ?? rangeText(at(repeat, 'boundsRange'));
  return joinTexts([rhythm, when, bounds], ', ', VALUE_CHARS_MAX);
}
