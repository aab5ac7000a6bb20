import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../../../src/core/text.ts';
import { CHECKED_PER_PAUSE, DEPTH_MAX, JSON_VALUES_MAX } from '../../../../src/health/fhir/limits.ts';
import { parseRecord } from '../../../../src/health/fhir/parse.ts';
import { bundle, noPause, parse, parseText, patient, problemsOf, refusalOf, subject, summarize } from './fixtures.ts';

describe('files', () => {
  test.each([
    ['', 'file-empty'],
    [' \n\t', 'file-empty'],
    ['%PDF-1.7', 'file-not-json: line 1, column 1'],
    ['{"resourceType": "Patient",\n "id": "1"\n "active": true}', 'file-not-json: line 3, column 2'],
    ['{"resourceType": "Patient"', 'file-not-json: line 1, column 27'],
    ['{"a": 01}', 'file-not-json: line 1, column 8'],
    ['{"a": [1, ]}', 'file-not-json: line 1, column 11'],
    ['{"a": "\t"}', 'file-not-json: line 1, column 7'],
    ['[1, 2] 3', 'file-not-json: line 1, column 8'],
    ['[]', 'file-not-fhir: no resourceType'],
    ['"Patient"', 'file-not-fhir: no resourceType'],
    ['{"name": "Ana"}', 'file-not-fhir: no resourceType'],
    ['{"resourceType": "constructor"}', 'file-not-fhir: resourceType constructor'],
    ['{"resourceType": ["Patient"]}', 'file-not-fhir: no resourceType'],
  ])('%j', async (text, refusal) => {
    expect(await refusalOf(text)).toBe(refusal);
  });

  test('bytes that are no UTF-8', async () => {
    expect(await parseRecord(Uint8Array.of(0x7b, 0xff, 0x7d), noPause)).toMatchObject({ code: 'file-not-json' });
  });

  test('a byte-order mark does no harm', async () => {
    expect((await parseText(`\ufeff${JSON.stringify(patient)}`)).resources).toHaveLength(1);
  });

  test('nested deeper than any engine parses, it is still a value and no crash', async () => {
    const text = `{"resourceType": "Basic", "x": ${'['.repeat(200_000)}`;
    expect(await refusalOf(text)).toBe(`file-not-json: line 1, column ${text.length + 1}`);
  });

  test.each(['[', '{"":', '{},', '0,', '"\n['])(
    'nothing but %s is refused before it fills the memory',
    async (unit) => {
      const values = encodeUtf8(unit);
      const bytes = new Uint8Array((JSON_VALUES_MAX + 1) * values.length);
      for (let at = 0; at < bytes.length; at += values.length) bytes.set(values, at);
      expect(await parseRecord(bytes, noPause)).toMatchObject({ code: 'file-too-large' });
    },
  );

  test('a line that ends in a backslash hides nothing of the next', async () => {
    const bytes = encodeUtf8(`{}\n{"\\\n{"a":[${'[],'.repeat(JSON_VALUES_MAX)}[]]}`);
    expect(await parseRecord(bytes, noPause)).toMatchObject({ code: 'file-too-large' });
  });

  test('a long text with what looks like values in it is a long text', async () => {
    const text = '[{,\\"'.repeat(JSON_VALUES_MAX / 2);
    const bytes = encodeUtf8(`{"resourceType": "Basic", "x": "${text}"}`);
    expect((await parseRecord(bytes, noPause)).ok).toBe(true);
  });
});

describe('versions', () => {
  test.each([
    ['a type that R5 brought', { resourceType: 'NutritionIntake' }],
    ['a type that DSTU2 had', { resourceType: 'MedicationOrder' }],
    ['a version in words', { resourceType: 'Bundle', type: 'collection', meta: { fhirVersion: '3.0.2' } }],
    ['a versioned profile', { ...patient, meta: { profile: ['http://hl7.org/fhir/3.0/StructureDefinition/Patient'] } }],
    ['STU3: a status as a code', { resourceType: 'Condition', clinicalStatus: 'active', subject }],
    ['R5: a class as a list', { resourceType: 'Encounter', status: 'completed', class: [{ text: 'ambulatory' }] }],
    [
      'R5: a CodeableReference',
      bundle('collection', patient, { resourceType: 'MedicationRequest', medication: { concept: { text: 'x' } } }),
    ],
  ])('%s', async (_, value) => {
    expect(await refusalOf(JSON.stringify(value))).toMatch(/^file-unsupported-version/);
  });

  test('one foreign entry among many is a remark', async () => {
    const file = bundle('collection', ...Array.from({ length: 20 }, () => patient), { resourceType: 'Transport' });
    expect(await problemsOf(file)).toEqual(['Bundle.entry[20].resource unknown-resource-type: Transport']);
  });
});

describe('entries', () => {
  test('every bundle type is taken apart; entries without a resource are allowed where they answer or delete', async () => {
    for (const type of ['document', 'collection', 'transaction', 'searchset', 'batch', 'history', 'message']) {
      expect((await summarize(bundle(type, patient))).kind).toBe(`Bundle (${type})`);
    }
    const deletion = { request: { method: 'DELETE', url: 'Patient/1' } };
    expect(await problemsOf({ resourceType: 'Bundle', type: 'transaction', entry: [deletion] })).toEqual([]);
  });

  test('bundles inside bundles', async () => {
    const { resources } = await parse(bundle('collection', patient, bundle('searchset', patient)));
    expect(resources.map(({ path }) => path)).toEqual([
      'Bundle.entry[0].resource',
      'Bundle.entry[1].resource.entry[0].resource',
    ]);
  });

  test('a broken entry leaves the others alone', async () => {
    const file = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [7, {}, { resource: 'Patient' }, { resource: { id: 'x' } }, { resource: patient }, null],
    };
    expect((await summarize(file)).patients).toHaveLength(1);
    expect(await problemsOf(file)).toEqual([
      'Bundle.entry[0] not-an-object: an entry is an object',
      'Bundle.entry[1] missing-element: resource',
      'Bundle.entry[2].resource not-an-object: a resource is an object',
      'Bundle.entry[5] not-an-object: an entry is an object',
      'Bundle.entry[3].resource no-resource-type: resourceType',
    ]);
  });

  test('an entry that is no list', async () => {
    expect(await problemsOf({ resourceType: 'Bundle', type: 'collection', entry: {} })).toEqual([
      'Bundle.entry wrong-type: a list expected',
    ]);
  });

  test('newline-delimited resources, with a broken line', async () => {
    const lines = [JSON.stringify(patient), '', '{"resourceType": "Pat', JSON.stringify({ resourceType: 'Condition' })];
    const parsed = await parseText(lines.join('\r\n'));
    expect(parsed.format).toBe('ndjson');
    expect(parsed.resources.map(({ path }) => path)).toEqual(['line[1]', 'line[4]']);
    expect(parsed.problems.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'line[3] not-an-object',
      'line[4] missing-element',
    ]);
  });

  test('names of the language itself are names like any other', async () => {
    const text =
      '{"resourceType": "Observation", "__proto__": {"status": "final"}, "constructor": 1, "status": "final",' +
      '"code": {"__proto__": {"text": "injected"}, "text": "real"}, "toString": []}';
    const parsed = await parseText(text);
    expect(parsed.problems).toEqual([]);
    expect(({} as { status?: string }).status).toBeUndefined();
    const { resourceType } = parsed.resources[0]!;
    expect(resourceType).toBe('Observation');
  });

  test('too deep, said once for a resource', async () => {
    const deep = chainOf(DEPTH_MAX + 10);
    const { problems } = await parse({ ...patient, extension: [deep, deep], unheardOf: [deep] });
    expect(problems.map(({ code }) => code)).toEqual(['too-deep']);
  });

  test('pauses and reports progress along the way', async () => {
    const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' } };
    const file = bundle('collection', ...Array.from({ length: CHECKED_PER_PAUSE / 4 }, () => observation));
    let pauses = 0;
    const progress: number[] = [];
    await parseRecord(encodeUtf8(JSON.stringify(file)), {
      pause: () => {
        pauses++;
        return Promise.resolve();
      },
      onProgress: (done, total) => progress.push(done / total),
    });
    expect(pauses).toBeGreaterThan(2);
    expect(progress.length).toBeGreaterThan(1);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
  });
});

function chainOf(depth: number): object {
  let extension: object = { url: 'x', valueBoolean: true };
  for (let level = 0; level < depth; level++) extension = { url: 'x', extension: [extension] };
  return extension;
}
