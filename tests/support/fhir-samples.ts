/** FHIR files for property tests and fuzzing: one of everything, and the same with anything anywhere. */
import fc from 'fast-check';

/** A document with something of every kind that the summary looks into. */
export const sampleBundle = {
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

/** Every place in the sample, as a path of names and indexes. */
const places: readonly (readonly (string | number)[])[] = pathsOf(sampleBundle);

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
  fc.constantFrom(sampleBundle, [sampleBundle.entry], sampleBundle.entry[3]!.resource),
);
const mutation = fc.tuple(fc.constantFrom(...places), replacement);

/** The sample with anything in a few of its places. */
export const mutatedBundle: fc.Arbitrary<string> = fc
  .array(mutation, { minLength: 1, maxLength: 6 })
  .map((changes) =>
    JSON.stringify(changes.reduce<unknown>((value, [place, put]) => withMember(value, place, put), sampleBundle)),
  );

export const nearlyJson = fc.string({ unit: fc.constantFrom(...JSON_PARTS), maxLength: 60 });
