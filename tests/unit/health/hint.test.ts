import { describe, expect, it } from 'vitest';
import { publicKeyOf, sign, verify } from '../../../src/core/ecdsa.ts';
import { BlobId } from '../../../src/core/ids.ts';
import { HINT_BYTES, makeHint, matchHint, oneTimePublic, oneTimeSecret, sharedWith } from '../../../src/health/hint.ts';
import { noise, patient, stranger, withFlippedBit } from './fixtures.ts';

const ephemeral = noise('ephemeral');
const shared = sharedWith(ephemeral, patient.scanPublic)!;
const ownerKey = oneTimePublic(patient.accountPublic, shared)!;
const seal = { ownerKey, version: 1, blobId: BlobId.of(noise('blob')) };
const made = makeHint(ephemeral, patient.scanPublic, seal)!;

describe('hint', () => {
  it('is recognised by the scan key it was made for, and by no other', () => {
    expect(made.hint.length).toBe(HINT_BYTES);
    expect(made.shared).toEqual(shared);
    expect(matchHint(made.hint, patient.scanSecret, seal)).toEqual(shared);
    expect(matchHint(made.hint, stranger.scanSecret, seal)).toBeUndefined();
  });

  it('matches nothing when copied onto another slot, version or document', () => {
    const copies = [
      { ...seal, ownerKey: stranger.accountPublic },
      { ...seal, version: 2 },
      { ...seal, blobId: BlobId.of(noise('bait')) },
    ];
    for (const copy of copies) expect(matchHint(made.hint, patient.scanSecret, copy)).toBeUndefined();
  });

  it('with any bit changed matches nothing', () => {
    for (let index = 0; index < HINT_BYTES; index++) {
      expect(matchHint(withFlippedBit(made.hint, index), patient.scanSecret, seal), `byte ${index}`).toBeUndefined();
    }
  });

  it('lets only the recipient own what was made for them', () => {
    const secret = oneTimeSecret(patient.accountSecret, shared);
    const digest = noise('digest');
    expect(publicKeyOf(secret)).toEqual(ownerKey);
    expect(verify(digest, sign(digest, secret), ownerKey)).toBe(true);
    expect(publicKeyOf(oneTimeSecret(stranger.accountSecret, shared))).not.toEqual(ownerKey);
  });

  it.each([
    ['of no length', new Uint8Array()],
    ['of zeros', new Uint8Array(33)],
    ['of ones', new Uint8Array(33).fill(0xff)],
    ['that is no point', Uint8Array.of(2, ...new Uint8Array(31), 5)],
    ['uncompressed', new Uint8Array(65).fill(4)],
  ])('takes a key %s for what it is', (_, hostile) => {
    expect(sharedWith(ephemeral, hostile)).toBeUndefined();
    expect(makeHint(ephemeral, hostile, seal)).toBeUndefined();
    expect(oneTimePublic(hostile, shared)).toBeUndefined();
    expect(matchHint(Uint8Array.of(...hostile, ...new Uint8Array(8)), patient.scanSecret, seal)).toBeUndefined();
    expect(matchHint(hostile, patient.scanSecret, seal)).toBeUndefined();
  });
});
