/** Random capsules, consents and links. */
import fc from 'fast-check';
import type { CapsuleContent } from '../../src/health/capsule.ts';
import type { ConsentTerms } from '../../src/health/consent.ts';
import { PURPOSES } from '../../src/health/purpose.ts';
import type { Link } from '../../src/health/share-link.ts';
import { bytes, filler, keyPair, plainText, timeS, uint } from './arbitrary-bytes.ts';
import { accountId, blobId, networkSpec, slotId } from './chain-values.ts';

export const consentTerms: fc.Arbitrary<ConsentTerms> = fc.record({
  status: fc.constantFrom('active' as const, 'inactive' as const),
  patientName: plainText(120),
  madeAtS: timeS,
  expiresAtS: timeS,
  purpose: fc.constantFrom(...PURPOSES),
  record: fc.record({ slotId, title: plainText(200) }),
  grantor: fc.record({ publicKey: keyPair.map(({ publicKey }) => publicKey), name: plainText(120) }),
  grantee: fc.record({ id: filler(32), name: plainText(120) }),
});

/** With the secret of `consent.grantor`. */
export const capsuleContent: fc.Arbitrary<{ readonly content: CapsuleContent; readonly grantorSecret: Uint8Array }> = fc
  .record({
    terms: consentTerms,
    grantor: keyPair,
    recordOwnerKey: filler(33),
    current: fc.record({ version: uint(32), blobId, contentKey: filler(32) }),
    requestId: fc.option(bytes(8), { nil: undefined }),
  })
  .map(({ terms, grantor, recordOwnerKey, current, requestId }) => ({
    grantorSecret: grantor.secret,
    content: {
      consent: { ...terms, grantor: { ...terms.grantor, publicKey: grantor.publicKey } },
      recordOwnerKey,
      current: terms.status === 'active' ? current : undefined,
      requestId,
    },
  }));

export const networkEntry = fc.record({
  spec: networkSpec,
  roomSecret: bytes(16),
  relays: fc.array(
    fc.domain().map((host) => `wss://${host}/relay`),
    { maxLength: 4 },
  ),
});

export const link: fc.Arbitrary<Link> = fc.oneof(
  networkEntry.map((entry) => ({ kind: 'invite' as const, ...entry })),
  fc
    .record({ entry: networkEntry, slotId, seed: filler(32), untilS: timeS })
    .map(({ entry, ...share }) => ({ kind: 'share' as const, ...entry, ...share })),
  fc
    .record({
      entry: networkEntry,
      organisation: accountId,
      requestId: bytes(8),
      wants: plainText(120),
      purpose: fc.constantFrom(...PURPOSES),
      untilS: timeS,
    })
    .map(({ entry, ...request }) => ({ kind: 'request' as const, ...entry, ...request })),
);
