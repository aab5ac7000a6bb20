/** What somebody seals for a clinic who means no good: found by its hint, fetched, judged, and not shown. */
import { describe, expect, it } from 'vitest';
import { publicKeyOf } from '../../../../src/core/ecdsa.ts';
import { BlobId, SlotId } from '../../../../src/core/ids.ts';
import { signTransaction, TRANSACTION_VERSION } from '../../../../src/core/transaction.ts';
import { findStamp, NO_STAMP } from '../../../../src/core/stamp.ts';
import { granteeIdOf, makeCapsule } from '../../../../src/health/capsule.ts';
import { makeHint } from '../../../../src/health/hint.ts';
import { sealCapsule } from '../../../../src/health/sealed-capsule.ts';
import { seal } from '../../../../src/ledger/seal.ts';
import { findOrganisation } from '../../../../src/node/person/organisations.ts';
import { parseAddress } from '../../../../src/core/account.ts';
import { openRoom, until, value } from './harness.ts';

const secret = (fill: number) => new Uint8Array(32).fill(fill);

describe('a capsule sealed on to somebody it was not made for', () => {
  it('is refused, and leaves nothing behind', async () => {
    const room = openRoom();
    const [mallory, clinic] = [await room.open('mallory'), await room.open('clinic')];
    await until('they meet', () => mallory.model.peers.peers.length === 1);
    value(await clinic.api.publishProfile({ name: 'Riverside Clinic', role: 'clinic' }));
    await until('profile known', () => mallory.model.mempool.count === 1);
    const { core, person } = mallory.service;
    const account = parseAddress(clinic.model.wallet.address);
    const target = account.ok ? await findOrganisation(core, account.value) : undefined;
    if (!target) throw new Error('no profile');

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
    person.holdsCurrent = () => true;
    const hint = makeHint(secret(9), target.scanKey, { ...place, blobId: id })!.hint;
    const body = {
      version: TRANSACTION_VERSION,
      kind: seal.number,
      sender: publicKeyOf(owner),
      accountNonce: 0,
      fee: 0n,
      expiryHeight: 0,
      payload: seal.codec.encode({ action: 'create', ownerKey: place.ownerKey, docHash: id, sizeBucket, hint }),
      stamp: NO_STAMP,
    } as const;
    const stamped = findStamp(body, core.genesisHash, room.spec.stampBits, 100_000)!;
    const verdict = await core.submitTransaction(signTransaction(stamped, owner, core.genesisHash));
    expect(verdict).toEqual({ ok: true });

    await until('refused', () => clinic.model.log.some(({ text }) => text.includes('refused: wrong-grantee')));
    await until('nothing stays', () => clinic.model.inbox.length === 0 && clinic.disk.blobs.size === 0);
  });
});
