/**
 * The node's API: all that the user interface, lessons and scripts see of a running node. On lab networks the page offers
 * it as `window.medmesh`; on networks for real records it stays inside.
 *
 * Two directions: commands, each answered by an Outcome, and a read model that the node publishes slice by slice whenever
 * it changed. Everything is plain data that survives structured cloning; nothing here throws for a user's mistake.
 */
import type { PatientSummary, RecordItem, RecordSummary, Section } from '../health/fhir/display-model.ts';
import type { LogRow } from './log-event.ts';

export type { LogEvent, LogRow } from './log-event.ts';

// ---------------------------------------------------------------- outcomes

/** Why something did not work. The interface has words for each: what happened, what is safe, what to do. */
export const PROBLEM_CODES = [
  // files
  'file-too-large',
  'file-empty',
  'file-not-json',
  'file-not-fhir',
  'file-unsupported-version',
  'file-no-entries',
  'file-unreadable',
  // links and QR codes
  'link-damaged',
  'link-unknown-version',
  'link-other-network',
  'link-own',
  'link-expired',
  'network-unsupported',
  'organisation-unknown',
  // vault
  'wrong-passphrase',
  'passphrase-too-short',
  'vault-locked',
  'vault-corrupt',
  // records
  'record-unknown',
  'record-erased',
  'record-not-here-yet',
  'record-damaged',
  'patient-differs',
  'grant-unknown',
  'grant-ended',
  'expiry-in-past',
  'text-invalid',
  // coins and transactions
  'address-invalid',
  'amount-invalid',
  'balance-too-low',
  'transaction-refused',
  'block-unknown',
  // the tab and its disk
  'storage-full',
  'storage-failed',
  'node-starting',
  'code-unavailable',
  'node-halted',
  'cancelled',
  'internal',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

export interface Problem {
  readonly code: ProblemCode;
  /** For the folded-away part: a reject code, a line number, a row name. */
  readonly detail?: string;
}

export type Outcome<T = null> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

// ---------------------------------------------------------------- read model

export type Realm = 'lab' | 'records';
export type RelayView = 'connecting' | 'online' | 'offline';

export interface NodeView {
  readonly phase: 'starting' | 'locked' | 'running' | 'halted';
  /** Why the node stopped; its data is kept. */
  readonly halted?: Problem;
  readonly network: {
    readonly id: string;
    readonly name: string;
    readonly realm: Realm;
    readonly consensus: 'pow' | 'committee';
    readonly blockIntervalS: number;
    readonly genesisHash: string;
  };
  readonly peerId: string;
  readonly relay: RelayView;
  readonly peerCount: number;
  /** Median offset of the peers' clocks against ours, ms; shown when large. */
  readonly clockOffsetMs: number;
  readonly vault: { readonly state: 'opening' | 'open' | 'locked' | 'corrupt'; readonly hasPassphrase: boolean };
  /** What this tab calls itself towards others; empty until set. */
  readonly personName: string;
}

export interface SyncView {
  readonly state: 'idle' | 'headers' | 'blocks';
  /** Blocks checked and connected, of those known to be ahead when the sync began. */
  readonly done: number;
  readonly total: number;
}

export interface BlockRow {
  readonly hash: string;
  readonly height: number;
  readonly timeS: number;
  readonly transactionCount: number;
  readonly bytes: number;
  /** bech32m address of the miner; undefined for genesis. */
  readonly miner?: string;
  readonly mine: boolean;
}

export interface ChainView {
  readonly tip: BlockRow;
  readonly bestHeaderHeight: number;
  readonly sync: SyncView;
  /** Newest first, at most 30. */
  readonly recent: readonly BlockRow[];
  /** Expected hashes per block at the present target. */
  readonly expectedHashes: number;
  /** Hex. */
  readonly chainwork: string;
  readonly lastReorg?: { readonly depth: number; readonly atMs: number };
}

export type TransactionKind = 'coinbase' | 'transfer' | 'identity' | 'seal';

export interface TransactionRow {
  readonly txid: string;
  readonly kind: TransactionKind;
  readonly bytes: number;
  readonly fee: bigint;
  readonly stampBits: number;
  readonly mine: boolean;
}

export interface MempoolView {
  readonly count: number;
  readonly bytes: number;
  /** Best first, at most 50. */
  readonly rows: readonly TransactionRow[];
}

export interface MiningView {
  readonly on: boolean;
  readonly threads: number;
  readonly threadsMax: number;
  readonly hashesPerSecond: number;
  /** At the present rate and target; undefined while there is no rate. */
  readonly expectedWaitS?: number;
  readonly blocksFound: number;
}

export interface PeerRow {
  readonly peerId: string;
  readonly outbound: boolean;
  readonly height: number;
  /** Round trip of the last ping, ms. */
  readonly latencyMs?: number;
  readonly connectedAtMs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly score: number;
}

export interface GonePeerRow {
  readonly peerId?: string;
  /** Stable reason code, such as `timeout`, `bad-frame`, `bad-body-root`, `remote:pagehide`. */
  readonly reason: string;
  readonly atMs: number;
  readonly banned: boolean;
}

export interface PeersView {
  readonly peers: readonly PeerRow[];
  /** Newest first, at most 30. */
  readonly gone: readonly GonePeerRow[];
  /** Others the relay knows in the room, connected or not. */
  readonly rosterCount: number;
}

export interface WalletRow {
  readonly txid: string;
  readonly type: 'mined' | 'sent' | 'received';
  readonly amount: bigint;
  readonly fee: bigint;
  readonly other?: string;
  /** Undefined while waiting in the mempool. */
  readonly height?: number;
}

export interface WalletView {
  readonly address: string;
  /** In grains; one coin is 100,000,000. */
  readonly spendable: bigint;
  /** Mined but not yet matured. */
  readonly immature: bigint;
  /** Newest first, at most 50. */
  readonly history: readonly WalletRow[];
}

/** Where a document stands on its way into the chain. */
export type AnchorState = 'saving' | 'sent' | 'recorded';

export interface RecordRow {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly patients: readonly PatientSummary[];
  readonly entryCount: number;
  readonly problemCount: number;
  /** Of the file as imported. */
  readonly bytes: number;
  readonly version: number;
  readonly savedAtMs: number;
  readonly anchor: AnchorState;
  readonly erased: boolean;
  /** Other nodes known to hold every chunk of the current version. */
  readonly keepers: number;
}

export type Purpose = 'TREAT' | 'HPAYMT' | 'HRESCH' | 'FAMRQT' | 'PATRQT' | 'ETREAT';

/** A version of a record as it was when somebody was given the key to it: the record may have been replaced since. */
export interface GivenVersion {
  readonly title: string;
  readonly version: number;
}

export interface GrantRow {
  readonly id: string;
  readonly recordId: string;
  readonly first: GivenVersion;
  readonly last: GivenVersion;
  readonly to: { readonly kind: 'link' | 'organisation'; readonly name: string };
  readonly purpose: Purpose;
  readonly createdAtMs: number;
  readonly expiresAtS: number;
  readonly state: 'active' | 'expired' | 'revoked';
  readonly anchor: AnchorState;
  /** Other nodes known to hold both the consent and the current version of the record; 0 once the grant has ended. */
  readonly keepers: number;
  /** The share link, for link grants: anyone who has it can read until it ends. */
  readonly link?: string;
}

export interface InboxRow {
  readonly id: string;
  /** What the consent says: unknown until it is here and the grantor's signature over it has been checked. */
  readonly terms?: {
    readonly title: string;
    readonly grantorName: string;
    readonly purpose: Purpose;
    readonly expiresAtS: number;
    readonly requestId?: string;
  };
  readonly patients: readonly PatientSummary[];
  /** Whom the version before named, where one that came since names somebody else. */
  readonly formerPatients?: readonly PatientSummary[];
  readonly receivedAtMs: number;
  /** Of the record: newest readable here, and the one that came first; 0 while there is none. */
  readonly version: number;
  readonly firstVersion: number;
  /** `waiting`: whoever is here has not got what it takes. */
  readonly state: 'waiting' | 'fetching' | 'ready' | 'revoked' | 'expired' | 'erased';
  readonly fetched: { readonly done: number; readonly total: number };
}

export interface RequestRow {
  readonly id: string;
  /** In the clinic's words, such as `Medicines and allergies`. */
  readonly wants: string;
  readonly purpose: Purpose;
  readonly untilS: number;
  readonly link: string;
  readonly receivedCount: number;
}

export type OrganisationRole = 'clinic' | 'pharmacy' | 'insurer' | 'manufacturer';

export interface ProfileView {
  readonly state: 'none' | 'sent' | 'recorded';
  readonly name: string;
  readonly role: OrganisationRole;
  /** Six digits that both sides see: the same people, the same keys. */
  readonly digits: string;
}

export interface StorageView {
  readonly chainBlocks: number;
  readonly blobBytes: number;
  /** Of the whole origin, as the browser reports it. */
  readonly usedBytes?: number;
  readonly quotaBytes?: number;
  readonly acceptingBlobs: boolean;
  /** Damaged rows met, and whether they were mended from peers. */
  readonly damaged: readonly { readonly row: string; readonly mended: boolean; readonly atMs: number }[];
}

export interface TaskRow {
  readonly id: string;
  readonly type: 'import';
  readonly label: string;
  readonly step: 'reading' | 'checking' | 'sealing' | 'saving' | 'failed';
  readonly done: number;
  readonly total: number;
  readonly problem?: Problem;
}

export interface ReadModel {
  readonly node: NodeView;
  readonly chain: ChainView;
  readonly mempool: MempoolView;
  readonly mining: MiningView;
  readonly peers: PeersView;
  readonly wallet: WalletView;
  readonly records: readonly RecordRow[];
  readonly grants: readonly GrantRow[];
  readonly inbox: readonly InboxRow[];
  readonly requests: readonly RequestRow[];
  readonly profile: ProfileView;
  readonly storage: StorageView;
  readonly tasks: readonly TaskRow[];
  /** Newest last, at most 200. */
  readonly log: readonly LogRow[];
}

export type Slice = keyof ReadModel;
/** The slices that changed since the last call; the first call carries all of them. Coalesced to a few a second. */
export type ModelListener = (changed: Partial<ReadModel>) => void;

// ---------------------------------------------------------------- details asked for one at a time

export interface BlockDetail extends BlockRow {
  /** 112 bytes in hex: paste them into any SHA-256 tool and get the hash. */
  readonly headerHex: string;
  readonly fields: {
    readonly version: number;
    readonly extraNonce: number;
    readonly prevHash: string;
    readonly bodyRoot: string;
    readonly stateRoot: string;
    readonly timeS: number;
    readonly bits: string;
    readonly nonce: number;
  };
  /** Hex of the target the hash had to meet. */
  readonly target: string;
  readonly transactions: readonly (TransactionRow & { readonly summary: TransactionSummary })[];
}

/** What a transaction says, in fields; amounts in grains, ids in hex or bech32m. */
export type TransactionSummary =
  | { readonly kind: 'coinbase'; readonly to: string; readonly amount: bigint }
  | { readonly kind: 'transfer'; readonly from: string; readonly to: string; readonly amount: bigint }
  | { readonly kind: 'identity'; readonly account: string; readonly name: string; readonly role: OrganisationRole }
  | {
      readonly kind: 'seal';
      readonly slot: string;
      readonly version: number;
      readonly erased: boolean;
      readonly sizeBucket: number;
    };

export interface OpenedRecord {
  readonly id: string;
  readonly version: number;
  readonly summary: RecordSummary;
}

export interface ReplacementPreview {
  readonly summary: RecordSummary;
  /** The file names another patient than the present version. */
  readonly otherPatient: boolean;
}

export type LinkDescription =
  | { readonly kind: 'invite'; readonly networkName: string }
  | {
      readonly kind: 'share';
      readonly networkName: string;
      /** When it ends, Unix seconds. */
      readonly untilS: number;
    }
  | {
      readonly kind: 'request';
      readonly networkName: string;
      readonly organisation: {
        readonly account: string;
        readonly name: string;
        readonly role: OrganisationRole;
        readonly digits: string;
      };
      readonly requestId: string;
      readonly wants: string;
      readonly purpose: Purpose;
      readonly untilS: number;
    };

export interface ShareOrder {
  readonly recordId: string;
  readonly to:
    | { readonly kind: 'link'; readonly label: string }
    | { readonly kind: 'organisation'; readonly account: string; readonly requestId?: string };
  readonly purpose: Purpose;
  /** Unix seconds; by block time. */
  readonly expiresAtS: number;
}

// ---------------------------------------------------------------- commands

export interface NodeApi {
  /** Calls `listener` at once with the whole read model, then with what changed. Returns a number for `unsubscribe`. */
  subscribe(listener: ModelListener): Promise<number>;
  unsubscribe(subscription: number): Promise<void>;

  // network
  /** A link (URL fragment, without origin) that brings another tab into this network. */
  inviteLink(): Promise<string>;
  setPersonName(name: string): Promise<Outcome>;

  // chain
  setMining(on: boolean, threads: number): Promise<Outcome>;
  /** By height or hash (hex). */
  getBlock(id: number | string): Promise<Outcome<BlockDetail>>;
  transfer(order: {
    readonly to: string;
    readonly amount: bigint;
    readonly fee: bigint;
  }): Promise<Outcome<{ readonly txid: string }>>;

  // records
  /** Reads, checks, seals and stores a FHIR file, then records it on the chain. Progress is in `tasks`. */
  importRecord(file: Blob, name: string): Promise<Outcome<{ readonly recordId: string }>>;
  /** What replacing a record with this file would change. Nothing is stored or sent. */
  previewReplacement(recordId: string, file: Blob, name: string): Promise<Outcome<ReplacementPreview>>;
  /**
   * A new version of a record, under a new key; those with a running grant receive it. A file that names another patient
   * than the present version is refused with `patient-differs`, unless the person means it.
   */
  replaceRecord(
    recordId: string,
    file: Blob,
    name: string,
    options?: { readonly allowOtherPatient: boolean },
  ): Promise<Outcome<{ readonly version: number }>>;
  /** Erases a record everywhere this network reaches: keepers drop it; copies already read stay with who read them. */
  eraseRecord(recordId: string): Promise<Outcome>;
  /** Own record or inbox item. */
  openRecord(id: string): Promise<Outcome<OpenedRecord>>;
  listSection(id: string, section: Section, from: number, count: number): Promise<Outcome<readonly RecordItem[]>>;
  /** The file as it was imported, for saving. */
  exportRecord(id: string): Promise<Outcome<{ readonly name: string; readonly bytes: Uint8Array }>>;
  /** Stops an import; nothing half-done stays. */
  cancelTask(taskId: string): Promise<Outcome>;

  // sharing
  /** What a link says, without acting on it. */
  describeLink(link: string): Promise<Outcome<LinkDescription>>;
  share(order: ShareOrder): Promise<Outcome<{ readonly grantId: string; readonly link?: string }>>;
  revoke(grantId: string): Promise<Outcome>;
  /** Takes what a share link points to into the inbox. */
  acceptShare(link: string): Promise<Outcome<{ readonly inboxId: string }>>;
  removeFromInbox(inboxId: string): Promise<Outcome>;

  // organisations
  publishProfile(profile: { readonly name: string; readonly role: OrganisationRole }): Promise<Outcome>;
  createRequest(request: {
    readonly wants: string;
    readonly purpose: Purpose;
    readonly untilS: number;
  }): Promise<Outcome<{ readonly requestId: string; readonly link: string }>>;
  closeRequest(requestId: string): Promise<Outcome>;

  // vault
  unlock(passphrase: string): Promise<Outcome>;
  setPassphrase(current: string | undefined, next: string | undefined): Promise<Outcome>;
  /** The twelve words from which every key comes back. */
  recoveryPhrase(passphrase?: string): Promise<Outcome<{ readonly words: readonly string[] }>>;
}
