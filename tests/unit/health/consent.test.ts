import { describe, expect, it } from 'vitest';
import { AssertionError } from '../../../src/core/result.ts';
import { encodeUtf8 } from '../../../src/core/text.ts';
import {
  buildConsent,
  CONSENT_BYTES_MAX,
  decodeConsent,
  encodeConsent,
  NAME_BYTES_MAX,
  TITLE_BYTES_MAX,
} from '../../../src/health/consent.ts';
import { PURPOSES } from '../../../src/health/purpose.ts';
import { terms } from './fixtures.ts';

const json = new TextDecoder().decode(encodeConsent(terms));

describe('consent', () => {
  it('is a FHIR R4 Consent that says who lets whom read what, for what, until when', () => {
    expect(buildConsent(terms)).toMatchObject({
      resourceType: 'Consent',
      status: 'active',
      scope: { coding: [{ code: 'patient-privacy' }] },
      patient: { display: 'Zhang Wěi 张伟' },
      dateTime: '2026-09-21T14:13:20Z',
      policyRule: { coding: [{ code: 'OPTIN' }] },
      provision: {
        type: 'permit',
        period: { end: '2027-01-15T08:00:00Z' },
        actor: [{ reference: { display: 'Riverside Clinic' } }],
        purpose: [{ code: 'TREAT' }],
      },
    });
  });

  it('is read back as it was written, for every purpose and status', () => {
    for (const purpose of PURPOSES) {
      for (const status of ['active', 'inactive'] as const) {
        const own = { ...terms, purpose, status };
        expect(decodeConsent(encodeConsent(own))).toEqual({ ok: true, value: own });
      }
    }
  });

  it('at its longest fits its cap', () => {
    const name = '"'.repeat(NAME_BYTES_MAX);
    const longest = {
      ...terms,
      patientName: name,
      expiresAtS: 253_402_300_799,
      record: { ...terms.record, title: '\\'.repeat(TITLE_BYTES_MAX) },
      grantor: { ...terms.grantor, name },
      grantee: { ...terms.grantee, name },
    };
    expect(decodeConsent(encodeConsent(longest))).toEqual({ ok: true, value: longest });
    expect(encodeConsent(longest).length).toBeLessThanOrEqual(CONSENT_BYTES_MAX);
  });

  it.each([
    ['nothing', '', 'consent-malformed'],
    ['something else than JSON', '{"resourceType":', 'consent-malformed'],
    ['null', 'null', 'consent-malformed'],
    ['too much', json.padEnd(CONSENT_BYTES_MAX + 1), 'consent-malformed'],
    ['a status of its own', json.replace('"active"', '"draft"'), 'consent-malformed'],
    ['an unknown purpose', json.replace('"TREAT"', '"HMARKT"'), 'consent-malformed'],
    ['no end', json.replace('"end":"2027-01-15T08:00:00Z"', '"end":""'), 'consent-malformed'],
    ['a key that is no hex', json.replace(/"value":"0/, '"value":"x'), 'consent-malformed'],
    ['a name that turns the text round', json.replace('Riverside', '\u202eedisreviR'), 'consent-malformed'],
    ['a denial', json.replace('"permit"', '"deny"'), 'consent-not-canonical'],
    ['an end without a time zone of ours', json.replace('08:00:00Z', '08:00:00+00:00'), 'consent-not-canonical'],
    ['an element more', json.replace('{', '{"id":"1",'), 'consent-not-canonical'],
    ['an element twice', json.replace('{', '{"status":"inactive",'), 'consent-not-canonical'],
    [
      'a second actor',
      json.replace(/"actor":\[(.*?)\],"purpose"/, '"actor":[$1,$1],"purpose"'),
      'consent-not-canonical',
    ],
    ['blanks', json.replace(',', ', '), 'consent-not-canonical'],
    ['an escape', json.replace('Riverside', '\\u0052iverside'), 'consent-not-canonical'],
  ])('is refused with %s', (_, text, code) => {
    expect(text).not.toBe(json);
    expect(decodeConsent(encodeUtf8(text))).toMatchObject({ ok: false, code });
  });

  it('is not made of terms that do not fit', () => {
    const unfit = [
      { ...terms, patientName: 'x'.repeat(NAME_BYTES_MAX + 1) },
      { ...terms, patientName: 'two\nlines' },
      { ...terms, expiresAtS: 253_402_300_800 },
      { ...terms, madeAtS: 0.5 },
    ];
    for (const one of unfit) expect(() => encodeConsent(one)).toThrow(AssertionError);
  });
});
