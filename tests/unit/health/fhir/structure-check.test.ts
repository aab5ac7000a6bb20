import { describe, expect, test } from 'vitest';
import { PROBLEMS_SHOWN_MAX } from '../../../../src/health/fhir/display-model.ts';
import { bundle, parse, patient, problemsOf, subject } from './fixtures.ts';

const code = { text: 'x' };
const observation = { resourceType: 'Observation', status: 'final', code };

describe('required elements', () => {
  test.each([
    ['Patient', []],
    ['Observation', ['status', 'code']],
    ['Condition', ['subject']],
    ['MedicationRequest', ['status', 'intent', 'subject', 'medication[x]']],
    ['MedicationStatement', ['status', 'subject', 'medication[x]']],
    ['AllergyIntolerance', ['patient']],
    ['Immunization', ['status', 'vaccineCode', 'patient', 'occurrence[x]']],
    ['DiagnosticReport', ['status', 'code']],
    ['Encounter', ['status', 'class']],
    ['Procedure', ['status', 'subject']],
    ['Coverage', ['status', 'beneficiary', 'payor']],
    ['DocumentReference', ['status', 'content']],
  ])('of %s', async (resourceType, missing) => {
    expect(await problemsOf({ resourceType })).toEqual(
      missing.map((name) => `${resourceType} missing-element: ${name}`),
    );
  });

  test('a reason for absence stands in for the value', async () => {
    const absent = {
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
    };
    expect(await problemsOf({ ...observation, status: undefined, _status: absent })).toEqual([]);
  });

  test('inside an element', async () => {
    expect(await problemsOf({ ...observation, component: [{ valueString: 'x' }] })).toEqual([
      'Observation.component[0] missing-element: code',
    ]);
  });
});

describe('shapes', () => {
  test.each([
    [
      { ...observation, valueString: 'x', valueInteger: 3 },
      'Observation wrong-type: only one value[x] is allowed: valueString, valueInteger',
    ],
    [{ ...observation, valueInteger: 3.5 }, 'Observation.valueInteger wrong-type: integer expected, found a fraction'],
    [{ ...observation, status: 5 }, 'Observation.status wrong-type: code expected, found a number'],
    [{ ...observation, status: '' }, 'Observation.status wrong-type: code expected, found nothing'],
    [{ ...observation, code: [code] }, 'Observation.code wrong-type: one CodeableConcept expected, found a list'],
    [{ ...observation, code: 'x' }, 'Observation.code wrong-type: CodeableConcept expected, found a string'],
    [
      { ...observation, category: code },
      'Observation.category wrong-type: a list of CodeableConcept expected, found an object',
    ],
    [{ ...observation, note: [null] }, 'Observation.note[0] wrong-type: Annotation expected, found null'],
    [
      { ...observation, valueQuantity: { value: '7.2' } },
      'Observation.valueQuantity.value wrong-type: decimal expected, found a string',
    ],
    [
      { ...patient, extension: [{ url: 'x', valueString: 'a', valueCode: 'b' }] },
      'Patient.extension[0] wrong-type: only one value[x] is allowed: valueString, valueCode',
    ],
    [{ ...patient, contained: [{ id: 'a' }] }, 'Patient.contained[0] no-resource-type: resourceType'],
  ])('%#', async (resource, problem) => {
    expect(await problemsOf(resource)).toEqual([problem]);
  });

  test('null keeps the place of a primitive that has only an extension', async () => {
    const name = [{ given: ['Ana', null], _given: [null, { extension: [] }] }];
    expect(await problemsOf({ resourceType: 'Patient', name })).toEqual([]);
  });
});

describe('dates', () => {
  test.each(['2019', '2019-04', '2020-02-29', '2019-04-02T10:00:00Z', '2019-04-02T10:00:00.123456+14:00'])(
    '%s is a dateTime',
    async (effectiveDateTime) => {
      expect(await problemsOf({ ...observation, effectiveDateTime })).toEqual([]);
    },
  );

  test.each([
    '02.04.2019',
    '2019-13',
    '2019-02-29',
    '2019-04-31',
    '2019-4-2',
    '2019-04-02T10:00:00',
    '2019-04-02T10:00Z',
    'today',
  ])('%s is none', async (effectiveDateTime) => {
    expect(await problemsOf({ ...observation, effectiveDateTime })).toEqual([
      `Observation.effectiveDateTime bad-date: no dateTime: ${effectiveDateTime}`,
    ]);
  });

  test('an instant needs its time, a date has none', async () => {
    expect(await problemsOf({ ...observation, issued: '2019-04-02' })).toHaveLength(1);
    expect(await problemsOf({ ...patient, birthDate: '1980-02-29T00:00:00Z' })).toHaveLength(1);
  });
});

describe('references', () => {
  const pointingTo = (reference: string) => ({ ...observation, subject: { reference } });

  test.each([
    'Patient/elsewhere',
    'https://other.example/fhir/Patient/1',
    'Practitioner?identifier=x',
    'urn:uuid:00000000-0000-4000-8000-000000000000',
  ])('%s may be elsewhere, or is here', async (reference) => {
    expect(await problemsOf(bundle('collection', patient, pointingTo(reference)))).toEqual([]);
  });

  test.each(['urn:uuid:11111111-0000-4000-8000-000000000000', '#nobody'])('%s dangles', async (reference) => {
    expect(await problemsOf(bundle('collection', patient, pointingTo(reference)))).toEqual([
      `Bundle.entry[1].resource.subject.reference dangling-reference: ${reference}`,
    ]);
  });

  test('contained resources are found, and by each other', async () => {
    const contained = [
      { resourceType: 'Practitioner', id: 'doctor' },
      { ...patient, id: 'me', generalPractitioner: [{ reference: '#doctor' }] },
    ];
    expect(await problemsOf({ ...observation, contained, subject: { reference: '#me' } })).toEqual([]);
  });

  test('a resource on its own has no bundle to look in', async () => {
    expect(await problemsOf(pointingTo('urn:uuid:11111111-0000-4000-8000-000000000000'))).toEqual([]);
  });
});

test('all problems are counted, the first are kept', async () => {
  const broken = Array.from({ length: PROBLEMS_SHOWN_MAX }, () => ({ resourceType: 'Procedure' }));
  const parsed = await parse(bundle('collection', ...broken, { resourceType: 'Condition', subject }));
  expect(parsed.problemCount).toBe(2 * PROBLEMS_SHOWN_MAX);
  expect(parsed.problems).toHaveLength(PROBLEMS_SHOWN_MAX);
});
