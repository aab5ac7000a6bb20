/** Small FHIR files for the tests, and the shortest way from a value to a summary. */
import { encodeUtf8 } from '../../../../src/core/text.ts';
import type { RecordItem, RecordSummary, Section } from '../../../../src/health/fhir/display-model.ts';
import { parseRecord } from '../../../../src/health/fhir/parse.ts';
import type { ParsedRecord } from '../../../../src/health/fhir/record.ts';
import { listSection, summarizeRecord } from '../../../../src/health/fhir/summary.ts';

export const noPause = { pause: () => Promise.resolve() };

export async function parseText(text: string): Promise<ParsedRecord> {
  const parsed = await parseRecord(encodeUtf8(text), noPause);
  if (!parsed.ok) throw new Error(`${parsed.code}: ${parsed.detail ?? ''}`);
  return parsed.value;
}

/** The code of a file that can't be read. */
export async function refusalOf(text: string): Promise<string> {
  const parsed = await parseRecord(encodeUtf8(text), noPause);
  return parsed.ok ? 'ok' : parsed.detail === undefined ? parsed.code : `${parsed.code}: ${parsed.detail}`;
}

export function parse(value: unknown): Promise<ParsedRecord> {
  return parseText(JSON.stringify(value));
}

export async function summarize(value: unknown): Promise<RecordSummary> {
  return summarizeRecord(await parse(value));
}

/** All items of a record, by section. */
export async function itemsOf(value: unknown): Promise<Partial<Record<Section, readonly RecordItem[]>>> {
  const parsed = await parse(value);
  return Object.fromEntries(
    summarizeRecord(parsed).sections.map(({ section, count }) => [section, listSection(parsed, section, 0, count)]),
  );
}

/** The one item of a single resource. */
export async function itemOf(resource: unknown): Promise<RecordItem> {
  const [item] = Object.values(await itemsOf(resource)).flat();
  if (!item) throw new Error('no item');
  return item;
}

/** `path code` of every finding, the detail after a colon. */
export async function problemsOf(value: unknown): Promise<readonly string[]> {
  const { problems } = await parse(value);
  return problems.map(({ path, code, detail }) => `${path} ${code}: ${detail}`);
}

export function bundle(type: string, ...resources: readonly object[]): object {
  return {
    resourceType: 'Bundle',
    type,
    entry: resources.map((resource, index) => ({
      fullUrl: `urn:uuid:00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      resource,
    })),
  };
}

export function concept(system: string, code: string, display: string): object {
  return { coding: [{ system, code, display }] };
}

export function loinc(code: string, display: string): object {
  return concept('http://loinc.org', code, display);
}

export const subject = { reference: 'Patient/p' };
export const patient = {
  resourceType: 'Patient',
  id: 'p',
  name: [{ use: 'official', family: 'Rivera', given: ['Ana', 'Luz'] }],
  birthDate: '1980-02-29',
};
