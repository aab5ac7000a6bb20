/** Newer versions of a record: looked at before they are sent, kept apart in the lists of both sides. */
import { describe, expect, it } from 'vitest';
import { fhirFile, openRoom, until, value } from './harness.ts';
import { findings, item, linkTo, patientAndClinic, shareByLink, untilItem } from './sharing-fixture.ts';

const OTHER = { ok: false, problem: { code: 'patient-differs' } };

describe('a file about somebody else', () => {
  it('replaces nothing and reaches nobody, unless the person means it', async () => {
    const { room, patient, clinic } = await patientAndClinic();
    const { recordId, link } = await shareByLink(room, patient, 'Asthma');
    const { inboxId } = value(await clinic.api.acceptShare(link));
    await untilItem(clinic, inboxId, 'ready');

    const file = fhirFile('Gout', 'Stranger');
    const preview = value(await patient.api.previewReplacement(recordId, file, 'b.json'));
    expect(preview).toMatchObject({ otherPatient: true, summary: { entryCount: 2 } });
    expect(await patient.api.replaceRecord(recordId, file, 'b.json')).toMatchObject(OTHER);
    expect(patient.model.records[0]).toMatchObject({ version: 1 });
    expect(patient.disk.blobs.size).toBe(2);
    expect(patient.model.mempool.count).toBe(2);

    value(await patient.api.replaceRecord(recordId, file, 'b.json', { allowOtherPatient: true }));
    const row = await untilItem(clinic, inboxId, 'ready', 2);
    expect(row.patients[0]?.name).toContain('Stranger');
    expect(row.formerPatients?.[0]?.name).toContain('Tester');
  });

  it('stays marked at the clinic until a version names somebody else again', async () => {
    const { room, patient, clinic } = await patientAndClinic();
    const { recordId, link } = await shareByLink(room, patient, 'Asthma');
    const { inboxId } = value(await clinic.api.acceptShare(link));
    expect((await untilItem(clinic, inboxId, 'ready')).formerPatients).toBeUndefined();
    const allow = { allowOtherPatient: true };
    value(await patient.api.replaceRecord(recordId, fhirFile('Gout', 'Stranger'), 'b.json', allow));
    await untilItem(clinic, inboxId, 'ready', 2);
    value(await patient.api.replaceRecord(recordId, fhirFile('Cough', 'Stranger'), 'c.json'));
    const row = await untilItem(clinic, inboxId, 'ready', 3);
    expect(row.formerPatients?.[0]?.name).toContain('Tester');
  });
});

it('a preview stores and sends nothing, and says what is wrong with a file', async () => {
  const patient = await openRoom().open('ada');
  const { recordId } = value(await patient.api.importRecord(fhirFile('Asthma'), 'a.json'));
  const preview = value(await patient.api.previewReplacement(recordId, fhirFile('Migraine'), 'b.json'));
  expect(preview.otherPatient).toBe(false);
  expect(preview.summary.sections[0]?.items[0]?.title).toBe('Migraine');
  expect([patient.disk.blobs.size, patient.model.mempool.count, patient.model.tasks]).toEqual([1, 1, []]);
  expect(await patient.api.previewReplacement(recordId, new Blob(['{']), 'c.json')).toMatchObject({
    problem: { code: 'file-not-json' },
  });
  expect(await patient.api.previewReplacement('00', fhirFile('Migraine'), 'b.json')).toMatchObject({
    problem: { code: 'record-unknown' },
  });
});

it('a share that began with a later version has had no newer one', async () => {
  const { room, patient, clinic } = await patientAndClinic();
  const { recordId } = value(await patient.api.importRecord(fhirFile('Asthma'), 'a.json'));
  value(await patient.api.replaceRecord(recordId, fhirFile('Migraine'), 'b.json'));
  const { link } = await linkTo(room, patient, recordId);
  const { inboxId } = value(await clinic.api.acceptShare(link));
  expect(await untilItem(clinic, inboxId, 'ready')).toMatchObject({ version: 2, firstVersion: 2 });
  value(await patient.api.replaceRecord(recordId, fhirFile('Gout'), 'c.json'));
  expect(await untilItem(clinic, inboxId, 'ready', 3)).toMatchObject({ version: 3, firstVersion: 2 });
  await clinic.restart();
  expect(item(clinic, inboxId)).toMatchObject({ version: 3, firstVersion: 2 });
  expect(await findings(clinic, inboxId)).toEqual(['Gout']);
});

it('who was given what is not rewritten by what the record becomes later', async () => {
  const { room, patient } = await patientAndClinic();
  const { recordId, grantId: stopped } = await shareByLink(room, patient, 'Asthma');
  const { title } = patient.model.records[0]!;
  const { grantId: running } = await linkTo(room, patient, recordId);
  value(await patient.api.replaceRecord(recordId, fhirFile('Migraine'), 'b.json'));
  value(await patient.api.revoke(stopped));
  const file = fhirFile('Gout', 'Stranger');
  value(await patient.api.replaceRecord(recordId, file, 'c.json', { allowOtherPatient: true }));
  await until('the replacement shows', () => patient.model.records[0]!.title !== title);
  await patient.restart();
  const grant = (id: string) => patient.model.grants.find((row) => row.id === id);
  expect(grant(stopped)).toMatchObject({ first: { title, version: 1 }, last: { title, version: 2 } });
  const { title: newTitle } = patient.model.records[0]!;
  expect(grant(running)).toMatchObject({ first: { title, version: 1 }, last: { title: newTitle, version: 3 } });
});

it('who was too late for a newer version is not said to have it, also when the share is stopped after its end', async () => {
  const { room, patient } = await patientAndClinic();
  const { recordId, grantId } = await shareByLink(room, patient, 'Asthma', 3_600_000);
  room.clock.skip(3_700_000);
  await room.mine(patient);
  value(await patient.api.replaceRecord(recordId, fhirFile('Migraine'), 'b.json'));
  expect(patient.model.grants[0]).toMatchObject({ state: 'expired', last: { version: 1 } });
  value(await patient.api.revoke(grantId));
  expect(patient.model.grants[0]).toMatchObject({ state: 'revoked', last: { version: 1 } });
});
