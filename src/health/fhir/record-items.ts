/** One line of the record for one resource: what a clinician reads first, and what right after it. */
import { codeLabel, conceptText, conceptTexts } from './concept-text.ts';
import type { RecordItem } from './display-model.ts';
import { asArray, at, first, isObject, stringAt, type JsonObject } from './json-reader.ts';
import { dosageText } from './dosage-text.ts';
import { certaintyOf } from './item-status.ts';
import { DETAIL_CHARS_MAX, JOINED_MAX, TITLE_CHARS_MAX, VALUE_CHARS_MAX } from './limits.ts';
import { abnormalOf, observationDetail, observationValue } from './observation-value.ts';
import { bestNameText } from './person-name.ts';
import { joinTexts, plainText } from './plain-text.ts';
import type { FhirResource } from './record.ts';
import type { ReferenceIndex } from './references.ts';
import { choiceText, moneyText, periodText, quantityText } from './value-text.ts';

/** What differs from type to type; path, date and status are the same for all. */
export interface ItemWords {
  readonly title?: string | undefined;
  readonly value?: string | undefined;
  readonly detail?: string | undefined;
  readonly code?: string | undefined;
  readonly abnormal?: RecordItem['abnormal'] | undefined;
}

interface Context {
  readonly resource: FhirResource;
  readonly references: ReferenceIndex;
}

type Describe = (body: JsonObject, context: Context) => ItemWords;

export function describeResource(resource: FhirResource, references: ReferenceIndex): ItemWords {
  const describe = DESCRIBERS.get(resource.resourceType) ?? describeOther;
  return describe(resource.body, { resource, references });
}

/** The words that any resource may be called by, the most telling first. */
export function anyTitle(body: JsonObject): string | undefined {
  return (
    plainText(at(body, 'title'), TITLE_CHARS_MAX) ??
    conceptText(at(body, 'code')) ??
    conceptText(first(at(body, 'type'))) ??
    bestNameText(at(body, 'name')) ??
    conceptText(first(at(body, 'category'))) ??
    plainText(at(body, 'description'), TITLE_CHARS_MAX)
  );
}

function detail(...parts: readonly (string | undefined)[]): string | undefined {
  return joinTexts(parts, ' · ', DETAIL_CHARS_MAX);
}

function notes(body: JsonObject): string | undefined {
  const texts = asArray(at(body, 'note')).slice(0, JOINED_MAX);
  return detail(...texts.map((note) => plainText(at(note, 'text'), DETAIL_CHARS_MAX)));
}

/** What a Reference is called: as the sender displays it, else by the title of what it points to. */
function named(reference: unknown, { resource, references }: Context): string | undefined {
  const display = plainText(at(reference, 'display'), TITLE_CHARS_MAX);
  if (display !== undefined) return display;
  const target = references.resolve(reference, resource);
  return target && anyTitle(target);
}

function namedAll(list: unknown, context: Context): string | undefined {
  return detail(
    ...asArray(list)
      .slice(0, JOINED_MAX)
      .map((reference) => named(reference, context)),
  );
}

/** The concept of `medication[x]`, in the resource itself or in the Medication it points to. */
function describeMedication(body: JsonObject, context: Context): ItemWords {
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

function describeReason(body: JsonObject, context: Context): string | undefined {
  return detail(
    conceptTexts(at(body, 'reasonCode'), VALUE_CHARS_MAX),
    namedAll(at(body, 'reasonReference'), context),
    conceptTexts(at(body, 'statusReason'), VALUE_CHARS_MAX),
  );
}

const describeCondition: Describe = (body) => {
  const onset = at(body, 'onsetDateTime') === undefined ? choiceText(body, 'onset') : undefined;
  return {
    title: conceptText(at(body, 'code')),
    code: codeLabel(at(body, 'code')),
    value: conceptText(at(body, 'severity')),
    detail: detail(certaintyOf(body), conceptTexts(at(body, 'bodySite'), VALUE_CHARS_MAX), onset, notes(body)),
  };
};

const describeAllergy: Describe = (body) => {
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

const describeMedicationUse: Describe = (body, context) => ({
  ...describeMedication(body, context),
  value: dosageText(at(body, 'dosageInstruction') ?? at(body, 'dosage')) ?? quantityText(at(body, 'quantity')),
  detail: detail(describeReason(body, context), periodText(at(body, 'effectivePeriod')), notes(body)),
});

const describeImmunization: Describe = (body, context) => {
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

const describeObservation: Describe = (body) => ({
  title: conceptText(at(body, 'code')),
  code: codeLabel(at(body, 'code')),
  value: observationValue(body),
  detail: observationDetail(body),
  abnormal: abnormalOf(body),
});

const describeReport: Describe = (body) => ({
  title: conceptText(at(body, 'code')),
  code: codeLabel(at(body, 'code')),
  detail: detail(
    plainText(at(body, 'conclusion'), DETAIL_CHARS_MAX),
    conceptTexts(at(body, 'conclusionCode'), VALUE_CHARS_MAX),
    conceptTexts(at(body, 'category'), VALUE_CHARS_MAX),
  ),
});

const describeImaging: Describe = (body) => {
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

const describeProcedure: Describe = (body, context) => ({
  title: conceptText(at(body, 'code')),
  code: codeLabel(at(body, 'code')),
  value: conceptText(at(body, 'outcome')),
  detail: detail(conceptTexts(at(body, 'bodySite'), VALUE_CHARS_MAX), describeReason(body, context), notes(body)),
});

const describeDevice: Describe = (body) => ({
  title:
    plainText(at(first(at(body, 'deviceName')), 'name'), TITLE_CHARS_MAX) ??
    conceptText(at(body, 'type')) ??
    plainText(at(body, 'modelNumber'), TITLE_CHARS_MAX),
  code: codeLabel(at(body, 'type')),
  value: plainText(at(body, 'manufacturer'), VALUE_CHARS_MAX),
  detail: detail(
    plainText(at(first(at(body, 'udiCarrier')), 'carrierHRF'), 200) ??
      plainText(at(first(at(body, 'udiCarrier')), 'deviceIdentifier'), 200),
    notes(body),
  ),
});

const describeDeviceUse: Describe = (body, context) => {
  const reference = at(body, 'device') ?? at(body, 'codeReference');
  const device = context.references.resolve(reference, context.resource);
  const found: ItemWords = device ? describeDevice(device, context) : {};
  const code = at(body, 'codeCodeableConcept');
  return {
    title: found.title ?? conceptText(code) ?? named(reference, context),
    code: found.code ?? codeLabel(code),
    detail: detail(conceptText(at(body, 'bodySite')), describeReason(body, context), notes(body)),
  };
};

const describeEncounter: Describe = (body, context) => ({
  title:
    conceptTexts(at(body, 'type'), TITLE_CHARS_MAX) ??
    conceptText(at(body, 'serviceType')) ??
    conceptText(at(body, 'class')) ??
    plainText(at(body, 'description'), TITLE_CHARS_MAX),
  code: codeLabel(first(at(body, 'type'))),
  value: conceptText(at(body, 'class')),
  detail: detail(
    describeReason(body, context),
    named(at(body, 'serviceProvider') ?? at(body, 'managingOrganization'), context),
    ...asArray(at(body, 'participant'))
      .slice(0, JOINED_MAX)
      .map((participant) => named(at(participant, 'individual') ?? at(participant, 'actor'), context)),
  ),
});

const describePlan: Describe = (body, context) => {
  const activities = asArray(at(body, 'activity'))
    .slice(0, JOINED_MAX)
    .map((activity) => {
      const inline = at(activity, 'detail');
      return (
        conceptText(at(inline, 'code')) ??
        plainText(at(inline, 'description'), 200) ??
        named(at(activity, 'reference'), context)
      );
    });
  return {
    title:
      plainText(at(body, 'title'), TITLE_CHARS_MAX) ??
      conceptTexts(at(body, 'category'), TITLE_CHARS_MAX) ??
      plainText(at(body, 'description'), TITLE_CHARS_MAX),
    code: codeLabel(first(at(body, 'category'))),
    detail: detail(
      plainText(at(body, 'description'), DETAIL_CHARS_MAX),
      joinTexts(activities, ', ', DETAIL_CHARS_MAX),
      namedAll(at(body, 'addresses'), context),
      notes(body),
    ),
  };
};

const describeTeam: Describe = (body, context) => ({
  title: plainText(at(body, 'name'), TITLE_CHARS_MAX) ?? conceptTexts(at(body, 'category'), TITLE_CHARS_MAX),
  detail: detail(
    ...asArray(at(body, 'participant'))
      .slice(0, JOINED_MAX)
      .map((each) => joinTexts([named(at(each, 'member'), context), conceptTexts(at(each, 'role'), 120)], ', ', 240)),
    conceptTexts(at(body, 'reasonCode'), VALUE_CHARS_MAX),
  ),
});

const describeGoal: Describe = (body) => {
  const target = first(at(body, 'target'));
  return {
    title: conceptText(at(body, 'description')),
    code: codeLabel(at(body, 'description')),
    value: joinTexts([conceptText(at(target, 'measure')), choiceText(target, 'detail')], ' ', VALUE_CHARS_MAX),
    detail: detail(conceptText(at(body, 'achievementStatus')), notes(body)),
  };
};

const describeRequest: Describe = (body, context) => ({
  title:
    conceptText(at(body, 'code')) ??
    conceptText(at(body, 'codeCodeableConcept')) ??
    named(at(body, 'codeReference'), context),
  code: codeLabel(at(body, 'code') ?? at(body, 'codeCodeableConcept')),
  value: choiceText(body, 'quantity'),
  detail: detail(describeReason(body, context), named(at(body, 'requester'), context), notes(body)),
});

const describeDocument: Describe = (body, context) => {
  const attachment = at(first(at(body, 'content')), 'attachment') ?? at(body, 'content');
  return {
    title:
      plainText(at(body, 'description'), TITLE_CHARS_MAX) ??
      plainText(at(body, 'title'), TITLE_CHARS_MAX) ??
      conceptText(at(body, 'type')) ??
      plainText(at(attachment, 'title'), TITLE_CHARS_MAX),
    code: codeLabel(at(body, 'type')),
    value: plainText(at(attachment, 'contentType') ?? at(body, 'contentType'), 80),
    detail: detail(conceptTexts(at(body, 'category'), VALUE_CHARS_MAX), namedAll(at(body, 'author'), context)),
  };
};

const describeCoverage: Describe = (body, context) => ({
  title: conceptText(at(body, 'type')) ?? namedAll(at(body, 'payor'), context),
  code: codeLabel(at(body, 'type')),
  value: plainText(at(body, 'subscriberId') ?? at(first(at(body, 'identifier')), 'value'), VALUE_CHARS_MAX),
  detail: detail(
    namedAll(at(body, 'payor'), context),
    ...asArray(at(body, 'class'))
      .slice(0, JOINED_MAX)
      .map((each) => joinTexts([plainText(at(each, 'value'), 80), plainText(at(each, 'name'), 120)], ' ', 200)),
    periodText(at(body, 'period')),
    namedAll(at(body, 'insurer'), context),
  ),
});

const describeClaim: Describe = (body, context) => {
  const items = asArray(at(body, 'item')).slice(0, JOINED_MAX);
  const totals = asArray(at(body, 'total')).slice(0, 6);
  const amounts = totals.map((total) =>
    joinTexts([conceptText(at(total, 'category')), moneyText(at(total, 'amount') ?? total)], ' ', 120),
  );
  return {
    title:
      joinTexts(
        items.map((item) => conceptText(at(item, 'productOrService'))),
        ', ',
        TITLE_CHARS_MAX,
      ) ?? conceptText(at(body, 'type')),
    value: joinTexts([...amounts, moneyText(at(body, 'payment', 'amount'))], ', ', VALUE_CHARS_MAX),
    detail: detail(
      conceptText(at(body, 'type')),
      plainText(at(body, 'use'), 40),
      plainText(at(body, 'outcome'), 40),
      plainText(at(body, 'disposition'), VALUE_CHARS_MAX),
      namedAll(at(body, 'insurer'), context),
    ),
  };
};

const describeConsent: Describe = (body, context) => ({
  title: conceptTexts(at(body, 'category'), TITLE_CHARS_MAX) ?? conceptText(at(body, 'scope')),
  code: codeLabel(first(at(body, 'category'))),
  value: plainText(at(body, 'provision', 'type'), 40),
  detail: detail(
    conceptText(at(body, 'scope')),
    conceptTexts(at(body, 'provision', 'code'), VALUE_CHARS_MAX),
    periodText(at(body, 'provision', 'period')),
    namedAll(at(body, 'organization'), context),
  ),
});

const describeProvenance: Describe = (body, context) => ({
  title: conceptText(at(body, 'activity')),
  detail: detail(
    ...asArray(at(body, 'agent'))
      .slice(0, JOINED_MAX)
      .map((agent) => named(at(agent, 'who'), context)),
    namedAll(at(body, 'target'), context),
  ),
});

const describeFamilyHistory: Describe = (body) => ({
  title: joinTexts(
    asArray(at(body, 'condition'))
      .slice(0, JOINED_MAX)
      .map((condition) => conceptText(at(condition, 'code'))),
    ', ',
    TITLE_CHARS_MAX,
  ),
  value: conceptText(at(body, 'relationship')),
  detail: detail(bestNameText(at(body, 'name')), notes(body)),
});

const describeOther: Describe = (body, context) => {
  const code = at(body, 'code');
  return {
    title: anyTitle(body),
    code: isObject(code) ? codeLabel(code) : undefined,
    value: choiceText(body, 'value'),
    detail: detail(
      plainText(at(body, 'description'), DETAIL_CHARS_MAX),
      conceptText(at(body, 'specialty')),
      named(at(body, 'practitioner'), context),
      named(at(body, 'organization'), context),
      stringAt(body, 'title') === undefined ? undefined : conceptText(code),
      notes(body),
    ),
  };
};

const DESCRIBERS: ReadonlyMap<string, Describe> = new Map([
  ['Condition', describeCondition],
  ['AllergyIntolerance', describeAllergy],
  ['MedicationStatement', describeMedicationUse],
  ['MedicationRequest', describeMedicationUse],
  ['MedicationAdministration', describeMedicationUse],
  ['MedicationDispense', describeMedicationUse],
  ['Immunization', describeImmunization],
  ['Observation', describeObservation],
  ['DiagnosticReport', describeReport],
  ['ImagingStudy', describeImaging],
  ['Procedure', describeProcedure],
  ['Device', describeDevice],
  ['DeviceUseStatement', describeDeviceUse],
  ['Encounter', describeEncounter],
  ['EpisodeOfCare', describeEncounter],
  ['CarePlan', describePlan],
  ['CareTeam', describeTeam],
  ['Goal', describeGoal],
  ['ServiceRequest', describeRequest],
  ['DeviceRequest', describeRequest],
  ['DocumentReference', describeDocument],
  ['DocumentManifest', describeDocument],
  ['Composition', describeDocument],
  ['Media', describeDocument],
  ['Binary', describeDocument],
  ['Coverage', describeCoverage],
  ['CoverageEligibilityResponse', describeCoverage],
  ['Claim', describeClaim],
  ['ClaimResponse', describeClaim],
  ['ExplanationOfBenefit', describeClaim],
  ['Consent', describeConsent],
  ['Provenance', describeProvenance],
  ['FamilyMemberHistory', describeFamilyHistory],
]);
