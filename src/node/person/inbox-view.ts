/** An inbox item as a person sees it. */
import type { PatientSummary } from '../../health/fhir/display-model.ts';
import type { InboxRow } from '../api.ts';
import type { InboxData } from './row-types.ts';

/** @param isComing  a document of it is on its way */
export function inboxRow(row: InboxData, isComing: boolean, fetched: InboxRow['fetched']): InboxRow {
  const { terms, readable } = row;
  return {
    id: row.slotId,
    title: terms?.title ?? '',
    patients: patientsOf(row),
    grantorName: terms?.grantorName ?? '',
    // Nothing is believed of a capsule before its signature was checked.
    signed: terms !== undefined,
    purpose: terms?.purpose ?? 'TREAT',
    expiresAtS: terms?.expiresAtS ?? 0,
    receivedAtMs: row.receivedAtMs,
    version: readable?.version ?? 0,
    ...(terms?.requestId === undefined ? {} : { requestId: terms.requestId }),
    state: row.ended ?? (readable ? 'ready' : isComing ? 'fetching' : 'waiting'),
    fetched,
  };
}

/** As the record names them; as the consent does until the record has been read. */
function patientsOf({ patients, terms }: InboxData): readonly PatientSummary[] {
  if (patients.length > 0 || !terms?.patientName) return patients;
  return [{ name: terms.patientName, identifiers: [] }];
}
