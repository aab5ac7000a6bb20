/** A record's summary as the node would give it, with enough items to page through. */
import type { RecordItem, RecordSummary } from '../../../src/health/fhir/display-model.ts';

const item = (title: string, rest: Partial<RecordItem>): RecordItem => ({
  path: 'Bundle.entry[0].resource',
  resourceType: 'Observation',
  title,
  ...rest,
});

export const RESULTS: readonly RecordItem[] = Array.from({ length: 64 }, (_, index) =>
  index % 4 === 0
    ? item('HbA1c', {
        value: '7.4 %',
        detail: 'Reference 4.0–6.0 %',
        abnormal: 'high',
        when: '2026-02-10T08:30:00+01:00',
        status: 'final',
        code: 'LOINC 4548-4',
      })
    : index % 4 === 1
      ? item('Potassium [Moles/volume] in Serum or Plasma', {
          value: '6.8 mmol/L',
          detail: 'Reference 3.5–5.1 mmol/L',
          abnormal: 'critical',
          when: '2026-02-10',
          status: 'preliminary',
          code: 'LOINC 2823-3',
        })
      : index % 4 === 2
        ? item('Haemoglobin', {
            value: '11.6 g/dL',
            detail: 'Reference 12.0–15.5 g/dL',
            abnormal: 'low',
            when: '2025-08',
            code: 'LOINC 718-7',
          })
        : item('Creatinine', {
            value: '0.8 mg/dL',
            detail: 'Reference 0.6–1.1 mg/dL',
            when: '2025-08-12',
            code: 'LOINC 2160-0',
          }),
);

export const SUMMARY: RecordSummary = {
  kind: 'International Patient Summary',
  title: 'Patient summary',
  patients: [
    {
      name: 'Maya Lindqvist',
      birthDate: '1979-03-14',
      gender: 'female',
      identifiers: [{ system: 'https://example.org/fhir/sample-patient-number', value: 'MM-0001' }],
    },
  ],
  entryCount: 214,
  period: { from: '1991', to: '2026-02-10' },
  sections: [
    {
      section: 'problems',
      count: 3,
      items: [
        item('Type 2 diabetes', { status: 'active', when: '2018-05', code: 'SNOMED CT 44054006' }),
        item('High blood pressure', { status: 'active', when: '2020-09-21', code: 'SNOMED CT 38341003' }),
        item('Sinus infection', { status: 'resolved', when: '2023-11-02' }),
      ],
    },
    {
      section: 'allergies',
      count: 2,
      items: [
        item('Penicillin', {
          value: 'Anaphylaxis',
          detail: 'Severe reaction, high criticality',
          abnormal: 'critical',
          status: 'active',
          when: '2004',
        }),
        item('Peanuts', { value: 'Hives', detail: 'Mild reaction', status: 'active', when: '1995' }),
      ],
    },
    {
      section: 'medications',
      count: 3,
      items: [
        item('Metformin 500 mg tablet', {
          detail: '1 tablet twice a day, with meals',
          status: 'active',
          when: '2018-06-01',
          code: 'ATC A10BA02',
        }),
        item('Lisinopril 10 mg tablet', { detail: '1 tablet every morning', status: 'active', when: '2020-10-05' }),
        item('Clarithromycin 500 mg tablet', {
          detail: '1 tablet twice a day for 7 days',
          status: 'stopped',
          when: '2023-11-03',
        }),
      ],
    },
    { section: 'results', count: RESULTS.length, items: RESULTS.slice(0, 20) },
    {
      section: 'vital-signs',
      count: 2,
      items: [
        item('Blood pressure', { value: '138/86 mmHg', when: '2026-02-10' }),
        item('Body weight', { value: '68.2 kg', when: '2026-02-10' }),
      ],
    },
    {
      section: 'directives',
      count: 2,
      items: [
        item('Resuscitation', { status: 'do-not-perform', when: '2024-05' }),
        item('Living will', { status: 'superseded', when: '2019' }),
      ],
    },
    {
      section: 'other',
      count: 1,
      items: [item('Unnamed entry', { status: 'entered-in-error', detail: 'Basic', when: '2024' })],
    },
  ],
  problemCount: 52,
  problems: [
    { path: 'Bundle.entry[72].resource.issued', code: 'bad-date', detail: '2026-02-31T08:30:00Z' },
    {
      path: 'Bundle.entry[101].resource.subject',
      code: 'dangling-reference',
      detail: 'urn:uuid:22bbe238-220e-495c-8abc-0ce3aa28a605',
    },
    { path: 'Bundle.entry[144].resource.status', code: 'missing-element', detail: 'status' },
  ],
};
