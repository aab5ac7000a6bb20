/** An inbox item as a person sees it. */
import type { PatientSummary } from '../../health/fhir/display-model.ts';
import type { InboxRow } from '../api.ts';
import type { InboxData, InboxTerms } from './row-types.ts';

/** What is on its way for an item. */
export interface Arrival {
  /** Not only wanted: somebody has it, or is being asked. */
  readonly isComing: boolean;
  /** Chunks of the record here, of all. */
  readonly done: number;
  readonly total: number;
}

export function inboxRow(row: InboxData, { isComing, done, total }: Arrival): InboxRow {
  const { terms, readable, formerPatients } = row;
  return {
    id: row.slotId,
    ...(terms ? { terms: termsView(terms) } : {}),
    patients: patientsOf(row),
    ...(formerPatients ? { formerPatients } : {}),
    receivedAtMs: row.receivedAtMs,
    version: readable?.version ?? 0,
    firstVersion: row.firstVersion ?? 0,
    state: row.ended ?? (readable ? 'ready' : isComing ? 'fetching' : 'waiting'),
    fetched: { done, total },
  };
}

function termsView({ title, grantorName, purpose, expiresAtS, requestId }: InboxTerms): NonNullable<InboxRow['terms']> {
  return { title, grantorName, purpose, expiresAtS, ...(requestId === undefined ? {} : { requestId }) };
}

/** As the record names them; as the consent does until the record has been read. */
function patientsOf({ patients, terms }: InboxData): readonly PatientSummary[] {
  if (patients.length > 0 || !terms?.patientName) return patients;
  return [{ name: terms.patientName, identifiers: [] }];
}
