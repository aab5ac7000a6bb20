/** Documents, insurance, consents and whatever else a file holds, a line each. */
import { codeLabel, conceptText, conceptTexts } from './concept-text.ts';
import { anyTitle, detail, notes, named, namedAll, type Describe } from './item-words.ts';
import { asArray, at, first, isObject, stringAt } from './json-reader.ts';
import { DETAIL_CHARS_MAX, JOINED_MAX, TITLE_CHARS_MAX, VALUE_CHARS_MAX } from './limits.ts';
import { bestNameText } from './person-name.ts';
import { joinTexts, plainText } from './plain-text.ts';
import { choiceText, moneyText, periodText } from './value-text.ts';

export const describeDocument: Describe = (body, context) => {
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

export const describeCoverage: Describe = (body, context) => ({
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

export const describeClaim: Describe = (body, context) => {
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

export const describeConsent: Describe = (body, context) => ({
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

export const describeProvenance: Describe = (body, context) => ({
  title: conceptText(at(body, 'activity')),
  detail: detail(
    ...asArray(at(body, 'agent'))
      .slice(0, JOINED_MAX)
      .map((agent) => named(at(agent, 'who'), context)),
    namedAll(at(body, 'target'), context),
  ),
});

export const describeFamilyHistory: Describe = (body) => ({
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

export const describeOther: Describe = (body, context) => {
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
