import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parseRecord } from '../../../src/health/fhir/parse.ts';
import { summarizeRecord } from '../../../src/health/fhir/summary.ts';

it.each([
  ['sample-patient.json', 'Maya Lindqvist'],
  ['sample-patient-zh.json', '林晓雨'],
])('%s is a clean record with every common section', async (file, name) => {
  const bytes = await readFile(new URL(`../../../src/ui/samples/${file}`, import.meta.url));
  const parsed = await parseRecord(bytes, { pause: () => Promise.resolve() });
  if (!parsed.ok) throw new Error(`${parsed.code} ${parsed.detail ?? ''}`);
  const summary = summarizeRecord(parsed.value);
  expect(summary.problems).toEqual([]);
  expect(summary.patients.map((patient) => patient.name)).toEqual([name]);
  expect(summary.sections.map(({ section, count }) => [section, count])).toEqual(
    expect.arrayContaining([
      ['problems', 4],
      ['allergies', 2],
      ['medications', 4],
      ['immunizations', 2],
      ['results', 5],
      ['vital-signs', 3],
      ['procedures', 1],
    ]),
  );
});
