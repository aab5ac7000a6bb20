/** Grants and what leads to them: consents, capsules, links, hints. */
import { base64urlnopad } from '@scure/base';
import fc from 'fast-check';
import { concatBytes } from '../../../src/core/bytes.ts';
import { decode, Writer } from '../../../src/core/codec.ts';
import { publicKeyOf } from '../../../src/core/ecdsa.ts';
import { taggedHash } from '../../../src/core/hash.ts';
import { BlobId } from '../../../src/core/ids.ts';
import { decodeCapsule, encodeCapsule, makeCapsule } from '../../../src/health/capsule.ts';
import { CONSENT_BYTES_MAX, decodeConsent, encodeConsent } from '../../../src/health/consent.ts';
import { makeHint, matchHint, oneTimePublic } from '../../../src/health/hint.ts';
import { encodeLink, parseLink } from '../../../src/health/share-link.ts';
import { readText, writeText } from '../../../src/health/text-fields.ts';
import { keyPair, plainText } from '../../support/arbitrary-bytes.ts';
import { capsuleContent, consentTerms, link } from '../../support/health-values.ts';
import { ARITHMETIC_BYTES, asDrawn, codecTarget, parserTarget } from '../engine/decoder-target.ts';
import { bytesMedium, textMedium } from '../engine/medium.ts';
import { fromOptional } from '../engine/refusals.ts';

const TEXT_BYTES_MAX = 120;
const LINK_BYTES_MAX = 4096 + 2048;
const LINK_CHECKSUM_BYTES = 4;

/** A link whose checksum fits, whatever it says: anybody can make one. */
function linkOf(body: Uint8Array): string {
  const checksum = taggedHash('medmesh/link', body).subarray(0, LINK_CHECKSUM_BYTES);
  return `j/${base64urlnopad.encode(concatBytes(body, checksum))}`;
}

function linkBody(text: string): Uint8Array {
  return base64urlnopad.decode(text.slice(2)).slice(0, -LINK_CHECKSUM_BYTES);
}

const SCAN_SECRET = new Uint8Array(32).fill(99);
const SCAN_PUBLIC = publicKeyOf(SCAN_SECRET);
const SEAL = { ownerKey: new Uint8Array(33).fill(2), version: 1, blobId: BlobId.of(new Uint8Array(32).fill(3)) };

export const healthTargets = [
  codecTarget({
    name: 'text-field',
    covers: [readText],
    medium: bytesMedium,
    valid: plainText(TEXT_BYTES_MAX),
    encode: (text) => {
      const writer = new Writer();
      writeText(writer, text, TEXT_BYTES_MAX);
      return writer.finish();
    },
    decode: (encoded) => decode(encoded, TEXT_BYTES_MAX + 1, (reader) => readText(reader, TEXT_BYTES_MAX)),
    form: 'canonical',
    max: TEXT_BYTES_MAX + 1,
    weight: 0.5,
  }),
  codecTarget({
    name: 'consent',
    covers: [decodeConsent],
    medium: bytesMedium,
    valid: consentTerms,
    encode: encodeConsent,
    decode: decodeConsent,
    form: 'canonical',
    max: CONSENT_BYTES_MAX,
  }),
  codecTarget({
    name: 'capsule',
    covers: [decodeCapsule],
    medium: bytesMedium,
    valid: capsuleContent.map(({ content, grantorSecret }) => makeCapsule(content, SEAL, grantorSecret)),
    encode: encodeCapsule,
    decode: decodeCapsule,
    form: 'canonical',
    max: 3380,
    // Each is signed.
    weight: 0.1,
  }),
  codecTarget({
    name: 'link-text',
    covers: [parseLink],
    medium: textMedium,
    valid: link,
    encode: (value) => `#/${encodeLink(value)}`,
    decode: parseLink,
    // Wherever it stands in a URL.
    form: 'lenient',
    max: Infinity,
    weight: 0.5,
  }),
  codecTarget({
    name: 'link-content',
    covers: [parseLink],
    medium: bytesMedium,
    valid: link,
    encode: (value) => linkBody(encodeLink(value)),
    decode: (body) => parseLink(linkOf(body)),
    form: 'canonical',
    max: LINK_BYTES_MAX - LINK_CHECKSUM_BYTES,
    weight: 2,
  }),
  parserTarget({
    name: 'hint',
    covers: [matchHint],
    medium: bytesMedium,
    valid: keyPair.map(({ secret }) => makeHint(secret, SCAN_PUBLIC, SEAL)!.hint),
    encode: asDrawn,
    decode: (hint) => fromOptional(matchHint(hint, SCAN_SECRET, SEAL)),
    max: 41,
    ownBytes: ARITHMETIC_BYTES,
    weight: 0.04,
  }),
  parserTarget({
    name: 'public-key',
    covers: [oneTimePublic],
    medium: bytesMedium,
    valid: fc.oneof(keyPair.map(({ publicKey }) => publicKey)),
    encode: asDrawn,
    decode: (key) => {
      const own = oneTimePublic(key, new Uint8Array(32).fill(5));
      return fromOptional(own && makeHint(new Uint8Array(32).fill(6), key, SEAL));
    },
    max: 33,
    ownBytes: ARITHMETIC_BYTES,
    weight: 0.05,
  }),
];
