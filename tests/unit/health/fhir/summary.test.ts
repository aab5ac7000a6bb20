import { describe, expect, test } from 'vitest';
import { SECTION_PREVIEW_MAX } from '../../../../src/health/fhir/display-model.ts';
import { listSection, summarizeRecord } from '../../../../src/health/fhir/summary.ts';
import { bundle, concept, itemsOf, loinc, parse, patient, subject, summarize } from './fixtures.ts';

const status = (code: string) => concept('http://terminology.hl7.org/CodeSystem/condition-clinical', code, code);
const condition = (text: string, onsetDateTime: string | undefined, clinicalStatus: string, ver = 'confirmed') => ({
  resourceType: 'Condition',
  subject,
  code: { text },
  onsetDateTime,
  clinicalStatus: status(clinicalStatus),
  verificationStatus: { coding: [{ code: ver }] },
});
const observation = (code: object, category?: string) => ({
  resourceType: 'Observation',
  status: 'final',
  code,
  ...(category === undefined ? {} : { category: [{ coding: [{ code: category }] }] }),
});

describe('sections', () => {
  test('in the order of the patient summary, by type, category and code', async () => {
    const { sections } = await summarize(
      bundle(
        'collection',
        patient,
        { resourceType: 'Claim' },
        { resourceType: 'Coverage' },
        { resourceType: 'DocumentReference' },
        { resourceType: 'Encounter' },
        { resourceType: 'Goal' },
        observation(loinc('82810-3', 'Pregnancy status'), 'social-history'),
        observation(loinc('72166-2', 'Tobacco smoking status'), 'survey'),
        observation({ text: 'Occupation' }, 'social-history'),
        { resourceType: 'Device', patient: subject },
        { resourceType: 'Procedure' },
        observation(loinc('8867-4', 'Heart rate')),
        observation(loinc('2339-0', 'Glucose'), 'laboratory'),
        { resourceType: 'Immunization' },
        { resourceType: 'MedicationStatement' },
        { resourceType: 'AllergyIntolerance' },
        { resourceType: 'Condition' },
        { resourceType: 'Consent', scope: { coding: [{ code: 'adr' }] } },
        { resourceType: 'Consent', scope: { coding: [{ code: 'patient-privacy' }] } },
        { resourceType: 'Provenance' },
      ),
    );
    expect(sections.map(({ section, count }) => `${section} ${count}`)).toEqual([
      'problems 1',
      'allergies 1',
      'medications 1',
      'immunizations 1',
      'results 1',
      'vital-signs 1',
      'procedures 1',
      'devices 1',
      'social-history 2',
      'pregnancy 1',
      'care-plans 1',
      'encounters 1',
      'documents 1',
      'coverage 1',
      'claims 1',
      'directives 1',
      'other 2',
    ]);
  });

  test('a Composition decides where its entries are shown, and says what is empty', async () => {
    const mobility = { ...condition('Impaired mobility', '2016', 'active'), id: 'c1' };
    const gout = { ...condition('Gout', '2020', 'active'), id: 'c2' };
    const composition = {
      resourceType: 'Composition',
      status: 'final',
      type: loinc('60591-5', 'Patient summary Document'),
      date: '2024-01-01',
      author: [{ display: 'x' }],
      title: 'Summary of Ana',
      section: [
        { title: 'Functional status', code: loinc('47420-5', 'x'), entry: [{ reference: 'Condition/c1' }] },
        {
          title: 'Allergies',
          code: loinc('48765-2', 'x'),
          emptyReason: { coding: [{ code: 'nilknown', display: 'Nil Known' }] },
          text: { status: 'generated', div: '<div><p>No known<br/>allergies &amp; reactions</p></div>' },
        },
        {
          title: 'Findings',
          code: loinc('30954-2', 'x'),
          section: [{ title: 'ECG', entry: [{ reference: 'Condition/nowhere' }, 5] }],
        },
      ],
    };
    const file = bundle('document', composition, patient, mobility, gout);
    const { kind, title } = await summarize(file);
    expect([kind, title]).toEqual(['International Patient Summary', 'Summary of Ana']);
    expect(await itemsOf(file)).toMatchObject({
      problems: [{ title: 'Gout' }],
      'functional-status': [{ title: 'Impaired mobility' }],
      allergies: [
        {
          path: 'Bundle.entry[0].resource.section[1]',
          title: 'Allergies',
          value: 'Nil Known',
          detail: 'No known allergies & reactions',
        },
      ],
    });
  });
});

describe('order', () => {
  test('active, over, refuted, entered in error; each newest first, undated last', async () => {
    const { problems } = await itemsOf(
      bundle(
        'collection',
        condition('error', '2024', 'active', 'entered-in-error'),
        condition('refuted', '2024', 'active', 'refuted'),
        condition('over', '2023', 'resolved'),
        condition('undated', undefined, 'active'),
        condition('old', '1999-01', 'active'),
        condition('earlier by time zone', '2022-01-01T00:00:00+02:00', 'active'),
        condition('new year', '2022-01-01T00:00:00Z', 'active'),
        condition('newest', '2023-05-05', 'recurrence', 'provisional'),
      ),
    );
    expect(problems?.map(({ title, status: shown }) => `${title}: ${shown}`)).toEqual([
      'newest: recurrence',
      'new year: active',
      'earlier by time zone: active',
      'old: active',
      'undated: active',
      'over: resolved',
      'refuted: refuted',
      'error: entered-in-error',
    ]);
    expect(problems?.[0]?.detail).toBe('provisional');
  });

  test('previews are bounded, pages go on where they end, nothing is merged', async () => {
    const days = Array.from({ length: 50 }, (_, day) => `2024-01-${String((day % 25) + 1).padStart(2, '0')}`);
    const parsed = await parse(bundle('collection', ...days.map((day) => condition('same', day, 'active'))));
    const [problems] = summarizeRecord(parsed).sections;
    expect(problems).toMatchObject({ section: 'problems', count: 50 });
    expect(problems?.items).toHaveLength(SECTION_PREVIEW_MAX);
    const all = listSection(parsed, 'problems', 0, 100);
    expect(all).toHaveLength(50);
    expect(listSection(parsed, 'problems', 20, 30)).toEqual(all.slice(20));
    expect(listSection(parsed, 'problems', -5, 1)).toEqual(all.slice(0, 1));
    expect(listSection(parsed, 'claims', 0, 10)).toEqual([]);
  });
});

describe('the record as a whole', () => {
  test('kind, title, period, patients', async () => {
    const file = bundle(
      'transaction',
      patient,
      condition('a', '2019-04-02T10:00:00Z', 'active'),
      condition('b', '2003', 'active'),
      condition('c', '1950', 'active', 'entered-in-error'),
    );
    expect(await summarize(file)).toMatchObject({
      kind: 'Bundle (transaction)',
      title: 'Ana Luz Rivera',
      entryCount: 4,
      period: { from: '2003', to: '2019-04-02' },
      patients: [{ name: 'Ana Luz Rivera', birthDate: '1980-02-29', identifiers: [] }],
    });
    expect(await summarize(condition('Gout', '2020', 'active'))).toMatchObject({ kind: 'Condition', title: 'Gout' });
    expect((await summarize(bundle('collection', patient, { ...patient, id: 'q' }))).patients).toHaveLength(2);
  });

  test.each([
    [
      'the official name before others',
      [{ use: 'old', text: 'B' }, { text: 'C' }, { use: 'official', text: 'A' }],
      'A',
    ],
    [
      'given, family, suffix',
      [{ family: 'Hyatt', given: ['Fletcher', 'J.'], prefix: ['Mr.'], suffix: ['MD'] }],
      'Fletcher J. Hyatt MD',
    ],
    ['Chinese', [{ family: '欧阳', given: ['娜娜'] }], '欧阳娜娜'],
    ['Japanese', [{ family: '山田', given: ['はなこ'] }], '山田はなこ'],
    ['right to left', [{ family: 'حداد', given: ['ليلى'] }], 'ليلى حداد'],
    ['a name that hides its direction', [{ text: 'Ana\u202egnol\u0000\n Rivera' }], 'Ana gnol Rivera'],
    ['broken parts', [null, { given: [7, {}, 'Ana'], family: ['Rivera'] }], 'Ana Rivera'],
    ['no name', {}, '12345'],
  ])('names: %s', async (_, name, shown) => {
    const { patients } = await summarize({ resourceType: 'Patient', name, identifier: [{ value: '12345' }] });
    expect(patients[0]?.name).toBe(shown);
  });

  test('without a Patient, the subject that its entries name; one who is dead', async () => {
    const file = { ...condition('Gout', '2020', 'active'), subject: { reference: 'Patient/1', display: 'Ana' } };
    expect((await summarize(bundle('collection', file, file))).patients).toEqual([{ name: 'Ana', identifiers: [] }]);
    expect((await summarize({ ...patient, deceasedBoolean: true })).patients[0]?.deceased).toBe('true');
    expect((await summarize({ ...patient, deceasedDateTime: '2020-01' })).patients[0]?.deceased).toBe('2020-01');
  });
});
