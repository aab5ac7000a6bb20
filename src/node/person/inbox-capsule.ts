/** Opens capsules that others sealed for this person, and judges what they say. */
import { equalBytes, fromHex, toHex } from '../../core/bytes.ts';
import { assert, reject, type Result } from '../../core/result.ts';
import { deriveBearer } from '../../health/bearer.ts';
import { checkCapsule, granteeIdOf, type Capsule } from '../../health/capsule.ts';
import { deriveEncryptionKeyPair, type EncryptionKeyPair } from '../../health/hpke.ts';
import { decodeManifest } from '../../health/manifest.ts';
import { openCapsule } from '../../health/sealed-capsule.ts';
import { StoreFault } from '../ports.ts';
import { chainTimeS, type PersonContext } from './context.ts';
import type { InboxData, InboxTerms, ReadableRecord } from './row-types.ts';
import { readConfirmed, type SlotVersion } from './slots.ts';

export interface OpenedCapsule {
  readonly terms: InboxTerms;
  /** The version of the record that may be read, with its key. */
  readonly current: ReadableRecord;
}

/**
 * `revoked`, `expired`: it is right, and says that nothing may be read. `not-here`: its bytes are damaged or gone, and have
 * to be fetched again. `bad`: it is no capsule for this person, or not made by whom it says.
 */
export type CapsuleRefusal = 'revoked' | 'expired' | 'not-here' | 'bad';

export class CapsuleOpener {
  private readonly context: PersonContext;
  private ownPair: Promise<EncryptionKeyPair> | undefined;

  constructor(context: PersonContext) {
    this.context = context;
  }

  /** The capsule's document has been fetched. */
  async open(row: InboxData, slot: SlotVersion): Promise<Result<OpenedCapsule, CapsuleRefusal>> {
    const keyPair = await this.keyPairOf(row);
    const opened = await this.openDocument(slot, keyPair);
    if (!opened.ok) return opened;
    const capsule = opened.value;
    const granteeId = granteeIdOf(keyPair.publicKey);
    const verdict = checkCapsule(capsule, { nowS: chainTimeS(this.context.core), granteeId, place: slot });
    if (!verdict.ok) {
      if (verdict.code === 'consent-revoked') return reject('revoked');
      return verdict.code === 'consent-expired' ? reject('expired') : reject('bad', verdict.code);
    }
    assert(capsule.current, 'an active capsule has a key');
    if (row.terms && !isSameGrant(row.terms, capsule)) return reject('bad', 'another record or grantor than before');
    const { version, blobId, contentKey } = capsule.current;
    const record = await readConfirmed(this.context.core, capsule.consent.record.slotId);
    if (record && !equalBytes(record.ownerKey, capsule.recordOwnerKey))
      return reject('bad', 'not the slot of that record');
    return {
      ok: true,
      value: { terms: termsOf(capsule, slot), current: { version, blobId, contentKey: toHex(contentKey) } },
    };
  }

  private async openDocument(slot: SlotVersion, keyPair: EncryptionKeyPair): Promise<Result<Capsule, CapsuleRefusal>> {
    const { blobs, cipher } = this.context.core.ports;
    try {
      const manifest = await blobs.getManifest(slot.blobId);
      const decoded = manifest && decodeManifest(manifest);
      if (!decoded?.ok) return reject('not-here', 'manifest');
      const readChunk = (index: number) => blobs.getChunk(slot.blobId, index);
      const opened = await openCapsule(decoded.value, readChunk, { keyPair }, slot, cipher);
      if (opened.ok) return opened;
      const isLost = opened.code === 'chunk-missing' || opened.code === 'chunk-damaged';
      return reject(isLost ? 'not-here' : 'bad', opened.code);
    } catch (fault) {
      if (!(fault instanceof StoreFault) || fault.code !== 'corrupt-row') throw fault;
      this.context.core.reportFault(fault);
      return reject('not-here', fault.row);
    }
  }

  private keyPairOf(row: InboxData): Promise<EncryptionKeyPair> {
    if (row.key.kind === 'organisation') {
      this.ownPair ??= deriveEncryptionKeyPair(this.context.identity.encryptionSeed);
      return this.ownPair;
    }
    const seed = fromHex(row.key.seed);
    assert(seed, 'seed of a link');
    return deriveEncryptionKeyPair(deriveBearer(seed).encryptionSeed);
  }
}

/** A new version of a capsule renews one grant: it cannot become another's, or one for another record. */
function isSameGrant(terms: InboxTerms, capsule: Capsule): boolean {
  return (
    terms.recordSlotId === capsule.consent.record.slotId &&
    terms.recordOwnerKey === toHex(capsule.recordOwnerKey) &&
    terms.grantorKey === toHex(capsule.consent.grantor.publicKey)
  );
}

function termsOf(capsule: Capsule, slot: SlotVersion): InboxTerms {
  const { consent, requestId } = capsule;
  return {
    capsuleVersion: slot.version,
    capsuleBlobId: slot.blobId,
    title: consent.record.title,
    patientName: consent.patientName,
    grantorName: consent.grantor.name,
    grantorKey: toHex(consent.grantor.publicKey),
    purpose: consent.purpose,
    expiresAtS: consent.expiresAtS,
    ...(requestId ? { requestId: toHex(requestId) } : {}),
    recordSlotId: consent.record.slotId,
    recordOwnerKey: toHex(capsule.recordOwnerKey),
  };
}
