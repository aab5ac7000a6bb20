/**
 * Reading FHIR, loaded when the first record is: a tab that only keeps the chain, or mines, never needs it. All throw
 * CodeUnavailable when it can't be fetched.
 */
import { fetchCode } from '../../health/deferred-code.ts';
import type { RecordItem, RecordSummary, Section } from '../../health/fhir/display-model.ts';
import type { parseRecord } from '../../health/fhir/parse.ts';
import type { ParsedRecord } from '../../health/fhir/record.ts';
import { accept, type Result } from '../../core/result.ts';

export interface ReadRecord {
  readonly parsed: ParsedRecord;
  readonly summary: RecordSummary;
}

type ParseOptions = Parameters<typeof parseRecord>[1];
type ParseCode = Extract<Awaited<ReturnType<typeof parseRecord>>, { ok: false }>['code'];

export async function readFhir(bytes: Uint8Array, options: ParseOptions): Promise<Result<ReadRecord, ParseCode>> {
  const { parseRecord } = await fetchCode(() => import('../../health/fhir/parse.ts'));
  const parsed = await parseRecord(bytes, options);
  if (!parsed.ok) return parsed;
  const { summarizeRecord } = await fetchCode(() => import('../../health/fhir/summary.ts'));
  return accept({ parsed: parsed.value, summary: summarizeRecord(parsed.value) });
}

export async function listFhirSection(
  parsed: ParsedRecord,
  section: Section,
  from: number,
  count: number,
): Promise<readonly RecordItem[]> {
  const { listSection } = await fetchCode(() => import('../../health/fhir/summary.ts'));
  return listSection(parsed, section, from, count);
}
