/** Files of real systems and of the standard's authors, where they are at hand. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { RecordSummary } from '../../../../src/health/fhir/display-model.ts';
import { parseRecord } from '../../../../src/health/fhir/parse.ts';
import type { ParsedRecord } from '../../../../src/health/fhir/record.ts';
import { summarizeRecord } from '../../../../src/health/fhir/summary.ts';
import { noPause } from './fixtures.ts';

const DATA = new URL('../../../../../shared/data/', import.meta.url);

function filesIn(folder: string): readonly string[] {
  const url = new URL(`${folder}/`, DATA);
  return existsSync(url) ? readdirSync(url).filter((name) => /json$/.test(name)) : [];
}

async function read(path: string): Promise<ParsedRecord> {
  const parsed = await parseRecord(readFileSync(new URL(path, DATA)), noPause);
  if (!parsed.ok) throw new Error(`${path}: ${parsed.code} ${parsed.detail ?? ''}`);
  return parsed.value;
}

function countsOf(summary: RecordSummary): Record<string, number> {
  return Object.fromEntries(summary.sections.map(({ section, count }) => [section, count]));
}

describe.skipIf(!existsSync(DATA))('real files (skipped when ../shared/data is absent)', () => {
  test.each(['fhir-r4-examples', 'ips', 'synthea', 'synthea/bulk-10-patients'])(
    'the structure check finds nothing in %s',
    async (folder) => {
      const files = filesIn(folder);
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) expect((await read(`${folder}/${file}`)).problems, file).toEqual([]);
    },
    60_000,
  );

  test('a transaction bundle of 1111 entries', async () => {
    const summary = summarizeRecord(await read('synthea/Fletcher_Hyatt_fe0562b5-f517-4951-8366-32fdab088930.json'));
    expect(summary).toMatchObject({
      kind: 'Bundle (transaction)',
      title: 'Fletcher Hyatt',
      entryCount: 1111,
      patients: [
        { name: 'Fletcher Hyatt', birthDate: '1915-07-03', gender: 'male', deceased: '1996-01-21T19:20:06+00:00' },
      ],
      period: { from: '1934-01-13', to: '1996-09-07' },
    });
    expect(countsOf(summary)).toEqual({
      problems: 20,
      medications: 122,
      immunizations: 10,
      results: 317,
      'vital-signs': 59,
      procedures: 53,
      'social-history': 10,
      'care-plans': 12,
      encounters: 127,
      claims: 376,
      other: 4,
    });
  });

  test.each([
    [
      'connectathon_Jan2025__US_Epic_Jan_emptyReason.json',
      { problems: 5, allergies: 1, medications: 1, immunizations: 6 },
    ],
    [
      'connectathon_Sept2025__full_ips.json',
      {
        problems: 3,
        allergies: 1,
        medications: 3,
        immunizations: 8,
        results: 6,
        'vital-signs': 3,
        procedures: 1,
        'social-history': 2,
        pregnancy: 1,
        'functional-status': 1,
        'care-plans': 1,
        directives: 1,
      },
    ],
    [
      'connectathon_archive__NZ_Peter_Jordan_NNJ9186.json',
      { problems: 2, results: 80, 'vital-signs': 4, 'social-history': 2 },
    ],
    [
      'connectathon_samples__CY_194315.json',
      { problems: 6, allergies: 5, procedures: 7, results: 10, 'vital-signs': 31 },
    ],
    ['hl7-ips-htmlrefs-forwards.json', { allergies: 2 }],
    ['validated_samples__AT_ELGA_GmbH_01.json', { problems: 5, medications: 7, immunizations: 3, 'vital-signs': 6 }],
    [
      'validated_samples__US_ePatientDave_medRequest_with_Narrative.json',
      { problems: 37, allergies: 1, medications: 13 },
    ],
  ])('the sections of %s are those of its Composition', async (file, sections) => {
    const summary = summarizeRecord(await read(`ips/${file}`));
    expect(summary.kind).toBe('International Patient Summary');
    expect(countsOf(summary)).toMatchObject(sections);
  });

  test('broken files of the official validator are told apart from broken entries', async () => {
    const codes = new Map<string, string>();
    for (const file of filesIn('validator-cases')) {
      if (file === 'EXPECTED.json') continue;
      const parsed = await parseRecord(readFileSync(new URL(`validator-cases/${file}`, DATA)), noPause);
      codes.set(file, parsed.ok ? 'ok' : parsed.code);
      if (parsed.ok) summarizeRecord(parsed.value);
    }
    const broken = [...codes].filter(([, code]) => code !== 'ok').map(([file, code]) => `${file} ${code}`);
    expect(broken).toEqual(
      [
        'bad-json-close-1.json',
        'bad-json-close-2.json',
        'group-choice-empty.json',
        'json-comma-bad-1.json',
        'json-comma-bad-2.json',
        'json-comments-1.json',
        'mcode-pat-bad.json',
      ].map((file) => `${file} file-not-json`),
    );
  });
});
