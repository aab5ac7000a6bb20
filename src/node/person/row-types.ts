/**
 * What the person's tab remembers, row by row. Plain JSON: bytes are lowercase hex, amounts decimal. Rows are stored
 * encrypted and authenticated under a key of the person's own (sealed-rows.ts), so what is read back is what was written.
 */
import type { BlobId, SlotId, TxId } from '../../core/ids.ts';
import type { PatientSummary } from '../../health/fhir/display-model.ts';
import type { GivenVersion, OrganisationRole, Purpose } from '../api.ts';

export interface SettingsRow {
  readonly personName: string;
}

/** How far the chain was walked for this person. */
export interface PositionRow {
  /** Nearest first, ever further apart: where to take up after a reorg that happened while nobody looked. */
  readonly trail: readonly { readonly height: number; readonly hash: string }[];
}

/** Own slot indices still to be had: `next` up to, not including, `end`. */
export interface SlotIndexRow {
  readonly next: number;
  readonly end: number;
}

/** A document in an own slot, as last sealed. */
interface OwnDocument {
  readonly slotId: SlotId;
  /** Of `Identity.ownSlot`. */
  readonly slotIndex: number;
  readonly version: number;
  readonly blobId: BlobId;
}

export interface RecordData extends OwnDocument {
  readonly title: string;
  readonly kind: string;
  readonly patients: readonly PatientSummary[];
  readonly entryCount: number;
  readonly problemCount: number;
  readonly bytes: number;
  readonly fileName: string;
  readonly savedAtMs: number;
  /** 32 bytes; empty once erased. */
  readonly contentKey: string;
  readonly erased: boolean;
}

export interface GrantData extends OwnDocument {
  readonly recordId: SlotId;
  readonly to:
    | { readonly kind: 'link'; readonly name: string }
    | {
        readonly kind: 'organisation';
        readonly name: string;
        /** As they were when the person chose this organisation. */
        readonly encryptionKey: string;
        readonly scanKey: string;
        readonly requestId?: string;
      };
  readonly purpose: Purpose;
  readonly createdAtMs: number;
  readonly expiresAtS: number;
  readonly revoked: boolean;
  /** Versions of the record whose keys the grantee was given: the first, and the newest so far. */
  readonly first: GivenVersion;
  readonly last: GivenVersion;
}

/** A version of somebody's record, and the key to it. */
export interface ReadableRecord {
  readonly version: number;
  readonly blobId: BlobId;
  readonly contentKey: string;
}

/** What the newest capsule opened here says. */
export interface InboxTerms {
  readonly capsuleVersion: number;
  readonly capsuleBlobId: BlobId;
  readonly title: string;
  readonly patientName: string;
  readonly grantorName: string;
  readonly grantorKey: string;
  readonly purpose: Purpose;
  readonly expiresAtS: number;
  readonly requestId?: string;
  readonly recordSlotId: SlotId;
  readonly recordOwnerKey: string;
}

export interface InboxData {
  /** Of the capsule. */
  readonly slotId: SlotId;
  /** How the capsule is opened: by a link's seed, or as the organisation that this person is. */
  readonly key:
    { readonly kind: 'link'; readonly seed: string; readonly untilS: number } | { readonly kind: 'organisation' };
  readonly receivedAtMs: number;
  readonly terms?: InboxTerms;
  /** What can be read now. */
  readonly readable?: ReadableRecord;
  /** A newer version whose key is here, and whose document is on its way. */
  readonly next?: ReadableRecord;
  /** Of the version read last. */
  readonly patients: readonly PatientSummary[];
  /** Of the version before, where one read since names somebody else. */
  readonly formerPatients?: readonly PatientSummary[];
  /** Version of the record that was read first. */
  readonly firstVersion?: number;
  readonly ended?: 'revoked' | 'expired' | 'erased';
  /** Taken out by the person: kept as a mark, so that the next version of the capsule does not bring it back. */
  readonly removed?: true;
}

export interface RequestData {
  readonly id: string;
  readonly wants: string;
  readonly purpose: Purpose;
  readonly untilS: number;
  readonly createdAtMs: number;
}

export interface ProfileData {
  readonly name: string;
  readonly role: OrganisationRole;
  readonly txid: TxId;
}

/** Whose key signs a transaction, so that it can be stamped and signed anew. */
export type Signer =
  | { readonly kind: 'account' }
  | { readonly kind: 'slot'; readonly index: number }
  /** A key made for this transaction alone. */
  | { readonly kind: 'once'; readonly secret: string };

/** The version of an own slot that a transaction makes. */
export interface OutboxSlot {
  readonly slotId: SlotId;
  readonly version: number;
  /** After this one there is nothing of the slot to keep. */
  readonly erases: boolean;
}

/** An own transaction on its way into the chain; one of a slot stays as long as the slot holds something. */
export interface OutboxData {
  readonly txid: TxId;
  /** Encoded. */
  readonly tx: string;
  readonly signer: Signer;
  /** Of a seal. */
  readonly slot?: OutboxSlot;
  readonly createdAtMs: number;
  /** Of the block that holds it. */
  readonly height?: number;
}

export interface WalletEntry {
  readonly txid: TxId;
  readonly type: 'mined' | 'sent' | 'received';
  readonly amount: string;
  readonly fee: string;
  readonly other?: string;
  readonly height?: number;
}

export interface WalletData {
  /** Newest first. */
  readonly history: readonly WalletEntry[];
}

/** Tables by name; those with one row only have it under `own`. */
export interface Tables {
  readonly settings: SettingsRow;
  readonly position: PositionRow;
  readonly slotIndex: SlotIndexRow;
  readonly record: RecordData;
  readonly grant: GrantData;
  readonly inbox: InboxData;
  readonly request: RequestData;
  readonly profile: ProfileData;
  readonly outbox: OutboxData;
  readonly wallet: WalletData;
}

export type TableName = keyof Tables;
export const OWN = 'own';
