/** A patient's record on its way to a clinic, over real nodes: shared, renewed, revoked, run out, erased. */
import { describe, expect, it } from 'vitest';
import { fhirFile, until, value } from './harness.ts';
import { findings, inTime, item, patientAndClinic, shareByLink, untilItem } from './sharing-fixture.ts';

describe('a record shared by link', () => {
  it('is read before any block, and every newer version after it', async () => {
    const { room, patient, clinic } = await patientAndClinic();
    value(await patient.api.setPersonName('Ada Tester'));
    const { recordId, link } = await shareByLink(room, patient, 'Asthma');
    const { inboxId } = value(await clinic.api.acceptShare(link));
    const row = await untilItem(clinic, inboxId, 'ready', 1);
    expect(row.terms).toMatchObject({ grantorName: 'Ada Tester', purpose: 'TREAT' });
    expect(row.patients[0]?.name).toContain('Tester');
    expect(await findings(clinic, inboxId)).toEqual(['Asthma']);
    // The link opened a second time leads to the same.
    expect(value(await clinic.api.acceptShare(link)).inboxId).toBe(inboxId);
    expect(clinic.model.inbox).toHaveLength(1);
    await until('the patient knows who holds it', () => patient.model.records[0]?.keepers === 1);

    await room.mine(patient);
    await until('recorded', () => patient.model.grants[0]?.anchor === 'recorded');
    expect(value(await patient.api.replaceRecord(recordId, fhirFile('Migraine'), 'b.json'))).toEqual({ version: 2 });
    await untilItem(clinic, inboxId, 'ready', 2);
    expect(await findings(clinic, inboxId)).toEqual(['Migraine']);
    // One record and one capsule: older versions are gone on both sides.
    expect(patient.disk.blobs.size).toBe(2);
    await until('the clinic dropped them too', () => clinic.disk.blobs.size === 2);
  });

  it('waits for a capsule that is not there yet', async () => {
    const { room, patient, clinic } = await patientAndClinic();
    await clinic.stop();
    const { link } = await shareByLink(room, patient, 'Asthma');
    await patient.stop();
    await clinic.start();
    const { inboxId } = value(await clinic.api.acceptShare(link));
    expect((await untilItem(clinic, inboxId, 'waiting')).terms).toBeUndefined();
    await clinic.restart();
    await patient.start();
    await untilItem(clinic, inboxId, 'ready', 1);
  });

  it('stops with a revocation, before any block', async () => {
    const { room, patient, clinic } = await patientAndClinic();
    const { recordId, grantId, link } = await shareByLink(room, patient, 'Asthma');
    const { inboxId } = value(await clinic.api.acceptShare(link));
    await untilItem(clinic, inboxId, 'ready');
    value(await patient.api.revoke(grantId));
    expect((await untilItem(clinic, inboxId, 'revoked')).version).toBe(0);
    expect(await clinic.api.openRecord(inboxId)).toMatchObject({ problem: { code: 'grant-ended' } });
    await until('dropped', () => clinic.disk.blobs.size === 0);

    value(await patient.api.replaceRecord(recordId, fhirFile('Migraine'), 'b.json'));
    await room.mine(patient);
    expect(item(clinic, inboxId)).toMatchObject({ state: 'revoked', version: 0 });
    expect(patient.model.grants[0]).toMatchObject({ state: 'revoked' });
    expect(patient.model.grants[0]?.link).toBeUndefined();
  });

  it('ends by the time of the chain', async () => {
    const { room, patient, clinic } = await patientAndClinic();
    const { link } = await shareByLink(room, patient, 'Asthma', 3_600_000);
    const { inboxId } = value(await clinic.api.acceptShare(link));
    await untilItem(clinic, inboxId, 'ready');
    room.clock.skip(3_700_000);
    expect(item(clinic, inboxId).state).toBe('ready');
    await room.mine(patient);
    await untilItem(clinic, inboxId, 'expired');
    expect(patient.model.grants[0]?.state).toBe('expired');
    await until('dropped', () => clinic.disk.blobs.size === 0);
  });

  it('goes when the record is erased', async () => {
    const { room, patient, clinic } = await patientAndClinic();
    const { recordId, link } = await shareByLink(room, patient, 'Asthma');
    const { inboxId } = value(await clinic.api.acceptShare(link));
    await untilItem(clinic, inboxId, 'ready');
    value(await patient.api.eraseRecord(recordId));
    await untilItem(clinic, inboxId, 'erased');
    expect(await patient.api.openRecord(recordId)).toMatchObject({ problem: { code: 'record-erased' } });
    expect(patient.model.records[0]).toMatchObject({ erased: true, version: 2 });
  });

  it('survives the reload of both sides', async () => {
    const { room, patient, clinic } = await patientAndClinic();
    const { recordId, link } = await shareByLink(room, patient, 'Asthma');
    const { inboxId } = value(await clinic.api.acceptShare(link));
    await untilItem(clinic, inboxId, 'ready');
    await Promise.all([patient.restart(), clinic.restart()]);
    expect(patient.model.grants[0]).toMatchObject({ state: 'active', link });
    expect(await findings(clinic, inboxId)).toEqual(['Asthma']);
    // What no block held yet is sent again.
    await until('sent again', () => patient.model.grants[0]?.anchor === 'sent');
    value(await patient.api.replaceRecord(recordId, fhirFile('Migraine'), 'b.json'));
    await untilItem(clinic, inboxId, 'ready', 2);
    await room.mine(clinic);
    await until('recorded', () => patient.model.records[0]?.anchor === 'recorded');
  });

  it('refuses links that are damaged, of another network or own', async () => {
    const { room, patient } = await patientAndClinic();
    const { link } = await shareByLink(room, patient, 'Asthma');
    expect(await patient.api.acceptShare(link)).toMatchObject({ problem: { code: 'link-own' } });
    expect(await patient.api.acceptShare(link.slice(0, -3))).toMatchObject({ problem: { code: 'link-damaged' } });
    expect(await patient.api.acceptShare(await patient.api.inviteLink())).toMatchObject({
      problem: { code: 'link-damaged' },
    });
  });
});

describe('a record shared with an organisation', () => {
  it('answers a request, is found by its hint, and is not found again once taken out', async () => {
    const { room, patient, clinic } = await patientAndClinic();
    value(await clinic.api.publishProfile({ name: 'Riverside Clinic', role: 'clinic' }));
    const untilS = inTime(room, 3_600_000);
    const request = value(await clinic.api.createRequest({ wants: 'Medicines', purpose: 'TREAT', untilS }));
    await until('profile known', () => patient.model.mempool.count > 0);
    const description = value(await patient.api.describeLink(request.link));
    if (description.kind !== 'request') throw new Error(description.kind);
    expect(description).toMatchObject({ wants: 'Medicines', organisation: { name: 'Riverside Clinic' } });
    expect(description.organisation.digits).toBe(clinic.model.profile.digits);

    const { recordId } = value(await patient.api.importRecord(fhirFile('Asthma'), 'a.json'));
    const { account } = description.organisation;
    const to = { kind: 'organisation' as const, account, requestId: description.requestId };
    value(await patient.api.share({ recordId, to, purpose: 'TREAT', expiresAtS: untilS }));
    const row = await until('it arrives', () => clinic.model.inbox.find(({ state }) => state === 'ready'));
    expect(row.terms?.requestId).toBe(request.requestId);
    expect(clinic.model.requests[0]?.receivedCount).toBe(1);

    value(await clinic.api.removeFromInbox(row.id));
    value(await patient.api.replaceRecord(recordId, fhirFile('Migraine'), 'b.json'));
    await room.mine(patient);
    await until('walked', () => clinic.model.profile.state === 'recorded');
    expect(clinic.model.inbox).toEqual([]);
  });

  it('is found in a block by a clinic that was away', async () => {
    const { room, patient, clinic } = await patientAndClinic();
    value(await clinic.api.publishProfile({ name: 'Riverside Clinic', role: 'clinic' }));
    await until('profile known', () => patient.model.mempool.count > 0);
    await room.mine(patient);
    const account = clinic.model.wallet.address;
    await clinic.stop();
    const { recordId } = value(await patient.api.importRecord(fhirFile('Asthma'), 'a.json'));
    const expiresAtS = inTime(room, 3_600_000);
    value(await patient.api.share({ recordId, to: { kind: 'organisation', account }, purpose: 'TREAT', expiresAtS }));
    await room.mine(patient);
    await clinic.start();
    const row = await until('it arrives', () => clinic.model.inbox.find(({ state }) => state === 'ready'));
    expect(await findings(clinic, row.id)).toEqual(['Asthma']);
  });
});
