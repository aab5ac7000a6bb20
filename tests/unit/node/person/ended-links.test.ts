/** Links that lead to nothing (any more): what whoever opens one is told. */
import { expect, it } from 'vitest';
import { publicKeyOf } from '../../../../src/core/ecdsa.ts';
import { SlotId } from '../../../../src/core/ids.ts';
import { presetSpec } from '../../../../src/core/network-spec.ts';
import { encodeLink, parseLink, type Link } from '../../../../src/health/share-link.ts';
import { openRoom, until, value } from './harness.ts';
import { item, linkTo, patientAndClinic, shareByLink, untilItem } from './sharing-fixture.ts';

const MEMBER = publicKeyOf(new Uint8Array(32).fill(1));
const EXPIRED = { ok: false, problem: { code: 'link-expired' } };

it('one whose time is over by our clock is refused before anything is made of it', async () => {
  const { room, patient, clinic } = await patientAndClinic();
  const { link } = await shareByLink(room, patient, 'Asthma', 3_600_000);
  const described = value(await clinic.api.describeLink(link));
  expect(described).toMatchObject({ kind: 'share', untilS: patient.model.grants[0]?.expiresAtS });
  room.clock.skip(3_700_000);
  expect(await clinic.api.describeLink(link)).toMatchObject(EXPIRED);
  expect(await clinic.api.acceptShare(link)).toMatchObject(EXPIRED);
  expect(clinic.model.inbox).toEqual([]);
});

it('and so is one whose time is over by the clock of the chain alone', async () => {
  const { room, patient, clinic } = await patientAndClinic();
  const { link } = await shareByLink(room, patient, 'Asthma', 3_600_000);
  room.clock.skip(3_700_000);
  await room.mine(patient);
  room.clock.skip(-3_700_000);
  expect(await clinic.api.describeLink(link)).toMatchObject(EXPIRED);
  expect(await clinic.api.acceptShare(link)).toMatchObject(EXPIRED);
  expect(clinic.model.inbox).toEqual([]);
});

it('one that runs out while nobody has what it opens ends here too', async () => {
  const { room, patient, clinic } = await patientAndClinic();
  await clinic.stop();
  const { link } = await shareByLink(room, patient, 'Asthma', 3_600_000);
  await patient.stop();
  await clinic.start();
  const { inboxId } = value(await clinic.api.acceptShare(link));
  await untilItem(clinic, inboxId, 'waiting');
  room.clock.skip(3_700_000);
  await clinic.mineBlock();
  await untilItem(clinic, inboxId, 'expired');
});

it('one that was stopped says so', async () => {
  const { room, patient, clinic } = await patientAndClinic();
  const { grantId, link } = await shareByLink(room, patient, 'Asthma');
  value(await patient.api.revoke(grantId));
  await room.mine(patient);
  const { inboxId } = value(await clinic.api.acceptShare(link));
  expect((await untilItem(clinic, inboxId, 'revoked')).terms).toBeUndefined();
});

it('one whose consent nobody here has waits, and goes on when somebody comes who has it', async () => {
  const { room, patient, clinic } = await patientAndClinic();
  const { link } = await shareByLink(room, patient, 'Asthma');
  await room.mine(patient);
  await patient.stop();
  const stranger = await room.open('stranger');
  await until('they meet', () => stranger.model.peers.peers.length === 1);
  const { inboxId } = value(await clinic.api.acceptShare(link));
  const acceptedMs = room.clock.nowMs();
  await until('everybody has answered', () => room.clock.nowMs() > acceptedMs + 2_000);
  await until('a few rounds later', () => {
    expect(item(clinic, inboxId)).toMatchObject({ state: 'waiting', patients: [] });
    return room.clock.nowMs() > acceptedMs + 40_000;
  });
  expect(item(clinic, inboxId).terms).toBeUndefined();
  await patient.start();
  await untilItem(clinic, inboxId, 'ready');
});

it('one whose record nobody here has waits with its terms known', async () => {
  const { room, patient, clinic } = await patientAndClinic();
  const { recordId, link } = await shareByLink(room, patient, 'Asthma');
  const [blobId] = [...patient.disk.blobs.keys()];
  value(await patient.api.openRecord(recordId));
  const { person } = patient.service;
  const holdsCurrent = person.holdsCurrent.bind(person);
  person.holdsCurrent = (id) => id !== blobId && holdsCurrent(id);
  const { inboxId } = value(await clinic.api.acceptShare(link));
  await until('the consent is here', () => item(clinic, inboxId).terms !== undefined);
  const { terms } = await untilItem(clinic, inboxId, 'waiting');
  expect(terms).toMatchObject({ purpose: 'TREAT', expiresAtS: patient.model.grants[0]?.expiresAtS });
  person.holdsCurrent = holdsCurrent;
  await untilItem(clinic, inboxId, 'ready');
});

it('one to a network whose rules this program does not know is refused at once', async () => {
  const tab = await openRoom().open('ada');
  const classroom = presetSpec('classroom', { name: 'Ward', genesisTimeS: 1_790_000_000 });
  const spec = { ...classroom, consensus: { type: 'committee' as const, members: [MEMBER] } };
  const invite: Link = { kind: 'invite', spec, roomSecret: new Uint8Array(16), relays: [] };
  expect(await tab.api.describeLink(encodeLink(invite))).toMatchObject({ problem: { code: 'network-unsupported' } });
});

it('one to a capsule that is erased from the chain is over', async () => {
  const { room, patient, clinic } = await patientAndClinic();
  const { recordId } = await shareByLink(room, patient, 'Asthma');
  const { link } = await linkTo(room, patient, recordId);
  value(await patient.api.eraseRecord(recordId));
  await room.mine(patient);
  const parsed = parseLink(link);
  if (!parsed.ok || parsed.value.kind !== 'share') throw new Error('no share link');
  // Erased capsules are not what this program makes: the record's slot stands for one.
  const erased = encodeLink({ ...parsed.value, slotId: SlotId.parse(recordId)! });
  expect(await clinic.api.describeLink(erased)).toMatchObject(EXPIRED);
  expect(await clinic.api.acceptShare(erased)).toMatchObject(EXPIRED);
});
