/** Capsules as sealed documents: made for their grantor and one grantee, all of one size. */
import { reject, type Result } from '../core/result.ts';
import type { BulkCipher } from './bulk-cipher.ts';
import { CAPSULE_BYTES_MAX, decodeCapsule, encodeCapsule, type Capsule, type CapsuleCode } from './capsule.ts';
import { readHeader, type DocumentPlace } from './document-header.ts';
import type { EncryptionKeyPair } from './hpke.ts';
import type { Manifest } from './manifest.ts';
import { openDocument, sealDocument, type OpenCode, type SealedDocument } from './sealed-document.ts';
import { makeOwnerStanza, makeRecipientStanza, openOwnerStanza, openRecipientStanza } from './stanzas.ts';

export interface CapsuleSealing {
  /** Owner key and version of the capsule's own slot, the same as in `makeCapsule`. */
  readonly place: DocumentPlace;
  /** 32 fresh random bytes: the key of the capsule document, not of the record. */
  readonly contentKey: Uint8Array;
  /** 32 bytes, of the capsule's own slot: how the grantor finds it again on a new device. */
  readonly wrapSecret: Uint8Array;
  /** ENCRYPTION_KEY_BYTES, from a profile or a link. */
  readonly granteeKey: Uint8Array;
  /** WRAP_ENTROPY_BYTES, fresh and random. */
  readonly entropy: Uint8Array;
}

/** `bad-encryption-key`: what the grantee published is no public key; nothing can be sealed to it. */
export async function sealCapsule(
  capsule: Capsule,
  sealing: CapsuleSealing,
  cipher: BulkCipher,
): Promise<Result<SealedDocument, 'bad-encryption-key'>> {
  const { place, contentKey, wrapSecret, granteeKey, entropy } = sealing;
  const grantee = await makeRecipientStanza(granteeKey, contentKey, place, entropy);
  if (!grantee) return reject('bad-encryption-key');
  const stanzas = [makeOwnerStanza(wrapSecret, contentKey, place), grantee];
  const order = { ownerKey: place.ownerKey, version: place.version, contentKey, stanzas, small: true };
  return { ok: true, value: await sealDocument(encodeCapsule(capsule), order, cipher) };
}

/** How a capsule is opened: by its grantor, or by its grantee. */
export type CapsuleOpener = { readonly wrapSecret: Uint8Array } | { readonly keyPair: EncryptionKeyPair };

/**
 * `not-for-us`: sealed to somebody else. `checkCapsule` still has to judge what was opened.
 * @param place what the chain says of the slot
 */
export async function openCapsule(
  manifest: Manifest,
  readChunk: (index: number) => Promise<Uint8Array | undefined>,
  opener: CapsuleOpener,
  place: DocumentPlace,
  cipher: BulkCipher,
): Promise<Result<Capsule, OpenCode | CapsuleCode | 'not-for-us'>> {
  const firstChunk = await readChunk(0);
  if (!firstChunk) return reject('chunk-missing', 'chunk 0');
  const header = readHeader(firstChunk);
  if (!header.ok) return header;
  const contentKey =
    'keyPair' in opener
      ? await openRecipientStanza(header.value, opener.keyPair)
      : openOwnerStanza(header.value, opener.wrapSecret);
  if (!contentKey) return reject('not-for-us');
  const limits = { plaintextBytesMax: CAPSULE_BYTES_MAX };
  const opened = await openDocument(manifest, readChunk, { contentKey }, place, cipher, limits);
  return opened.ok ? decodeCapsule(opened.value) : opened;
}
