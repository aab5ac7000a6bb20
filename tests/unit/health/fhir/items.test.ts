import { describe, expect, test } from 'vitest';
import { TITLE_CHARS_MAX } from '../../../../src/health/fhir/limits.ts';
import { bundle, concept, itemOf, itemsOf, loinc, subject } from './fixtures.ts';

const quantity = (value: number, unit: string) => ({ value, unit });
const observation = { resourceType: 'Observation', status: 'final', code: loinc('4548-4', 'HbA1c') };
const bloodPressure = (...components: readonly (readonly [string, string, object])[]) => ({
  ...observation,
  code: loinc('85354-9', 'Blood pressure'),
  component: components.map(([code, display, rest]) => ({ code: loinc(code, display), ...rest })),
});

describe('values', () => {
  test.each([
    [{ valueQuantity: quantity(7.2, '%') }, '7.2 %'],
    [{ valueQuantity: { ...quantity(5, 'mmol/L'), comparator: '<' } }, '<5 mmol/L'],
    [{ valueQuantity: quantity(171.8502438021171, 'cm') }, '171.85 cm'],
    [{ valueQuantity: quantity(1234567.891, 'U') }, '1234567.89 U'],
    [{ valueQuantity: quantity(0.00012345678, 'g') }, '0.000123457 g'],
    [{ valueQuantity: { value: 120, code: 'mm[Hg]' } }, '120 mmHg'],
    [{ valueQuantity: quantity(3, '{score}') }, '3 score'],
    [{ valueQuantity: { value: '7' } }, undefined],
    [{ valueCodeableConcept: { text: 'Former smoker' } }, 'Former smoker'],
    [{ valueString: ' two\nlines ' }, 'two lines'],
    [{ valueBoolean: false }, 'false'],
    [{ valueInteger: 0 }, '0'],
    [{ valueRange: { low: quantity(1, 'mg'), high: quantity(2, 'mg') } }, '1–2 mg'],
    [{ valueRatio: { numerator: { value: 1 }, denominator: { value: 64 } } }, '1:64'],
    [{ valuePeriod: { start: '2019-04-02T10:00:00Z', end: '2019-05' } }, '2019-04-02 – 2019-05'],
    [{ valueSampledData: { origin: quantity(0, 'V'), period: 1, dimensions: 1, data: '1 2 3' } }, undefined],
    [{ dataAbsentReason: { text: 'Not performed' } }, 'Not performed'],
  ])('%j', async (value, shown) => {
    expect((await itemOf({ ...observation, ...value })).value).toBe(shown);
  });

  test('blood pressure is one reading; other components keep their names', async () => {
    const systolic = ['8480-6', 'Systolic', { valueQuantity: quantity(120, 'mm[Hg]') }] as const;
    const diastolic = ['8462-4', 'Diastolic', { valueQuantity: quantity(80, 'mm[Hg]') }] as const;
    const absent = ['8462-4', 'Diastolic', { dataAbsentReason: { text: 'Not performed' } }] as const;
    expect((await itemOf(bloodPressure(diastolic, systolic))).value).toBe('120/80 mmHg');
    expect((await itemOf(bloodPressure(systolic, absent))).value).toBe('Systolic 120 mmHg, Diastolic Not performed');
  });
});

describe('abnormal', () => {
  const normal = { low: quantity(4, '%'), high: quantity(5.6, '%') };
  const interpreted = (code: string) => ({ interpretation: [{ coding: [{ code }] }] });
  test.each([
    [interpreted('L'), 'low'],
    [interpreted('H'), 'high'],
    [interpreted('A'), 'abnormal'],
    [interpreted('LL'), 'critical'],
    [interpreted('HH'), 'critical'],
    [interpreted('N'), undefined],
    [{ ...interpreted('N'), referenceRange: [normal] }, undefined],
    [{ referenceRange: [normal] }, 'high'],
    [{ referenceRange: [{ ...normal, high: quantity(9, '%') }] }, undefined],
    [{ referenceRange: [{ low: quantity(8, '%') }] }, 'low'],
    [{ referenceRange: [{ low: quantity(30, 'mmol/mol'), high: quantity(38, 'mmol/mol') }] }, undefined],
    [{ referenceRange: [normal, normal] }, undefined],
    [{ referenceRange: [{ ...normal, appliesTo: [{ text: 'women' }] }] }, undefined],
    [{ referenceRange: [{ ...normal, type: { coding: [{ code: 'therapeutic' }] } }] }, undefined],
    [{ component: [{ code: {}, ...interpreted('HH') }], ...interpreted('H') }, 'critical'],
  ])('%j', async (rest, abnormal) => {
    expect((await itemOf({ ...observation, valueQuantity: quantity(7.2, '%'), ...rest })).abnormal).toBe(abnormal);
  });

  test('the range is shown in brackets', async () => {
    expect((await itemOf({ ...observation, referenceRange: [normal] })).detail).toBe('[4–5.6 %]');
  });
});

describe('medicines', () => {
  const request = { resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject };
  const aspirin = {
    resourceType: 'Medication',
    id: 'm',
    code: concept('http://www.nlm.nih.gov/research/umls/rxnorm', '1191', 'Aspirin'),
  };

  test.each([
    ['in the request', { ...request, medicationCodeableConcept: aspirin.code }],
    ['contained', { ...request, contained: [aspirin], medicationReference: { reference: '#m' } }],
  ])('named %s', async (_, resource) => {
    expect(await itemOf(resource)).toMatchObject({ title: 'Aspirin', code: 'RxNorm 1191' });
  });

  test('named elsewhere in the bundle', async () => {
    const { medications } = await itemsOf(
      bundle(
        'collection',
        aspirin,
        { ...request, medicationReference: { reference: 'Medication/m' } },
        { ...request, medicationReference: { reference: 'urn:uuid:00000000-0000-4000-8000-000000000000' } },
        { ...request, medicationReference: { reference: 'Medication/unknown', display: 'Ibuprofen' } },
        { ...request, medicationReference: { reference: 'Medication/unknown' } },
      ),
    );
    expect(medications?.map(({ title }) => title)).toEqual(['Aspirin', 'Aspirin', 'Ibuprofen', 'MedicationRequest']);
  });

  test.each([
    [[{ text: 'Two at once' }, { text: 'One daily' }], 'Two at once; One daily'],
    [
      [
        {
          doseAndRate: [{ doseQuantity: quantity(500, 'mg') }],
          timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } },
          asNeededBoolean: true,
          route: { text: 'oral' },
        },
      ],
      '500 mg · 2 × / d · PRN · oral',
    ],
    [[{ timing: { code: { text: 'BID' } }, asNeededCodeableConcept: { text: 'pain' } }], 'BID · PRN (pain)'],
    ['nonsense', undefined],
  ])('dosage %#', async (dosageInstruction, shown) => {
    const item = await itemOf({ ...request, medicationCodeableConcept: { text: 'x' }, dosageInstruction });
    expect(item.value).toBe(shown);
  });

  test('an order not to give it says so', async () => {
    const item = await itemOf({ ...request, medicationCodeableConcept: { text: 'x' }, doNotPerform: true });
    expect(item.status).toBe('do-not-perform');
  });
});

describe('other items', () => {
  test('an allergy with its reactions', async () => {
    const item = await itemOf({
      resourceType: 'AllergyIntolerance',
      patient: subject,
      code: concept('http://snomed.info/sct', '91936005', 'Penicillin'),
      clinicalStatus: { coding: [{ code: 'active' }] },
      criticality: 'high',
      category: ['medication'],
      reaction: [{ manifestation: [{ text: 'Hives' }, { text: 'Wheeze' }], severity: 'severe' }],
    });
    expect(item).toMatchObject({
      title: 'Penicillin',
      value: 'Hives, Wheeze (severe)',
      detail: 'medication',
      status: 'active',
      abnormal: 'critical',
      code: 'SNOMED CT 91936005',
    });
  });

  test.each([
    [
      {
        resourceType: 'Immunization',
        status: 'not-done',
        vaccineCode: concept('http://hl7.org/fhir/sid/cvx', '207', 'COVID-19'),
        protocolApplied: [{ doseNumberPositiveInt: 2, seriesDosesPositiveInt: 3 }],
        lotNumber: 'A1',
        occurrenceString: 'last winter',
      },
      { title: 'COVID-19', value: '#2/3', detail: 'Lot A1 · last winter', status: 'not-done', code: 'CVX 207' },
    ],
    [
      {
        resourceType: 'ExplanationOfBenefit',
        status: 'active',
        type: { text: 'pharmacy' },
        total: [{ category: { text: 'Submitted' }, amount: { value: 255.5, currency: 'USD' } }],
        item: [{ productOrService: { text: 'Aspirin' } }],
      },
      { title: 'Aspirin', value: 'Submitted 255.50 USD', detail: 'pharmacy' },
    ],
    [
      { resourceType: 'Goal', description: { text: 'Walk' }, lifecycleStatus: 'active' },
      { title: 'Walk', status: 'active' },
    ],
    [
      { resourceType: 'Encounter', status: 'finished', class: { code: 'AMB' } },
      { title: 'AMB', status: 'finished' },
    ],
    [{ resourceType: 'Organization', name: 'Riverside', type: [{ text: 'Clinic' }] }, { title: 'Riverside' }],
    [
      { resourceType: 'Basic', code: { coding: [{ code: 'referral' }] } },
      { title: 'referral', code: 'referral' },
    ],
    [{ resourceType: 'Provenance' }, { title: 'Provenance' }],
  ])('%#', async (resource, item) => {
    expect(await itemOf(resource)).toMatchObject(item);
  });

  test('text is text: nothing is taken for markup, and it ends in good time', async () => {
    const markup = '<img src=x onerror=alert(1)>';
    expect((await itemOf({ ...observation, code: { text: markup } })).title).toBe(markup);
    const { title } = await itemOf({ ...observation, code: { text: '𝒜'.repeat(100_000) } });
    expect(title.length).toBeLessThanOrEqual(TITLE_CHARS_MAX);
    expect(title).toMatch(/^𝒜+…$/u);
  });

  test('what is no date is not shown as one', async () => {
    expect((await itemOf({ ...observation, effectiveDateTime: 'soon', issued: '2019-04-02T10:00:00Z' })).when).toBe(
      '2019-04-02T10:00:00Z',
    );
  });
});
