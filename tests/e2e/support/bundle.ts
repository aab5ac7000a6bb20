/** A small FHIR bundle of our own: one patient, and a condition for each name given. */
export function bundleOf(patientName: string, conditions: readonly string[]): string {
  const [given = '', family = ''] = patientName.split(' ');
  const patient = { resourceType: 'Patient', id: 'p', name: [{ given: [given], family }], birthDate: '1980-01-31' };
  const entries = conditions.map((text, i) => ({
    resourceType: 'Condition',
    id: `c${i}`,
    clinicalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
    },
    code: { text },
    subject: { reference: 'Patient/p' },
  }));
  const entry = [patient, ...entries].map((resource) => ({ resource }));
  return JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry });
}
