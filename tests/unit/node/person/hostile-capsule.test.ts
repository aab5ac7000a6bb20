/** What somebody seals for a clinic who means no good: found by its hint, fetched, judged, and not shown. */
import { describe, expect, it } from 'vitest';
import { publicKeyOf } from '../../../../src/core/ecdsa.ts';
import { BlobId, SlotId } from '../../../../src/core/ids.ts';
import { signTransaction, TRANSACTION_VERSION } from '../../../../src/core/transaction.ts';
import { findStamp, NO_STAMP } from '../../../../src/core/stamp.ts';
import { granteeIdOf, makeCapsule } from '../../../../src/health/capsule.ts';
import { makeHint } from '../../../../src/health/hint.ts';
import { sealCapsule } from '../../../../src/health/sealed-capsule.ts';
import { sealDocument } from '../../../../src/health/sealed-document.ts';
import { seal } from '../../../../src/ledger/seal.ts';
import { FETCHES_MAX } from '../../../../src/node/params.ts';
import { findOrganisation } from '../../../../src/node/person/organisations.ts';
import { parseAddress } from '../../../../src/core/account.ts';
import { fhirFile, openRoom, until, value, type TestTab } from './harness.ts';
import { inTime, shareByLink, untilItem } from './sharing-fixture.ts';

const secret = (fill: number) => new Uint8Array(32).fill(fill);

async function malloryAndClinic() {
  const room = openRoom();
  const [mallory, clinic] = [await room.open('mallory'), await room.open('clinic')];
  await until('they meet', () => mallory.model.peers.peers.length === 1);
  value(await clinic.api.publishProfile({ name: 'Riverside Clinic', role: 'clinic' }));
  await until('profile known', () => mallory.model.mempool.count === 1);
  const { core, person } = mallory.service;
  const account = parseAddress(clinic.model.wallet.address);
  const target = account.ok ? await findOrganisation(core, account.value) : undefined;
  if (!target) throw new Error('no profile');
  person.holdsCurrent = () => true;
  const { scanKey } = target;

  /** Names a document in a new slot of its own, with a hint for the clinic. */
  async function sealFor(blobId: BlobId, sizeBucket: number, owner = secret(1)): Promise<void> {
    const place = { ownerKey: publicKeyOf(owner), version: 1, blobId };
    const hint = makeHint(secret(9), scanKey, place)!.hint;
    const body = {
      version: TRANSACTION_VERSION,
      kind: seal.number,
      sender: publicKeyOf(owner),
      accountNonce: 0,
      fee: 0n,
      expiryHeight: 0,
      payload: seal.codec.encode({ action: 'create', ownerKey: place.ownerKey, docHash: blobId, sizeBucket, hint }),
      stamp: NO_STAMP,
    } as const;
    const stamped = findStamp(body, core.genesisHash, room.spec.stampBits, 1_000_000)!;
    expect(await core.submitTransaction(signTransaction(stamped, owner, core.genesisHash))).toEqual({ ok: true });
  }

  return { room, mallory, clinic, core, target, sealFor };
}

const refusals = (clinic: TestTab, why: string) =>
  clinic.model.log.filter(({ event }) => event.type === 'capsule-refused' && event.detail.startsWith(why));
const refused = (clinic: TestTab, why: string) => until('refused', () => refusals(clinic, why).length > 0);

describe('a capsule sealed on to somebody it was not made for', () => {
  it('is refused, and leaves nothing behind', async () => {
    const { room, mallory, clinic, core, target, sealFor } = await malloryAndClinic();
    const rows = clinic.disk.rows.size;
    const owner = secret(1);
    const place = { ownerKey: publicKeyOf(owner), version: 1 };
    const capsule = makeCapsule(
      {
        consent: {
          status: 'active',
          patientName: 'Somebody',
          madeAtS: 1_800_000_000,
          expiresAtS: 1_900_000_000,
          purpose: 'TREAT',
          record: { slotId: SlotId.of(secret(7)), title: 'Not for you' },
          grantor: { publicKey: publicKeyOf(secret(2)), name: 'Somebody' },
          grantee: { id: granteeIdOf(new Uint8Array(1216).fill(3)), name: 'Another clinic' },
        },
        recordOwnerKey: publicKeyOf(secret(4)),
        current: { version: 1, blobId: BlobId.of(secret(5)), contentKey: secret(6) },
        requestId: undefined,
      },
      place,
      secret(2),
    );
    const sealed = await sealCapsule(
      capsule,
      {
        place,
        contentKey: core.ports.rng.bytes(32),
        wrapSecret: secret(8),
        granteeKey: target.encryptionKey,
        entropy: core.ports.rng.bytes(64),
      },
      core.ports.cipher,
    );
    if (!sealed.ok) throw new Error(sealed.code);
    const { id, manifest, chunks, sizeBucket } = sealed.value;
    await core.blobs.keep(id, manifest, chunks);
    await sealFor(id, sizeBucket, owner);

    await refused(clinic, 'wrong-grantee');
    const isClean = () =>
      clinic.model.inbox.length === 0 && clinic.disk.blobs.size === 0 && clinic.disk.rows.size === rows;
    await until('nothing stays', isClean);
    await room.mine(mallory);
    await until('walked', () => clinic.model.profile.state === 'recorded');
    expect(refusals(clinic, 'wrong-grantee').length).toBe(1);
    expect(clinic.model.inbox).toEqual([]);
  });
});

describe('a document that is no capsule by its size', () => {
  it('is not fetched, whatever the chain says, and who serves it is not to blame', async () => {
    const { clinic, core, sealFor } = await malloryAndClinic();
    const stored: number[] = [];
    const { blobs } = clinic.service.ports;
    const put = blobs.putChunk.bind(blobs);
    blobs.putChunk = (id, index, chunk) => {
      stored.push(chunk.length);
      return put(id, index, chunk);
    };
    const order = { ownerKey: publicKeyOf(secret(1)), version: 1, contentKey: secret(5), stanzas: [], small: false };
    const large = await sealDocument(core.ports.rng.bytes(40_000), order, core.ports.cipher);
    await core.blobs.keep(large.id, large.manifest, large.chunks);
    await sealFor(large.id, 0);
    await refused(clinic, 'not of the size of capsules');
    await until('nothing stays', () => clinic.model.inbox.length === 0 && clinic.disk.blobs.size === 0);
    expect([stored, clinic.model.peers.peers.length]).toEqual([[], 1]);
  });
});

describe('capsules that nobody serves', () => {
  it('keep neither what was accepted nor what others seal from coming, nor the node from stopping', async () => {
    const { room, clinic, sealFor } = await malloryAndClinic();
    const patient = await room.open('patient');
    await until('they meet', () => clinic.model.peers.peers.length === 2 && patient.model.peers.peers.length === 2);
    for (let i = 1; i <= FETCHES_MAX + 10; i++) {
      const owner = secret(i);
      await sealFor(BlobId.of(owner), 0, owner);
    }
    await until('all are wanted', () => clinic.model.inbox.length === FETCHES_MAX + 10);
    const { recordId, link } = await shareByLink(room, patient, 'Asthma');
    const { inboxId } = value(await clinic.api.acceptShare(link));
    await untilItem(clinic, inboxId, 'ready');
    const to = { kind: 'organisation' as const, account: clinic.model.wallet.address };
    value(await patient.api.share({ recordId, to, purpose: 'TREAT', expiresAtS: inTime(room, 3_600_000) }));
    await until('both', () => clinic.model.inbox.filter(({ state }) => state === 'ready').length === 2);
    await clinic.stop();
  });
});

it('an organisation keeps its own records, though their hints are its own too', async () => {
  const { clinic, sealFor } = await malloryAndClinic();
  const { recordId } = value(await clinic.api.importRecord(fhirFile('Asthma'), 'own.json'));
  // Somebody names that very document as a capsule.
  await sealFor([...clinic.disk.blobs.keys()][0]!, 0);
  await refused(clinic, '');
  await until('looked at', () => clinic.model.inbox.length === 0);
  value(await clinic.api.exportRecord(recordId));
});
