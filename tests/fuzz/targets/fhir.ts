/** Files that people bring. */
import fc from 'fast-check';
import { accept } from '../../../src/core/result.ts';
import { encodeUtf8 } from '../../../src/core/text.ts';
import { SECTIONS } from '../../../src/health/fhir/display-model.ts';
import { isFhirDate, timeOf } from '../../../src/health/fhir/fhir-date.ts';
import { findJsonError, parseJsonText } from '../../../src/health/fhir/json-text.ts';
import { DETAIL_CHARS_MAX } from '../../../src/health/fhir/limits.ts';
import { parseRecord } from '../../../src/health/fhir/parse.ts';
import { listSection, summarizeRecord } from '../../../src/health/fhir/summary.ts';
import { mutatedBundle, nearlyJson, sampleBundle } from '../../support/fhir-samples.ts';
import { asDrawn, parserTarget } from '../engine/decoder-target.ts';
import { bytesMedium, textMedium } from '../engine/medium.ts';
import { fromOptional } from '../engine/refusals.ts';
import { Finding } from '../engine/target.ts';

const PAUSE = { pause: () => Promise.resolve() };

/** Deeper than any stack, and as wide. */
const nested = fc
  .record({
    open: fc.constantFrom('[', '{"a":', '{"contained":[', '{"entry":[{"resource":'),
    count: fc.nat(3000),
    start: fc.constantFrom('', '{"resourceType":"Bundle","x":'),
  })
  .map(({ open, count, start }) => encodeUtf8(start + open.repeat(count)));
const closedNests = fc
  .record({ count: fc.nat(3000), name: fc.constantFrom('contained', 'entry', 'section', 'extension') })
  .map(({ count, name }) =>
    encodeUtf8(`{"resourceType":"Patient","${name}":[${`{"${name}":[`.repeat(count)}${']}'.repeat(count)}]}`),
  );

/** Reads a file as the page does, to the last item of each section. */
async function readAll(file: Uint8Array) {
  const parsed = await parseRecord(file, PAUSE);
  if (!parsed.ok) return parsed;
  const summary = summarizeRecord(parsed.value);
  for (const section of SECTIONS) {
    for (const { title, value, detail, when, status, code } of listSection(parsed.value, section, 0, 1000)) {
      const texts = [title, value, detail, when, status, code];
      const areShown = texts.every(
        (text) => text === undefined || (typeof text === 'string' && text.length <= DETAIL_CHARS_MAX),
      );
      if (!areShown || title === '') throw new Finding(`an item of ${section} that cannot be shown`);
      if (when !== undefined && typeof timeOf(when) !== 'number')
        throw new Finding(`an item of ${section} without a place in time`);
    }
  }
  // It crosses from the worker to the page.
  structuredClone(summary);
  return accept(summary);
}

export const fhirTargets = [
  parserTarget({
    name: 'json-text',
    covers: [parseJsonText],
    medium: bytesMedium,
    valid: fc.oneof(
      fc.json().map(encodeUtf8),
      fc
        .array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 })), { minLength: 2, maxLength: 4 })
        .map((lines) => encodeUtf8(lines.map((line) => JSON.stringify(line)).join('\n'))),
    ),
    encode: asDrawn,
    decode: (text) => {
      const place = findJsonError(new TextDecoder().decode(text));
      if (place < 0 || place > text.length) throw new Finding(`an error at ${place}`);
      return parseJsonText(text);
    },
    max: Infinity,
    hostile: fc.oneof(nearlyJson.map(encodeUtf8), nested),
  }),
  parserTarget({
    name: 'fhir-file',
    covers: [parseRecord],
    medium: bytesMedium,
    valid: fc.constantFrom(
      encodeUtf8(JSON.stringify(sampleBundle)),
      encodeUtf8(sampleBundle.entry.map(({ resource }) => JSON.stringify(resource)).join('\n')),
      encodeUtf8(JSON.stringify(sampleBundle.entry[3]!.resource)),
    ),
    encode: asDrawn,
    decode: readAll,
    max: Infinity,
    hostile: fc.oneof(
      { weight: 6, arbitrary: mutatedBundle.map(encodeUtf8) },
      { weight: 2, arbitrary: nearlyJson.map(encodeUtf8) },
      { weight: 1, arbitrary: nested },
      { weight: 1, arbitrary: closedNests },
    ),
    weight: 0.5,
  }),
  parserTarget({
    name: 'fhir-date',
    covers: [timeOf],
    medium: textMedium,
    valid: fc
      .date({ noInvalidDate: true, min: new Date('1000-01-01'), max: new Date('9999-12-31') })
      .map((date) => date.toISOString()),
    encode: asDrawn,
    decode: (text) => fromOptional(isFhirDate(text, 'dateTime') ? mustBeNumber(timeOf(text)) : undefined),
    max: Infinity,
    weight: 0.3,
  }),
];

function mustBeNumber(time: unknown): number {
  if (typeof time !== 'number' || Number.isNaN(time)) throw new Finding('a date that cannot be sorted');
  return time;
}
