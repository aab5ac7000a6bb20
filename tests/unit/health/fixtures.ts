/** Material for tests of sealed sharing: fixed keys and bytes, so that a failure repeats. */
import { WebCryptoCipher } from '../../../src/adapters/platform/webcrypto-cipher.ts';
import { sha256 } from '../../../src/core/hash.ts';
import { BlobId, SlotId } from '../../../src/core/ids.ts';
import { encodeUtf8 } from '../../../src/core/text.ts';
import { granteeIdOf, type CapsuleContent } from '../../../src/health/capsule.ts';
import type { ConsentTerms } from '../../../src/health/consent.ts';
import { deriveEncryptionKeyPair } from '../../../src/health/hpke.ts';
import { deriveIdentity } from '../../../src/health/identity.ts';
import { decodeManifest, type Manifest } from '../../../src/health/manifest.ts';
import type { SealedDocument } from '../../../src/health/sealed-document.ts';

export const cipher = new WebCryptoCipher();

/** Reproducible bytes that look random and don't compress. */
export function noise(label: string, length = 32): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let offset = 0, block = sha256(encodeUtf8(label)); offset < length; offset += 32, block = sha256(block)) {
    bytes.set(block.subarray(0, length - offset), offset);
  }
  return bytes;
}

export function withFlippedBit(bytes: Uint8Array, index: number): Uint8Array {
  const changed = bytes.slice();
  changed[index]! ^= 1;
  return changed;
}

export function withBytes(bytes: Uint8Array, offset: number, replacement: readonly number[]): Uint8Array {
  const changed = bytes.slice();
  changed.set(replacement, offset);
  return changed;
}

export function manifestOf(document: SealedDocument): Manifest {
  const decoded = decodeManifest(document.manifest);
  if (!decoded.ok) throw new Error(decoded.code);
  return decoded.value;
}

export function reader(chunks: readonly Uint8Array[]): (index: number) => Promise<Uint8Array | undefined> {
  return (index) => Promise.resolve(chunks[index]);
}

export const patient = deriveIdentity(noise('patient', 16));
export const clinic = deriveIdentity(noise('clinic', 16));
export const stranger = deriveIdentity(noise('stranger', 16));
export const clinicPair = await deriveEncryptionKeyPair(clinic.encryptionSeed);
export const strangerPair = await deriveEncryptionKeyPair(stranger.encryptionSeed);
export const clinicId = granteeIdOf(clinicPair.publicKey);
export const grantor = patient.grantorFor(clinicId);
/** The slot the tests put their documents in. */
export const slot = patient.ownSlot(0);
export const place = { ownerKey: slot.ownerPublic, version: 1 };

export const EXPIRES_AT_S = 1_800_000_000;

export const terms: ConsentTerms = {
  status: 'active',
  patientName: 'Zhang Wěi 张伟',
  madeAtS: 1_790_000_000,
  expiresAtS: EXPIRES_AT_S,
  purpose: 'TREAT',
  record: { slotId: SlotId.of(noise('record slot')), title: 'Medicines and allergies' },
  grantor: { publicKey: grantor.publicKey, name: 'Zhang Wěi' },
  grantee: { id: clinicId, name: 'Riverside Clinic' },
};

export const granted: CapsuleContent = {
  consent: terms,
  recordOwnerKey: patient.ownSlot(1).ownerPublic,
  current: { version: 3, blobId: BlobId.of(noise('record blob')), contentKey: noise('record key') },
  requestId: noise('request', 8),
};

export const revoked: CapsuleContent = {
  ...granted,
  consent: { ...terms, status: 'inactive' },
  current: undefined,
};
