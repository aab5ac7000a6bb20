import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/core/text.ts';
import { isFhirDate, timeOf } from '../../src/health/fhir/fhir-date.ts';
import { findJsonError } from '../../src/health/fhir/json-text.ts';
import { parseRecord } from '../../src/health/fhir/parse.ts';
import { listSection, summarizeRecord } from '../../src/health/fhir/summary.ts';
import { SECTIONS } from '../../src/health/fhir/display-model.ts';

const noPause = { pause: () => Promise.resolve() };

/** A document with something of every kind that the summary looks into. */
const seed = {
  resourceType: 'Bundle',
  type: 'document',
  entry: [
    {
      fullUrl: 'https://a.example/Composition/1',
      resource: {
        resourceType: 'Composition',
        type: { coding: [{ system: 'http://loinc.org', code: '60591-5' }] },
        section: [
          { title: 'Problems', code: { coding: [{ code: '11450-4' }] }, entry: [{ reference: 'Condition/c' }] },
          { title: 'Empty', emptyReason: { text: 'none' }, text: { div: '<div>&#65;</div>' }, section: [{}] },
        ],
      },
    },
    {
      resource: {
        resourceType: 'Patient',
        id: 'p',
        name: [{ family: 'A', given: ['B'] }],
        identifier: [{ value: '1' }],
      },
    },
    {
      resource: {
        resourceType: 'Condition',
        id: 'c',
        onsetDateTime: '2020-01-01',
        code: { text: 'Gout' },
        note: [{ text: 'n' }],
      },
    },
    {
      resource: {
        resourceType: 'Observation',
        code: { coding: [{ system: 'http://loinc.org', code: '85354-9', display: 'BP' }] },
        valueQuantity: { value: 1, unit: 'mm[Hg]', comparator: '<' },
        component: [
          {
            code: { coding: [{ code: '8480-6' }] },
            valueQuantity: { value: 120 },
            interpretation: [{ coding: [{ code: 'H' }] }],
          },
        ],
        referenceRange: [{ low: { value: 1 }, high: { value: 2 }, text: 'x' }],
      },
    },
    {
      resource: {
        resourceType: 'MedicationRequest',
        contained: [{ resourceType: 'Medication', id: 'm', code: { text: 'M' }, ingredient: [{}] }],
        medicationReference: { reference: '#m' },
        dosageInstruction: [
          {
            timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd', when: ['AC'] } },
            doseAndRate: [{ doseQuantity: { value: 1 } }],
          },
        ],
        reasonReference: [{ reference: 'Condition/c' }],
      },
    },
    {
      resource: {
        resourceType: 'AllergyIntolerance',
        reaction: [{ manifestation: [{ text: 'x' }], severity: 'mild' }],
      },
    },
    {
      resource: {
        resourceType: 'ExplanationOfBenefit',
        total: [{ amount: { value: 1 } }],
        item: [{ productOrService: {} }],
      },
    },
    {
      resource: {
        resourceType: 'CarePlan',
        activity: [{ detail: { code: {} } }, { reference: { reference: 'Condition/c' } }],
      },
    },
    { resource: { resourceType: 'Immunization', protocolApplied: [{ doseNumberPositiveInt: 1 }] } },
    { resource: { resourceType: 'DeviceUseStatement', device: { reference: 'Device/d' } } },
    { resource: { resourceType: 'Device', id: 'd', deviceName: [{ name: 'd' }], udiCarrier: [{ carrierHRF: 'u' }] } },
  ],
};

/** Every place in the seed, as a path of names and indexes. */
const places: readonly (readonly (string | number)[])[] = pathsOf(seed);

function pathsOf(value: unknown): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [];
  const members = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return members.flatMap(([name, member]) => [[name], ...pathsOf(member).map((rest) => [name, ...rest])]);
}

function withMember(value: unknown, [name, ...rest]: readonly (string | number)[], replacement: unknown): unknown {
  if (name === undefined) return replacement;
  if (typeof value !== 'object' || value === null) return value;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string | number, unknown>;
  copy[name] = withMember(copy[name], rest, replacement);
  return copy;
}

/** Pieces that make JSON, nearly JSON, and lines of it. */
const JSON_PARTS = [
  ...'{}[]",:\\\n 0-.eu\ufeffü',
  'true',
  'null',
  '"resourceType":"Patient"',
  '{"resourceType":"Basic"}',
];

const words = fc.constantFrom(
  'Condition/c',
  '#m',
  'Bundle',
  'Observation',
  'constructor',
  '2020-13-45',
  '',
  '\ud800',
  'ü'.repeat(3000),
);
const replacement = fc.oneof(
  words,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, [], {}, [[[]]], { ['__proto__']: { code: 1 } }, 1e308, -0, 5e-324),
  fc.constantFrom(seed, [seed.entry], seed.entry[3]!.resource),
);
const mutation = fc.tuple(fc.constantFrom(...places), replacement);

async function readAll(text: string): Promise<void> {
  const parsed = await parseRecord(encodeUtf8(text), noPause);
  if (!parsed.ok) return;
  const summary = summarizeRecord(parsed.value);
  for (const section of SECTIONS) {
    for (const item of listSection(parsed.value, section, 0, 1000)) {
      const texts = [item.title, item.value, item.detail, item.when, item.status, item.code];
      expect(texts.every((each) => each === undefined || (typeof each === 'string' && each.length <= 800))).toBe(true);
      expect(item.title).not.toBe('');
      if (item.when !== undefined) expect(timeOf(item.when)).toBeTypeOf('number');
    }
  }
  expect(structuredClone(summary)).toEqual(summary);
}

describe('FHIR files from anywhere', () => {
  test('whatever stands wherever, reading ends in a value', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 6 }), async (mutations) => {
        const mutated = mutations.reduce<unknown>((value, [place, put]) => withMember(value, place, put), seed);
        await readAll(JSON.stringify(mutated));
      }),
      { numRuns: 150 },
    );
  });

  test('any text at all', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: fc.constantFrom(...JSON_PARTS), maxLength: 60 }), readAll), {
      numRuns: 200,
    });
  });

  test('the place of an error is where the text stops being the start of any JSON', () => {
    const text = JSON.stringify(seed);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('', '}', ']', ',', '"', 'x', '\n', '0', '\\'), (at, put) => {
        const damaged = text.slice(0, at) + put + text.slice(at + 1);
        const offset = findJsonError(damaged);
        expect(offset).toBeLessThanOrEqual(damaged.length);
        expect(isJson(damaged) ? offset === damaged.length : offset >= Math.min(at, damaged.length) - 3000).toBe(true);
      }),
    );
  });

  test('a date that passes the check can be sorted', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789-T:Z+.'), maxLength: 30 }), (text) => {
        if (isFhirDate(text, 'dateTime')) expect(timeOf(text)).toBeTypeOf('number');
      }),
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
