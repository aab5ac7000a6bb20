/**
 * A capsule is a grant: a small sealed document that holds the Consent, the key to the record's current version, and the
 * grantor's signature, sealed to the grantee and to the grantor. Revoking it makes a new version of its slot of the same
 * size, inactive and without a key.
 *
 * The grantor signs with a key of their own for this one grantee (identity.ts): one clinic sees that several grants come
 * from one person, and the signing keys of two clinics' grants have nothing in common. (Two that are given the same record
 * see the same slot, and can tell.) The signature covers the capsule's own slot
 * key and version, so an old capsule cannot pass for a new one, and the grantee, so a capsule cannot be sealed on to
 * somebody else.
 *
 *   version u8 = 1 | consent varbytes (JSON) | recordOwnerKey 33
 *   | current: 0, or 1 | version u32 | blobId 32 | contentKey 32
 *   | requestId: 0, or 1 | 8 bytes
 *   | signature 65
 */
import { abytes, equalBytes } from '../core/bytes.ts';
import { decode, Writer, type DecodeCode, type Reader } from '../core/codec.ts';
import { PUBLIC_KEY_BYTES, publicKeyOf, sign, SIGNATURE_BYTES, verify } from '../core/ecdsa.ts';
import { taggedHash } from '../core/hash.ts';
import { BlobId } from '../core/ids.ts';
import { accept, assert, reject, VALID, type Result, type Verdict } from '../core/result.ts';
import { CONSENT_BYTES_MAX, decodeConsent, encodeConsent, type ConsentCode, type ConsentTerms } from './consent.ts';
import { encodePlace, type DocumentPlace } from './document-header.ts';
import { ENCRYPTION_KEY_BYTES } from './hpke.ts';
import { KEY_BYTES } from './key-derivation.ts';
import { REQUEST_ID_BYTES } from './share-link.ts';

const CAPSULE_VERSION = 1;
const CURRENT_BYTES = 1 + 4 + BlobId.byteLength + KEY_BYTES;
export const CAPSULE_BYTES_MAX =
  1 + 2 + CONSENT_BYTES_MAX + PUBLIC_KEY_BYTES + CURRENT_BYTES + 1 + REQUEST_ID_BYTES + SIGNATURE_BYTES;

export interface CapsuleContent {
  readonly consent: ConsentTerms;
  /** Of the record's slot, 33 bytes: its documents are opened against it. */
  readonly recordOwnerKey: Uint8Array;
  /** The record's version at the time, and its 32-byte content key. Present if and only if the consent is active. */
  readonly current: { readonly version: number; readonly blobId: BlobId; readonly contentKey: Uint8Array } | undefined;
  /** REQUEST_ID_BYTES. */
  readonly requestId: Uint8Array | undefined;
}

export interface Capsule extends CapsuleContent {
  /** By `consent.grantor.publicKey`, over the content and the capsule's own place. */
  readonly signature: Uint8Array;
}

export type CapsuleCode = DecodeCode | ConsentCode;
export type CapsuleVerdictCode = 'bad-grantor-signature' | 'wrong-grantee' | 'consent-revoked' | 'consent-expired';

/**
 * What stands for a grantee inside a consent: an organisation, or the bearer of a link.
 * @param encryptionKey ENCRYPTION_KEY_BYTES
 * @returns 32 bytes
 */
export function granteeIdOf(encryptionKey: Uint8Array): Uint8Array {
  return taggedHash('medmesh/grantee', abytes(encryptionKey, ENCRYPTION_KEY_BYTES, 'encryption key'));
}

/**
 * Signs a grant or, with an inactive consent and no `current`, its revocation.
 * @param place         owner key and version of the slot that this very capsule goes into
 * @param grantorSecret of `consent.grantor.publicKey`
 */
export function makeCapsule(content: CapsuleContent, place: DocumentPlace, grantorSecret: Uint8Array): Capsule {
  assert(equalBytes(publicKeyOf(grantorSecret), content.consent.grantor.publicKey), 'grantor signs with own key');
  assert((content.consent.status === 'active') === (content.current !== undefined), 'a key while active, none after');
  return { ...content, signature: sign(capsuleDigest(content, place), grantorSecret) };
}

export function encodeCapsule(capsule: Capsule): Uint8Array {
  return writeContent(new Writer(), capsule)
    .bytes(abytes(capsule.signature, SIGNATURE_BYTES, 'signature'))
    .finish();
}

/** Reads what a grantor, or anybody who knows a grantee's key, sealed. Judges form only: `checkCapsule` does the rest. */
export function decodeCapsule(bytes: Uint8Array): Result<Capsule, CapsuleCode> {
  const parts = decode(bytes, CAPSULE_BYTES_MAX, (reader) => {
    const version = reader.u8();
    if (version !== CAPSULE_VERSION) reader.fail('bad-value', `capsule version ${version}`);
    return {
      consentBytes: reader.varbytes(CONSENT_BYTES_MAX),
      recordOwnerKey: reader.bytes(PUBLIC_KEY_BYTES),
      current: readOptional(reader, readCurrent),
      requestId: readOptional(reader, () => reader.bytes(REQUEST_ID_BYTES)),
      signature: reader.bytes(SIGNATURE_BYTES),
    };
  });
  if (!parts.ok) return parts;
  const { consentBytes, ...rest } = parts.value;
  const consent = decodeConsent(consentBytes);
  if (!consent.ok) return consent;
  if ((consent.value.status === 'active') !== (rest.current !== undefined)) {
    return reject('bad-value', 'a key without an active consent, or the other way round');
  }
  return accept({ consent: consent.value, ...rest });
}

/**
 * Whether this capsule lets this grantee read now. Form and encryption say nothing of that: anybody can seal to a
 * grantee's public key.
 * @param context.nowS      block time, Unix seconds
 * @param context.granteeId `granteeIdOf` the reader's own encryption key
 * @param context.place     owner key and version of the slot the capsule was found in
 */
export function checkCapsule(
  capsule: Capsule,
  context: { readonly nowS: number; readonly granteeId: Uint8Array; readonly place: DocumentPlace },
): Verdict<CapsuleVerdictCode> {
  const { consent, signature } = capsule;
  if (!verify(capsuleDigest(capsule, context.place), signature, consent.grantor.publicKey)) {
    return reject('bad-grantor-signature');
  }
  if (!equalBytes(consent.grantee.id, context.granteeId)) return reject('wrong-grantee');
  if (consent.status === 'inactive') return reject('consent-revoked');
  if (context.nowS >= consent.expiresAtS) return reject('consent-expired', `at ${consent.expiresAtS}`);
  return VALID;
}

function capsuleDigest(content: CapsuleContent, place: DocumentPlace): Uint8Array {
  return taggedHash('medmesh/capsule', encodePlace(place), writeContent(new Writer(), content).finish());
}

function writeContent(writer: Writer, content: CapsuleContent): Writer {
  writer
    .u8(CAPSULE_VERSION)
    .varbytes(encodeConsent(content.consent))
    .bytes(abytes(content.recordOwnerKey, PUBLIC_KEY_BYTES, 'record owner key'));
  const { current, requestId } = content;
  writer.u8(current ? 1 : 0);
  if (current) {
    writer
      .u32(current.version)
      .bytes(BlobId.toBytes(current.blobId))
      .bytes(abytes(current.contentKey, KEY_BYTES, 'content key'));
  }
  writer.u8(requestId ? 1 : 0);
  if (requestId) writer.bytes(abytes(requestId, REQUEST_ID_BYTES, 'request id'));
  return writer;
}

function readCurrent(reader: Reader): NonNullable<CapsuleContent['current']> {
  return {
    version: reader.u32(),
    blobId: BlobId.of(reader.bytes(BlobId.byteLength)),
    contentKey: reader.bytes(KEY_BYTES),
  };
}

function readOptional<T>(reader: Reader, read: (reader: Reader) => T): T | undefined {
  const flag = reader.u8();
  if (flag > 1) reader.fail('bad-value', `flag ${flag}`);
  return flag === 1 ? read(reader) : undefined;
}
