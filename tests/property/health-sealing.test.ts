import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WebCryptoCipher } from '../../src/adapters/platform/webcrypto-cipher.ts';
import { concatBytes, equalBytes } from '../../src/core/bytes.ts';
import { publicKeyOf } from '../../src/core/ecdsa.ts';
import { AccountId, BlobId, SlotId } from '../../src/core/ids.ts';
import { presetSpec } from '../../src/core/network-spec.ts';
import { checkCapsule, decodeCapsule, encodeCapsule, makeCapsule } from '../../src/health/capsule.ts';
import { decodeConsent, encodeConsent } from '../../src/health/consent.ts';
import { readHeader } from '../../src/health/document-header.ts';
import { makeHint, matchHint, oneTimePublic, oneTimeSecret } from '../../src/health/hint.ts';
import { decodeManifest, encodeManifest } from '../../src/health/manifest.ts';
import { padmeBytes, paddedBlobBytes, sizeBucketOf } from '../../src/health/padding.ts';
import { PURPOSES } from '../../src/health/purpose.ts';
import { openDocument, sealDocument } from '../../src/health/sealed-document.ts';
import { encodeLink, parseLink, type Link } from '../../src/health/share-link.ts';
import { clipText, isTextField } from '../../src/health/text-fields.ts';

const cipher = new WebCryptoCipher();
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const anyBytes = fc.uint8Array({ maxLength: 4000 });
const timeS = fc.integer({ min: 0, max: 253_402_300_799 });
const text = (bytesMax: number) => fc.string({ unit: 'binary' }).map((value) => clipText(value, bytesMax));
/** Any 32 bytes that are a secret key, as all but one in 2^128 are. */
const secret = bytes(32).filter((value) => value.some((byte) => byte !== 0) && value[0]! < 0xff);

const capsuleContent = fc
  .record({
    active: fc.boolean(),
    patientName: text(120),
    madeAtS: timeS,
    expiresAtS: timeS,
    purpose: fc.constantFrom(...PURPOSES),
    record: fc.record({ slotId: bytes(32).map(SlotId.of), title: text(200) }),
    grantorName: text(120),
    grantee: fc.record({ id: bytes(32), name: text(120) }),
    recordOwnerKey: bytes(33),
    current: fc.record({
      version: fc.nat(0xffff_ffff),
      blobId: bytes(32).map(BlobId.of),
      contentKey: bytes(32),
    }),
    requestId: fc.option(bytes(8), { nil: undefined }),
    grantorSecret: secret,
  })
  .map(({ active, grantorName, grantorSecret, recordOwnerKey, current, requestId, ...terms }) => ({
    grantorSecret,
    content: {
      consent: {
        ...terms,
        status: active ? ('active' as const) : ('inactive' as const),
        grantor: { publicKey: publicKeyOf(grantorSecret), name: grantorName },
      },
      recordOwnerKey,
      current: active ? current : undefined,
      requestId,
    },
  }));
const place = { ownerKey: publicKeyOf(new Uint8Array(32).fill(1)), version: 1 };

describe('padding', () => {
  test('grows by at most 12 %, keeps order, and leaves padded sizes alone', () => {
    const size = fc.integer({ min: 1, max: 2 ** 28 });
    fc.assert(
      fc.property(size, size, (one, other) => {
        const [small, big] = [Math.min(one, other), Math.max(one, other)];
        const padded = padmeBytes(big);
        expect(padded).toBeGreaterThanOrEqual(big);
        expect(padded).toBeLessThanOrEqual(big * 1.12 + 1);
        expect(padmeBytes(small)).toBeLessThanOrEqual(padded);
        expect(padmeBytes(padded)).toBe(padded);
        expect(sizeBucketOf(paddedBlobBytes(small))).toBeLessThanOrEqual(sizeBucketOf(paddedBlobBytes(big)));
      }),
    );
  });
});

describe('sealed documents', () => {
  const contentKey = new Uint8Array(32).fill(7);
  const order = { ...place, contentKey, stanzas: [], small: false };
  const limits = { plaintextBytesMax: 2 ** 20 };

  test('of any length open to what was sealed; with any bit changed they do not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 700_000 }), fc.nat(), bytes(64), async (length, at, grain) => {
        const plaintext = Uint8Array.from({ length }, (_, i) => grain[(i ^ (i >> 6) ^ (i >> 12)) & 63]! ^ (i & 255));
        const { manifest, chunks } = await sealDocument(plaintext, order, cipher);
        const decoded = decodeManifest(manifest);
        if (!decoded.ok) throw new Error(decoded.code);
        const open = (parts: readonly Uint8Array[], hashes: readonly Uint8Array[]) =>
          openDocument(
            { blobBytes: decoded.value.blobBytes, chunkHashes: hashes },
            (index) => Promise.resolve(parts[index]),
            { contentKey },
            place,
            cipher,
            limits,
          );
        const opened = await open(chunks, decoded.value.chunkHashes);
        expect(opened.ok && equalBytes(opened.value, plaintext)).toBe(true);

        const blob = concatBytes(...chunks);
        blob[at % blob.length]! ^= 1 << (at & 7);
        const parts = chunks.map((_, i) => blob.subarray(i * 262_144, (i + 1) * 262_144));
        const hashes = await Promise.all(parts.map((part) => cipher.sha256(part)));
        expect((await open(parts, hashes)).ok).toBe(false);
      }),
      { numRuns: 15 },
    );
  });
});

describe('hints', () => {
  test('match for whom they were made, who then owns the slot', () => {
    fc.assert(
      fc.property(secret, secret, secret, bytes(32), (ephemeral, scan, spend, blob) => {
        const seal = { ...place, blobId: BlobId.of(blob) };
        const made = makeHint(ephemeral, publicKeyOf(scan), seal)!;
        expect(matchHint(made.hint, scan, seal)).toEqual(made.shared);
        expect(publicKeyOf(oneTimeSecret(spend, made.shared))).toEqual(oneTimePublic(publicKeyOf(spend), made.shared));
      }),
      { numRuns: 20 },
    );
  });
});

describe('capsules', () => {
  test('of any content are read back as they were written', () => {
    fc.assert(
      fc.property(capsuleContent, ({ content, grantorSecret }) => {
        const capsule = makeCapsule(content, place, grantorSecret);
        expect(decodeCapsule(encodeCapsule(capsule))).toEqual({ ok: true, value: capsule });
      }),
      { numRuns: 40 },
    );
  });

  test('with any byte changed are no capsule, or carry no signature', () => {
    fc.assert(
      fc.property(capsuleContent, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ content, grantorSecret }, at, by) => {
        const changed = encodeCapsule(makeCapsule(content, place, grantorSecret));
        changed[at % changed.length]! ^= by;
        const decoded = decodeCapsule(changed);
        if (!decoded.ok) return;
        expect(encodeCapsule(decoded.value)).toEqual(changed);
        const context = { nowS: 0, granteeId: decoded.value.consent.grantee.id, place };
        expect(checkCapsule(decoded.value, context)).toMatchObject({ code: 'bad-grantor-signature' });
      }),
      { numRuns: 100 },
    );
  });
});

describe('links', () => {
  const entry = fc.record({
    spec: timeS.map((time) => presetSpec('open', { name: 'Any', genesisTimeS: time % 2 ** 32 })),
    roomSecret: bytes(16),
    relays: fc.array(
      fc.domain().map((host) => `wss://${host}/relay`),
      { maxLength: 4 },
    ),
  });
  const link: fc.Arbitrary<Link> = fc.oneof(
    entry.map((base) => ({ kind: 'invite' as const, ...base })),
    fc.tuple(entry, bytes(32), bytes(32), timeS).map(([base, slot, seed, untilS]) => ({
      kind: 'share' as const,
      ...base,
      slotId: SlotId.of(slot),
      seed,
      untilS,
    })),
    fc
      .tuple(entry, bytes(20), bytes(8), text(120), fc.constantFrom(...PURPOSES), timeS)
      .map(([base, account, requestId, wants, purpose, untilS]) => {
        const organisation = AccountId.of(account);
        return { kind: 'request' as const, ...base, organisation, requestId, wants, purpose, untilS };
      }),
  );

  test('of any content are read back as they were written', () => {
    fc.assert(
      fc.property(link, (one) => {
        expect(parseLink(encodeLink(one))).toEqual({ ok: true, value: one });
      }),
    );
  });
});

describe('whatever comes from outside', () => {
  test('is refused, or has one encoding; nothing throws', () => {
    fc.assert(
      fc.property(anyBytes, fc.string({ unit: 'binary' }), (hostile, string) => {
        const manifest = decodeManifest(hostile);
        if (manifest.ok) expect(encodeManifest(manifest.value)).toEqual(hostile);
        const consent = decodeConsent(hostile);
        if (consent.ok) expect(encodeConsent(consent.value)).toEqual(hostile);
        expect(decodeCapsule(hostile).ok).toBe(false);
        readHeader(hostile);
        expect(parseLink(string).ok).toBe(false);
      }),
    );
  });

  test('becomes a text that fits', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.integer({ min: 8, max: 120 }),
        (string, bytesMax) => {
          expect(isTextField(clipText(string, bytesMax), bytesMax)).toBe(true);
        },
      ),
    );
  });
});
