import { describe, expect, it } from 'vitest';
import { AssertionError } from '../../../src/core/result.ts';
import {
  CAPSULE_BYTES_MAX,
  checkCapsule,
  decodeCapsule,
  encodeCapsule,
  makeCapsule,
} from '../../../src/health/capsule.ts';
import { SMALL_PLAINTEXT_BYTES } from '../../../src/health/sealed-document.ts';
import {
  clinicId,
  EXPIRES_AT_S,
  granted,
  grantor,
  noise,
  place,
  revoked,
  stranger,
  terms,
  withBytes,
  withFlippedBit,
} from './fixtures.ts';

const capsule = makeCapsule(granted, place, grantor.secret);
const bytes = encodeCapsule(capsule);
const context = { nowS: EXPIRES_AT_S - 1, granteeId: clinicId, place };

describe('capsule', () => {
  it.each([
    ['a grant', granted],
    ['a grant without a request', { ...granted, requestId: undefined }],
    ['a revocation', revoked],
  ])('is read back as it was written: %s', (_, content) => {
    const made = makeCapsule(content, place, grantor.secret);
    expect(decodeCapsule(encodeCapsule(made))).toEqual({ ok: true, value: made });
  });

  it('at its longest is a small document', () => {
    expect(CAPSULE_BYTES_MAX).toBeLessThan(SMALL_PLAINTEXT_BYTES);
  });

  it('lets the grantee read until the second it expires', () => {
    expect(checkCapsule(capsule, context)).toEqual({ ok: true });
    expect(checkCapsule(capsule, { ...context, nowS: EXPIRES_AT_S })).toMatchObject({ code: 'consent-expired' });
  });

  it('lets nobody read once revoked, and carries no key then', () => {
    const revocation = makeCapsule(revoked, { ...place, version: 2 }, grantor.secret);
    expect(checkCapsule(revocation, { ...context, place: { ...place, version: 2 } })).toMatchObject({
      code: 'consent-revoked',
    });
    expect(revocation.current).toBeUndefined();
  });

  it('is of no use to another grantee, who cannot put their own name into it either', () => {
    expect(checkCapsule(capsule, { ...context, granteeId: noise('other') })).toMatchObject({ code: 'wrong-grantee' });
    const own = { ...capsule, consent: { ...terms, grantee: { id: noise('other'), name: 'Other' } } };
    expect(checkCapsule(own, { ...context, granteeId: noise('other') })).toMatchObject({
      code: 'bad-grantor-signature',
    });
  });

  it('is of no use in another slot or as another version', () => {
    const elsewhere = { ...context, place: { ...place, ownerKey: stranger.accountPublic } };
    expect(checkCapsule(capsule, elsewhere)).toMatchObject({ code: 'bad-grantor-signature' });
    const later = { ...context, place: { ...place, version: 2 } };
    expect(checkCapsule(capsule, later)).toMatchObject({ code: 'bad-grantor-signature' });
  });

  it.each([
    ['the end of the grant', { ...capsule, consent: { ...terms, expiresAtS: EXPIRES_AT_S + 1 } }],
    ['the purpose', { ...capsule, consent: { ...terms, purpose: 'HRESCH' } as const }],
    [
      'the grantor',
      { ...capsule, consent: { ...terms, grantor: { ...terms.grantor, publicKey: stranger.accountPublic } } },
    ],
    ['the record', { ...capsule, recordOwnerKey: stranger.accountPublic }],
    ['the key', { ...capsule, current: { ...granted.current!, contentKey: noise('other') } }],
    ['the request', { ...capsule, requestId: undefined }],
    ['the signature', { ...capsule, signature: withFlippedBit(capsule.signature, 0) }],
  ])('is refused with %s changed', (_, forged) => {
    expect(checkCapsule(forged, context)).toMatchObject({ code: 'bad-grantor-signature' });
  });

  it('is refused when signed by somebody else in the name of a key that is none', () => {
    const nobody = { ...capsule, consent: { ...terms, grantor: { ...terms.grantor, publicKey: new Uint8Array(33) } } };
    expect(checkCapsule(nobody, context)).toMatchObject({ code: 'bad-grantor-signature' });
  });

  const flagOffset = bytes.length - 65 - 8 - 1 - 68 - 1;
  it.each([
    ['another version', withFlippedBit(bytes, 0), 'bad-value'],
    ['a byte missing', bytes.slice(0, -1), 'truncated'],
    ['a byte more', Uint8Array.of(...bytes, 0), 'trailing-bytes'],
    ['a flag that is neither', withBytes(bytes, flagOffset, [2]), 'bad-value'],
    ['an active consent without a key', withoutCurrent(), 'bad-value'],
    ['a consent that is none', withFlippedBit(bytes, 3), 'consent-malformed'],
    ['too much', new Uint8Array(CAPSULE_BYTES_MAX + 1), 'oversized'],
  ])('is not read with %s', (_, hostile, code) => {
    expect(decodeCapsule(hostile)).toMatchObject({ ok: false, code });
  });

  function withoutCurrent(): Uint8Array {
    return Uint8Array.of(...bytes.slice(0, flagOffset), 0, ...bytes.slice(flagOffset + 1 + 68));
  }

  it('is not made with a key after its end, without one before, or under another’s signature', () => {
    expect(() => makeCapsule({ ...granted, current: undefined }, place, grantor.secret)).toThrow(AssertionError);
    expect(() => makeCapsule({ ...revoked, current: granted.current }, place, grantor.secret)).toThrow(AssertionError);
    expect(() => makeCapsule(granted, place, stranger.accountSecret)).toThrow(AssertionError);
  });
});
