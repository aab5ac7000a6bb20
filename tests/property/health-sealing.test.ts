import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WebCryptoCipher } from '../../src/adapters/platform/webcrypto-cipher.ts';
import { concatBytes, equalBytes } from '../../src/core/bytes.ts';
import { publicKeyOf } from '../../src/core/ecdsa.ts';
import { BlobId } from '../../src/core/ids.ts';
import { checkCapsule, decodeCapsule, encodeCapsule, makeCapsule } from '../../src/health/capsule.ts';
import { makeHint, matchHint, oneTimePublic, oneTimeSecret } from '../../src/health/hint.ts';
import { decodeManifest } from '../../src/health/manifest.ts';
import { padmeBytes, paddedBlobBytes, sizeBucketOf } from '../../src/health/padding.ts';
import { openDocument, sealDocument } from '../../src/health/sealed-document.ts';
import { clipText, isTextField } from '../../src/health/text-fields.ts';
import { bytes, secret } from '../support/arbitrary-bytes.ts';
import { capsuleContent } from '../support/health-values.ts';

const cipher = new WebCryptoCipher();
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

describe('text fields', () => {
  test('are made of any text', () => {
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
