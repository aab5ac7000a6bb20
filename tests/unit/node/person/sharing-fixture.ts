/** A patient and a clinic who have met, and what they do with each other. */
import type { InboxRow } from '../../../../src/node/api.ts';
import { fhirFile, openRoom, until, value, type TestRoom, type TestTab } from './harness.ts';

export async function patientAndClinic(): Promise<{ room: TestRoom; patient: TestTab; clinic: TestTab }> {
  const room = openRoom();
  const patient = await room.open('patient');
  const clinic = await room.open('clinic');
  await until('they meet', () => patient.model.peers.peers.length === 1 && clinic.model.peers.peers.length === 1);
  return { room, patient, clinic };
}

export function inTime(room: TestRoom, ms: number): number {
  return Math.floor((room.clock.nowMs() + ms) / 1000);
}

export async function shareByLink(room: TestRoom, patient: TestTab, finding: string, lastsMs = 3_600_000) {
  const { recordId } = value(await patient.api.importRecord(fhirFile(finding), 'record.json'));
  return { recordId, ...(await linkTo(room, patient, recordId, lastsMs)) };
}

/** A further link to a record. */
export async function linkTo(room: TestRoom, patient: TestTab, recordId: string, lastsMs = 3_600_000) {
  const to = { kind: 'link' as const, label: 'Dr. Okafor' };
  const order = { recordId, to, purpose: 'TREAT' as const, expiresAtS: inTime(room, lastsMs) };
  const { grantId, link } = value(await patient.api.share(order));
  return { grantId, link: link! };
}

export function item(tab: TestTab, id: string): InboxRow {
  return tab.model.inbox.find((row) => row.id === id)!;
}

export async function untilItem(tab: TestTab, id: string, state: InboxRow['state'], version = 0): Promise<InboxRow> {
  return until(`item ${state} at version ${version}`, () => {
    const row = item(tab, id);
    return row?.state === state && row.version >= version && row;
  });
}

export async function findings(tab: TestTab, id: string): Promise<string[]> {
  return value(await tab.api.listSection(id, 'problems', 0, 10)).map(({ title }) => title);
}
