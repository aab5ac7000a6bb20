/** Sealed documents: their lists of chunks, headers, ways to the key, and what a holder of the key may have put inside. */
import fc from 'fast-check';
import type { BulkCipher } from '../../../src/health/bulk-cipher.ts';
import { concatBytes, equalBytes, fromHex } from '../../../src/core/bytes.ts';
import { accept, reject, type Result } from '../../../src/core/result.ts';
import { encodeHeader, HEADER_BYTES, readHeader } from '../../../src/health/document-header.ts';
import { encodeCapsule, makeCapsule, type Capsule } from '../../../src/health/capsule.ts';
import { deriveEncryptionKeyPair, ENCRYPTION_KEY_BYTES, WRAP_ENTROPY_BYTES } from '../../../src/health/hpke.ts';
import { CHUNK_BYTES, decodeManifest, encodeManifest, MANIFEST_BYTES_MAX } from '../../../src/health/manifest.ts';
import { openCapsule } from '../../../src/health/sealed-capsule.ts';
import { openDocument, sealDocument } from '../../../src/health/sealed-document.ts';
import {
  commitmentOf,
  fillStanzas,
  makeOwnerStanza,
  makeRecipientStanza,
  openOwnerStanza,
  openRecipientStanza,
} from '../../../src/health/stanzas.ts';
import { filler, fillerUpTo, uint } from '../../support/arbitrary-bytes.ts';
import { capsuleContent } from '../../support/health-values.ts';
import { SyncCipher } from '../../support/sync-cipher.ts';
import { ARITHMETIC_BYTES, asDrawn, codecTarget, parserTarget } from '../engine/decoder-target.ts';
import { bytesMedium } from '../engine/medium.ts';
import { fromOptional } from '../engine/refusals.ts';

const cipher = new SyncCipher();
const CONTENT_KEY = new Uint8Array(32).fill(7);
const WRAP_SECRET = new Uint8Array(32).fill(8);
const PLACE = { ownerKey: new Uint8Array(33).fill(2), version: 1 };
const ORDER = { ...PLACE, contentKey: CONTENT_KEY, small: false };
const LIMITS = { plaintextBytesMax: 64 * 1024 };
const TAG_BYTES = 16;

/** Opens what a blob of these bytes holds, under the manifest that names exactly them. */
async function openBlob(blob: Uint8Array, with_: BulkCipher): Promise<Result<Uint8Array>> {
  const manifest = await manifestOf(blob, with_);
  if (!manifest.ok) return manifest;
  const read = (index: number) => Promise.resolve(blob.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES));
  return openDocument(manifest.value, read, { contentKey: CONTENT_KEY }, PLACE, with_, LIMITS);
}

async function manifestOf(blob: Uint8Array, { sha256 }: Pick<BulkCipher, 'sha256'>) {
  if (blob.length === 0) return reject('empty');
  const chunkHashes: Uint8Array[] = [];
  for (let at = 0; at < blob.length; at += CHUNK_BYTES) {
    chunkHashes.push(await sha256(blob.subarray(at, at + CHUNK_BYTES)));
  }
  return accept({ blobBytes: blob.length, chunkHashes });
}

/** Encrypts nothing, so that the payload can be anything: what somebody with the key could have sealed. */
const clearCipher: BulkCipher = {
  seal: async (_key, _nonce, _aad, plaintext) => concatBytes(plaintext, new Uint8Array(TAG_BYTES)),
  open: async (_key, _nonce, _aad, sealed) => sealed.slice(0, -TAG_BYTES),
  sha256: (content) => cipher.sha256(content),
  deflate: (content) => cipher.deflate(content),
  inflate: (content, maxBytes) => cipher.inflate(content, maxBytes),
};

/** @source RFC 7748 6.1: zero, one, and a point of order 8 */
const SMALL_ORDER_POINTS = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
].map((hex) => fromHex(hex)!);

const [CAPSULE] = fc
  .sample(capsuleContent, { seed: 1, numRuns: 1 })
  .map(({ content, grantorSecret }) => makeCapsule(content, PLACE, grantorSecret)) as [Capsule];

/** The one document all changed stanzas are tried in. */
const stanzaParts = Promise.all([
  fillStanzas([makeOwnerStanza(WRAP_SECRET, CONTENT_KEY, PLACE)], CONTENT_KEY, PLACE),
  deriveEncryptionKeyPair(new Uint8Array(32).fill(4)),
]);
const COMMITMENT = commitmentOf(CONTENT_KEY, PLACE);
const RECIPIENT_STANZA_BYTES = 1168;

async function headerWith(recipientStanza: Uint8Array) {
  const [[owner]] = await stanzaParts;
  return {
    ...PLACE,
    commitment: COMMITMENT,
    stanzas: [owner, { kind: 'recipient' as const, wrapped: recipientStanza }] as const,
  };
}

export const documentTargets = [
  codecTarget({
    name: 'manifest',
    covers: [decodeManifest],
    medium: bytesMedium,
    valid: fc
      .record({
        whole: fc.nat(5),
        last: fc.integer({ min: 1, max: CHUNK_BYTES }),
        seed: fc.array(filler(32), { minLength: 6, maxLength: 6 }),
      })
      .map(({ whole, last, seed }) => ({
        blobBytes: whole * CHUNK_BYTES + last,
        chunkHashes: seed.slice(0, whole + 1),
      })),
    encode: encodeManifest,
    decode: decodeManifest,
    form: 'canonical',
    max: MANIFEST_BYTES_MAX,
  }),
  codecTarget({
    name: 'document-header',
    covers: [readHeader],
    medium: bytesMedium,
    valid: fc
      .record({
        ownerKey: filler(33),
        version: uint(32),
        commitment: filler(32),
        owner: filler(40),
        recipient: filler(RECIPIENT_STANZA_BYTES),
      })
      .map(({ owner, recipient, ...rest }) => ({
        ...rest,
        stanzas: [
          { kind: 'owner' as const, wrapped: owner },
          { kind: 'recipient' as const, wrapped: recipient },
        ] as const,
      })),
    encode: encodeHeader,
    // The rest of the chunk is the first segment.
    decode: (chunk) => readHeader(chunk),
    form: 'lenient',
    max: Infinity,
  }),
  codecTarget({
    name: 'sealed-document',
    covers: [openDocument],
    medium: bytesMedium,
    valid: fillerUpTo(20_000),
    encode: async (plaintext) =>
      concatBytes(...(await sealDocument(plaintext, { ...ORDER, stanzas: [] }, cipher)).chunks),
    decode: (blob) => openBlob(blob, cipher),
    form: 'canonical',
    max: Infinity,
    weight: 0.02,
  }),
  codecTarget({
    name: 'sealed-payload',
    covers: [openDocument],
    medium: bytesMedium,
    valid: fc.oneof(
      fillerUpTo(9000),
      fc.nat(3000).map((length) => new Uint8Array(length).fill(65)),
    ),
    encode: async (plaintext) => {
      const stanzas = (await stanzaParts)[0];
      const { chunks } = await sealDocument(plaintext, { ...ORDER, stanzas }, clearCipher);
      return concatBytes(...chunks).slice(HEADER_BYTES, -TAG_BYTES);
    },
    decode: async (payload) => {
      const header = encodeHeader({ ...PLACE, commitment: COMMITMENT, stanzas: (await stanzaParts)[0] });
      return openBlob(concatBytes(header, payload, new Uint8Array(TAG_BYTES)), clearCipher);
    },
    // Content may be deflated in many ways, or not at all.
    form: 'lenient',
    max: Infinity,
  }),
  parserTarget({
    name: 'sealed-capsule',
    covers: [openCapsule],
    medium: bytesMedium,
    valid: fc.constant(CAPSULE),
    encode: async (capsule) => {
      const contentKey = CONTENT_KEY;
      const stanzas = (await stanzaParts)[0];
      const order = { ...PLACE, contentKey, stanzas, small: true };
      return concatBytes(...(await sealDocument(encodeCapsule(capsule), order, clearCipher)).chunks);
    },
    decode: async (blob) => {
      const manifest = await manifestOf(blob, clearCipher);
      if (!manifest.ok) return manifest;
      const read = (index: number) => Promise.resolve(blob.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES));
      return openCapsule(manifest.value, read, { wrapSecret: WRAP_SECRET }, PLACE, clearCipher);
    },
    max: Infinity,
    weight: 0.2,
  }),
  parserTarget({
    name: 'owner-stanza',
    covers: [openOwnerStanza],
    medium: bytesMedium,
    valid: fc.constant(makeOwnerStanza(WRAP_SECRET, CONTENT_KEY, PLACE).wrapped),
    encode: asDrawn,
    decode: async (wrapped) => {
      const header = await headerWith(new Uint8Array(RECIPIENT_STANZA_BYTES));
      const owner = { kind: 'owner' as const, wrapped };
      const key = openOwnerStanza({ ...header, stanzas: [owner, header.stanzas[1]] }, WRAP_SECRET);
      return fromOptional(key && equalBytes(key, CONTENT_KEY) ? key : undefined);
    },
    max: 40,
    weight: 0.2,
  }),
  parserTarget({
    name: 'recipient-stanza',
    covers: [openRecipientStanza],
    medium: bytesMedium,
    valid: filler(WRAP_ENTROPY_BYTES),
    encode: async (entropy) => {
      const [, pair] = await stanzaParts;
      return (await makeRecipientStanza(pair.publicKey, CONTENT_KEY, PLACE, entropy))!.wrapped;
    },
    decode: async (wrapped) => {
      const [, pair] = await stanzaParts;
      return fromOptional(await openRecipientStanza(await headerWith(wrapped), pair));
    },
    max: RECIPIENT_STANZA_BYTES,
    ownBytes: ARITHMETIC_BYTES,
    weight: 0.02,
  }),
  parserTarget({
    name: 'encryption-key',
    covers: [makeRecipientStanza],
    medium: bytesMedium,
    valid: filler(32),
    encode: async (seed) => (await deriveEncryptionKeyPair(seed)).publicKey,
    decode: async (key) => {
      const entropy = new Uint8Array(WRAP_ENTROPY_BYTES).fill(5);
      return fromOptional(await makeRecipientStanza(key, CONTENT_KEY, PLACE, entropy));
    },
    max: ENCRYPTION_KEY_BYTES,
    // A lattice part of zeros passes its check: what follows is a point of X25519, some of small order.
    hostile: fc
      .oneof(filler(32), fc.constantFrom(...SMALL_ORDER_POINTS))
      .map((point) => concatBytes(new Uint8Array(ENCRYPTION_KEY_BYTES - 32), point)),
    ownBytes: ARITHMETIC_BYTES,
    weight: 0.02,
  }),
];
