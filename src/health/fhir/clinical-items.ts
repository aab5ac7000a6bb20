/** Problems, allergies, medicines, immunisations, findings and procedures, a line each. */
import { codeLabel, conceptText, conceptTexts } from './concept-text.ts';
import { dosageText } from './dosage-text.ts';
import { certaintyOf } from './item-status.ts';
import { detail, notes, named, describeReason, type Describe, type ItemWords, type ItemContext } from './item-words.ts';
import { asArray, at, first, type JsonObject } from './json-reader.ts';
import { DETAIL_CHARS_MAX, JOINED_MAX, TITLE_CHARS_MAX, VALUE_CHARS_MAX } from './limits.ts';
import { abnormalOf, observationDetail, observationValue } from './observation-value.ts';
import { joinTexts, plainText } from './plain-text.ts';
import { choiceText, periodText, quantityText } from './value-text.ts';

/** The concept of `medication[x]`, in the resource itself or in the Medication it points to. */
function describeMedication(body: JsonObject, context: ItemContext): ItemWords {
  const concept = at(body, 'medicationCodeableConcept');
  if (concept !== undefined) return { title: conceptText(concept), code: codeLabel(concept) };
  const reference = at(body, 'medicationReference');
  const medication = context.references.resolve(reference, context.resource);
  const code = at(medication, 'code');
  const ingredients = asArray(at(medication, 'ingredient'))
    .slice(0, JOINED_MAX)
    .map((ingredient) => conceptText(at(ingredient, 'itemCodeableConcept')));
  return {
    title: conceptText(code) ?? named(reference, context) ?? joinTexts(ingredients, ' + ', TITLE_CHARS_MAX),
    code: codeLabel(code),
  };
}

export const describeCondition: Describe = (body) => {
  const onset = at(body, 'onsetDateTime') === undefined ? choiceText(body, 'onset') : undefined;
  return {
    title: conceptText(at(body, 'code')),
    code: codeLabel(at(body, 'code')),
    value: conceptText(at(body, 'severity')),
    detail: detail(certaintyOf(body), conceptTexts(at(body, 'bodySite'), VALUE_CHARS_MAX), onset, notes(body)),
  };
};

export const describeAllergy: Describe = (body) => {
  const reactions = asArray(at(body, 'reaction'))
    .slice(0, JOINED_MAX)
    .map((reaction) => {
      const severity = plainText(at(reaction, 'severity'), 20);
      const words =
        conceptTexts(at(reaction, 'manifestation'), VALUE_CHARS_MAX) ??
        plainText(at(reaction, 'description'), VALUE_CHARS_MAX);
      return words !== undefined && severity !== undefined ? `${words} (${severity})` : (words ?? severity);
    });
  const substance = first(at(body, 'reaction'));
  return {
    title: conceptText(at(body, 'code')) ?? conceptText(at(substance, 'substance')),
    code: codeLabel(at(body, 'code')),
    value: joinTexts(reactions, ', ', VALUE_CHARS_MAX),
    detail: detail(
      certaintyOf(body),
      plainText(at(body, 'type'), 40),
      ...asArray(at(body, 'category'))
        .slice(0, 4)
        .map((category) => plainText(category, 40)),
      notes(body),
    ),
    abnormal: at(body, 'criticality') === 'high' ? 'critical' : undefined,
  };
};

export const describeMedicationUse: Describe = (body, context) => ({
  ...describeMedication(body, context),
  value: dosageText(at(body, 'dosageInstruction') ?? at(body, 'dosage')) ?? quantityText(at(body, 'quantity')),
  detail: detail(describeReason(body, context), periodText(at(body, 'effectivePeriod')), notes(body)),
});

export const describeImmunization: Describe = (body, context) => {
  const protocol = first(at(body, 'protocolApplied'));
  const dose = choiceText(protocol, 'doseNumber');
  const of = choiceText(protocol, 'seriesDoses');
  const lot = plainText(at(body, 'lotNumber'), 60);
  return {
    title: conceptText(at(body, 'vaccineCode')),
    code: codeLabel(at(body, 'vaccineCode')),
    value: joinTexts(
      [
        dose === undefined ? undefined : of === undefined ? `#${dose}` : `#${dose}/${of}`,
        quantityText(at(body, 'doseQuantity')),
      ],
      ' · ',
      VALUE_CHARS_MAX,
    ),
    detail: detail(
      conceptText(at(body, 'statusReason')),
      conceptTexts(at(protocol, 'targetDisease'), VALUE_CHARS_MAX),
      named(at(body, 'manufacturer'), context),
      lot === undefined ? undefined : `Lot ${lot}`,
      at(body, 'occurrenceDateTime') === undefined ? plainText(at(body, 'occurrenceString'), 120) : undefined,
      notes(body),
    ),
  };
};

export const describeObservation: Describe = (body) => ({
  title: conceptText(at(body, 'code')),
  code: codeLabel(at(body, 'code')),
  value: observationValue(body),
  detail: observationDetail(body),
  abnormal: abnormalOf(body),
});

export const describeReport: Describe = (body) => ({
  title: conceptText(at(body, 'code')),
  code: codeLabel(at(body, 'code')),
  detail: detail(
    plainText(at(body, 'conclusion'), DETAIL_CHARS_MAX),
    conceptTexts(at(body, 'conclusionCode'), VALUE_CHARS_MAX),
    conceptTexts(at(body, 'category'), VALUE_CHARS_MAX),
  ),
});

export const describeImaging: Describe = (body) => {
  const series = asArray(at(body, 'series')).slice(0, JOINED_MAX);
  return {
    title:
      plainText(at(body, 'description'), TITLE_CHARS_MAX) ??
      conceptTexts(at(body, 'procedureCode'), TITLE_CHARS_MAX) ??
      joinTexts(
        series.map((each) =>
          joinTexts([conceptText(at(each, 'modality')), conceptText(at(each, 'bodySite'))], ', ', 120),
        ),
        '; ',
        TITLE_CHARS_MAX,
      ),
    detail: detail(...series.map((each) => plainText(at(each, 'description'), 120)), notes(body)),
  };
};

export const describeProcedure: Describe = (body, context) => ({
  title: conceptText(at(body, 'code')),
  code: codeLabel(at(body, 'code')),
  value: conceptText(at(body, 'outcome')),
  detail: detail(conceptTexts(at(body, 'bodySite'), VALUE_CHARS_MAX), describeReason(body, context), notes(body)),
});
