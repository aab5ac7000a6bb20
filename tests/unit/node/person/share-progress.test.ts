/** How far a share has come: what its own recipient has, not what anybody else was given of the same record. */
import { expect, it } from 'vitest';
import { fhirFile, until, value } from './harness.ts';
import { linkTo, patientAndClinic, shareByLink, untilItem } from './sharing-fixture.ts';

it('is told for each grant: one that nobody opened has not arrived, whoever else has the record', async () => {
  const { room, patient, clinic } = await patientAndClinic();
  const keepers = (id: string) => patient.model.grants.find((grant) => grant.id === id)?.keepers;
  const first = await shareByLink(room, patient, 'Asthma');
  const { inboxId } = value(await clinic.api.acceptShare(first.link));
  await untilItem(clinic, inboxId, 'ready');
  await until('the first has arrived', () => keepers(first.grantId) === 1);

  const second = await linkTo(room, patient, first.recordId);
  await room.mine(patient);
  await until('recorded', () => patient.model.grants.every(({ anchor }) => anchor === 'recorded'));
  const surveys = room.clock.nowMs();
  await until('asked around', () => room.clock.nowMs() > surveys + 10_000);
  expect(patient.model.records[0]?.keepers).toBe(1);
  expect(keepers(second.grantId)).toBe(0);
  expect(keepers(first.grantId)).toBe(1);

  const other = await room.open('other clinic');
  const accepted = value(await other.api.acceptShare(second.link));
  await untilItem(other, accepted.inboxId, 'ready');
  await until('the second has arrived', () => keepers(second.grantId) === 1);
});

it('begins anew with a newer version, and ends with the grant', async () => {
  const { room, patient, clinic } = await patientAndClinic();
  const { recordId, grantId, link } = await shareByLink(room, patient, 'Asthma');
  const { inboxId } = value(await clinic.api.acceptShare(link));
  await until('arrived', () => patient.model.grants[0]?.keepers === 1);
  await clinic.stop();
  value(await patient.api.replaceRecord(recordId, fhirFile('Migraine'), 'b.json'));
  expect(patient.model.grants[0]?.keepers).toBe(0);
  await clinic.start();
  await untilItem(clinic, inboxId, 'ready', 2);
  await until('arrived again', () => patient.model.grants[0]?.keepers === 1);
  value(await patient.api.revoke(grantId));
  expect(patient.model.grants[0]?.keepers).toBe(0);
});
