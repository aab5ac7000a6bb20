/** Devices, visits, plans and orders, a line each. */
import { codeLabel, conceptText, conceptTexts } from './concept-text.ts';
import { detail, notes, named, namedAll, describeReason, type Describe, type ItemWords } from './item-words.ts';
import { asArray, at, first } from './json-reader.ts';
import { DETAIL_CHARS_MAX, JOINED_MAX, TITLE_CHARS_MAX, VALUE_CHARS_MAX } from './limits.ts';
import { joinTexts, plainText } from './plain-text.ts';
import { choiceText } from './value-text.ts';

export const describeDevice: Describe = (body) => ({
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

export const describeDeviceUse: Describe = (body, context) => {
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

export const describeEncounter: Describe = (body, context) => ({
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

export const describePlan: Describe = (body, context) => {
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

export const describeTeam: Describe = (body, context) => ({
  title: plainText(at(body, 'name'), TITLE_CHARS_MAX) ?? conceptTexts(at(body, 'category'), TITLE_CHARS_MAX),
  detail: detail(
    ...asArray(at(body, 'participant'))
      .slice(0, JOINED_MAX)
      .map((each) => joinTexts([named(at(each, 'member'), context), conceptTexts(at(each, 'role'), 120)], ', ', 240)),
    conceptTexts(at(body, 'reasonCode'), VALUE_CHARS_MAX),
  ),
});

export const describeGoal: Describe = (body) => {
  const target = first(at(body, 'target'));
  return {
    title: conceptText(at(body, 'description')),
    code: codeLabel(at(body, 'description')),
    value: joinTexts([conceptText(at(target, 'measure')), choiceText(target, 'detail')], ' ', VALUE_CHARS_MAX),
    detail: detail(conceptText(at(body, 'achievementStatus')), notes(body)),
  };
};

export const describeRequest: Describe = (body, context) => ({
  title:
    conceptText(at(body, 'code')) ??
    conceptText(at(body, 'codeCodeableConcept')) ??
    named(at(body, 'codeReference'), context),
  code: codeLabel(at(body, 'code') ?? at(body, 'codeCodeableConcept')),
  value: choiceText(body, 'quantity'),
  detail: detail(describeReason(body, context), named(at(body, 'requester'), context), notes(body)),
});
