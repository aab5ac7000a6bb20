import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/core/bytes.ts';
import { publicKeyOf } from '../../../src/core/ecdsa.ts';
import { AssertionError } from '../../../src/core/result.ts';
import { bearerSeedOf, deriveBearer } from '../../../src/health/bearer.ts';
import { deriveIdentity } from '../../../src/health/identity.ts';
import { clinic, clinicId, noise, patient } from './fixtures.ts';

describe('identity', () => {
  it('comes back whole from its entropy', () => {
    const again = deriveIdentity(noise('patient', 16));
    expect(again.accountPublic).toEqual(patient.accountPublic);
    expect(again.encryptionSeed).toEqual(patient.encryptionSeed);
    expect(again.storageKey).toEqual(patient.storageKey);
    expect(again.ownSlot(7)).toEqual(patient.ownSlot(7));
    expect(again.grantorFor(clinicId)).toEqual(patient.grantorFor(clinicId));
  });

  it('uses no secret twice', () => {
    const wide = deriveIdentity(noise('wide', 32));
    const secrets = [patient, clinic, wide].flatMap((identity) => [
      identity.accountSecret,
      identity.scanSecret,
      identity.encryptionSeed,
      identity.storageKey,
      ...[0, 1, 0x7fff_ffff].flatMap((index) => {
        const { ownerSecret, wrapSecret } = identity.ownSlot(index);
        return [ownerSecret, wrapSecret, bearerSeedOf(wrapSecret)];
      }),
      identity.grantorFor(clinicId).secret,
      identity.grantorFor(noise('another grantee')).secret,
    ]);
    expect(new Set(secrets.map(toHex)).size).toBe(secrets.length);
  });

  it('has public keys that belong to its secrets', () => {
    const { ownerSecret, ownerPublic } = patient.ownSlot(3);
    const { secret, publicKey } = patient.grantorFor(clinicId);
    expect(publicKeyOf(patient.accountSecret)).toEqual(patient.accountPublic);
    expect(publicKeyOf(patient.scanSecret)).toEqual(patient.scanPublic);
    expect(publicKeyOf(ownerSecret)).toEqual(ownerPublic);
    expect(publicKeyOf(secret)).toEqual(publicKey);
  });

  it.each([0, 15, 17, 64])('is not made of %d bytes', (length) => {
    expect(() => deriveIdentity(new Uint8Array(length))).toThrow(AssertionError);
  });
});

describe('bearer of a link', () => {
  it('has keys that follow from the seed, and a seed that follows from the slot', () => {
    const seed = bearerSeedOf(patient.ownSlot(5).wrapSecret);
    const bearer = deriveBearer(seed);
    expect(deriveBearer(bearerSeedOf(patient.ownSlot(5).wrapSecret))).toEqual(bearer);
    expect(publicKeyOf(bearer.scanSecret)).toEqual(bearer.scanPublic);
    expect(bearer.encryptionSeed).not.toEqual(bearer.scanSecret);
  });
});
