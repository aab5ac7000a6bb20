/**
 * Puts sealed documents into the person's own slots. Creating signs with a key made for that once, updating with the
 * slot's owner key; neither pays a fee, so the chain shows no account. The document is on the disk before its rows are,
 * and its rows and its transaction are stored as one before anything is sent.
 */
import { toHex } from '../../core/bytes.ts';
import { publicKeyOf } from '../../core/ecdsa.ts';
import type { BlobId, SlotId } from '../../core/ids.ts';
import type { Transaction } from '../../core/transaction.ts';
import { makeHint } from '../../health/hint.ts';
import type { SealedDocument } from '../../health/sealed-document.ts';
import { seal, slotIdOf, type SealPayload } from '../../ledger/seal.ts';
import { ERASED } from '../../ledger/slot-state.ts';
import { detailOf } from '../node-log.ts';
import type { PersonContext } from './context.ts';
import type { Outbox } from './outbox.ts';
import type { RowBatch } from './person-rows.ts';
import type { Signer } from './row-types.ts';
import { stampAndSign } from './stamper.ts';

const SECRET_BYTES = 32;

/** The slot a version is for. */
export interface OwnSlotVersion {
  readonly index: number;
  /** Undefined for the version that creates the slot. */
  readonly slotId: SlotId | undefined;
  readonly version: number;
}

/** A version of an own slot, signed, still to be stored and sent. */
export interface PreparedVersion {
  readonly slotId: SlotId;
  readonly version: number;
  readonly blobId: BlobId;
  /** Undefined for the version that erases the slot. */
  readonly document: SealedDocument | undefined;
  readonly tx: Transaction;
  readonly signer: Signer;
}

export class SlotSealer {
  private readonly context: PersonContext;
  private readonly outbox: Outbox;

  constructor(context: PersonContext, outbox: Outbox) {
    this.context = context;
    this.outbox = outbox;
  }

  /**
   * @param document  undefined to erase the slot
   * @param hintTo    scan key of whom it is for, 33 bytes; the person's own where it is for nobody else
   * @returns undefined when `hintTo` is no public key
   */
  async prepare(
    slot: OwnSlotVersion,
    document: SealedDocument | undefined,
    hintTo: Uint8Array,
  ): Promise<PreparedVersion | undefined> {
    const { identity, core } = this.context;
    const { ownerSecret, ownerPublic } = identity.ownSlot(slot.index);
    const blobId = document?.id ?? ERASED;
    const place = { ownerKey: ownerPublic, version: slot.version, blobId };
    const hint = makeHint(core.ports.rng.bytes(SECRET_BYTES), hintTo, place)?.hint;
    if (!hint) return undefined;
    const content = { docHash: blobId, sizeBucket: document?.sizeBucket ?? 0, hint };
    const payload: SealPayload =
      slot.slotId === undefined
        ? { action: 'create', ownerKey: ownerPublic, ...content }
        : { action: 'update', slotId: slot.slotId, version: slot.version, ...content };
    const encoded = seal.codec.encode(payload);
    const onceSecret = core.ports.rng.bytes(SECRET_BYTES);
    const secret = slot.slotId === undefined ? onceSecret : ownerSecret;
    const signer: Signer =
      slot.slotId === undefined ? { kind: 'once', secret: toHex(onceSecret) } : { kind: 'slot', index: slot.index };
    const draft = { kind: seal.number, sender: publicKeyOf(secret), accountNonce: 0, fee: 0n, payload: encoded };
    const tx = await stampAndSign(this.context, draft, secret);
    return { slotId: slot.slotId ?? slotIdOf(encoded), version: slot.version, blobId, document, tx, signer };
  }

  /**
   * Stores and sends a version. What `record` puts into the batch becomes durable together with the transaction.
   * Throws StoreFault; then nothing of it stays.
   */
  async publish(prepared: PreparedVersion, record: (batch: RowBatch) => void): Promise<void> {
    const { core, rows } = this.context;
    const { slotId, version, blobId, document, tx, signer } = prepared;
    let txid;
    try {
      if (document) await core.blobs.keep(blobId, document.manifest, document.chunks);
      txid = await rows.change((batch) => {
        record(batch);
        return this.outbox.add(batch, tx, signer, { slotId, version, erases: document === undefined });
      });
    } catch (fault) {
      if (document) await this.dropQuietly(blobId);
      throw fault;
    }
    const verdict = await this.outbox.submit(txid);
    // It is safe here, and is sent again: nothing for the person to do.
    if (!verdict.ok) core.log({ type: 'own-transaction-refused', txid, detail: detailOf(verdict) });
    if (document) core.blobs.findHolders(blobId);
  }

  /** Drops a document that its slot no longer names. */
  async dropQuietly(blobId: BlobId): Promise<void> {
    try {
      await this.context.core.blobs.drop(blobId);
    } catch (fault) {
      // What stays behind is ciphertext without an owner: it is collected at the next start.
      this.context.core.log({ type: 'document-not-dropped', blobId, detail: String(fault) });
    }
  }
}
