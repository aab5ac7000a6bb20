import { describe, expect, it } from 'vitest';
import type { PatientSummary } from '../../../src/health/fhir/display-model.ts';
import { namesOtherPatient } from '../../../src/health/same-patient.ts';

const maya: PatientSummary = {
  name: 'Maya Lindqvist',
  birthDate: '1979-03-14',
  identifiers: [{ system: 'https://example.org/mrn', value: 'MM-0001' }],
};
const lin: PatientSummary = { name: '林晓雨', birthDate: '1984-11-02', identifiers: [] };

describe('a newer version', () => {
  it.each([
    ['names the same person', [maya], [maya]],
    ['writes the name another way', [{ ...maya, identifiers: [] }], [{ ...maya, name: ' maya  LINDQVIST ' }]],
    ['is after a marriage', [maya], [{ ...maya, name: 'Maya Berg' }]],
    ['is less precise', [maya], [{ ...maya, birthDate: '1979', identifiers: [] }]],
    ['says no birth date', [maya], [{ name: maya.name, identifiers: [] }]],
    ['leaves one of several out', [maya, lin], [lin]],
    ['names nobody, like the one before', [], []],
  ])('is about the same: %s', (_, before, after) => {
    expect(namesOtherPatient(before, after)).toBe(false);
  });

  it.each([
    ['another person', [maya], [lin]],
    ['one more person', [maya], [maya, lin]],
    ['a namesake born on another day', [maya], [{ ...maya, birthDate: '1981-07-01' }]],
    ['nobody any more', [maya], []],
    ['somebody, where nobody was named', [], [maya]],
    ['nobody by name', [{ name: '', identifiers: [] }], [{ name: '', identifiers: [] }]],
    [
      'a number without a system, and another name',
      [{ name: 'A', identifiers: [{ system: '', value: '1' }] }],
      [{ name: 'B', identifiers: [{ system: '', value: '1' }] }],
    ],
  ])('is about somebody else: %s', (_, before, after) => {
    expect(namesOtherPatient(before, after)).toBe(true);
  });
});
