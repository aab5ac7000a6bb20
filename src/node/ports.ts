/**
 * Everything the node asks of the world. A tab plugs in IndexedDB, WebRTC and workers; the simulator plugs in a virtual
 * clock, network and disk. Each port has a contract suite (tests/contract) that every implementation passes.
 *
 * Faults of the world are Error subclasses with a stable `code` (StoreFault, VerifierFault...), never verdicts:
 * a crashed verifier is not an invalid block.
 */
import type { BlobId, BlockHash, StateKey } from '../core/ids.ts';

import type { BulkCipher } from '../health/bulk-cipher.ts';

export type { BulkCipher };
export { fetchCode } from '../health/deferred-code.ts';

// ---------------------------------------------------------------- clock and randomness

export interface Clock {
  /** Wall-clock time, Unix milliseconds. May jump: the user owns the clock. */
  nowMs(): number;
  /** Calls back once, no sooner than `delayMs` from now. Returns the function that cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

export interface Rng {
  /** Cryptographically secure, `length` bytes. */
  bytes(length: number): Uint8Array;
}

// ---------------------------------------------------------------- transport

/** One connection to one peer, numbered by the transport; never reused while the node runs. */
export type LinkId = number;

/** Where a tab in the same room can be reached: named afresh by the relay at each connection, 32 lowercase hex digits. */
export type RendezvousId = string;

export type Priority = 'control' | 'bulk';

/** Whether the relay can introduce us: only needed for first links. */
export type RelayState = 'connecting' | 'online' | 'offline';

export interface LinkInfo {
  readonly link: LinkId;
  readonly rendezvous: RendezvousId;
  /** We dialled: decides who wins when two tabs dial each other at once. */
  readonly outbound: boolean;
  /**
   * 32 bytes both ends see alike and nobody between them can force to be equal on two links: the hash of both DTLS
   * fingerprints, lower one first. The handshake signs it, so a relay that swaps descriptions is found out.
   */
  readonly channelBinding: Uint8Array;
}

/** Another tab of the room, as its sealed presence announces it. Hostile until parsed. */
export interface RosterEntry {
  readonly rendezvous: RendezvousId;
  /** The bytes that tab gave to `Transport.start`; at most PRESENCE_BYTES_MAX. */
  readonly presence: Uint8Array;
}

export const PRESENCE_BYTES_MAX = 64;
/** One message, before framing. Longer ones are refused by `send` and close the link when received. */
export const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

export interface TransportHandlers {
  /** The tabs the relay now knows in the room, ourselves left out. Empty while the relay is away. */
  onRoster(roster: readonly RosterEntry[]): void;
  onRelayState(state: RelayState): void;
  onLink(info: LinkInfo): void;
  /** Whole messages, in order within a priority. `bytes` belongs to the receiver. */
  onMessage(link: LinkId, bytes: Uint8Array): void;
  /** The bulk queue has room again after `send` returned false. */
  onDrain(link: LinkId): void;
  /**
   * Once per link that opened, or per dial that never did (then `link` is undefined). `reason` is a stable code: the one
   * given to `close`, `remote:` and the one given at the other side, or why it failed or was lost.
   */
  onClosed(link: LinkId | undefined, rendezvous: RendezvousId, reason: string): void;
}

export interface Transport {
  start(presence: Uint8Array, handlers: TransportHandlers): void;
  /** Opens a link, or reports `onClosed`. Dialling one already linked or being dialled does nothing. */
  dial(rendezvous: RendezvousId): void;
  /**
   * Queues a message. False: the queue for this priority is full and nothing was queued; wait for `onDrain` (bulk) or
   * drop the peer (control). Sending on a closed link returns false.
   * `bytes` stays the caller's, who may send it on other links too, and does not change it afterwards.
   */
  send(link: LinkId, bytes: Uint8Array, priority: Priority): boolean;
  /** Sends what is queued at control priority, then closes. `reason` is told to the other side. */
  close(link: LinkId, reason: string): void;
  /** Says goodbye on every link and leaves the room at once; no handler is called from here on. May be started again. */
  stop(): void;
}

// ---------------------------------------------------------------- storage

export type StoreFaultCode = 'quota-exceeded' | 'aborted' | 'corrupt-row' | 'closed' | 'blocked' | 'unknown';

/**
 * The disk failed, not the data's author. `blocked`: another tab must be closed, or this one reloaded, first. With
 * `corrupt-row`, `row` names what was damaged: `tip`, `headers <first height>-<last height>`, `block <hash>`,
 * `undo <hash>`, `state <key>`, `manifest <blob id>`, `chunk <blob id> <index>`, `row <key>`, `vault`, or `schema` when
 * a database lacks its stores.
 */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';
  readonly code: StoreFaultCode;
  readonly row: string | undefined;
  constructor(code: StoreFaultCode, message: string, row?: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.row = row;
  }
}

export interface StoredBlock {
  readonly hash: BlockHash;
  readonly height: number;
  /** 112 bytes. */
  readonly header: Uint8Array;
  /** Encoded body (and seal), exactly as it crosses the wire. */
  readonly body: Uint8Array;
}

export interface StoredTip {
  readonly hash: BlockHash;
  readonly height: number;
  /** The ledger's lattice accumulator after this block, 2,048 bytes. */
  readonly accumulator: Uint8Array;
}

export interface ConnectedBlock extends StoredBlock {
  /** Takes the block off again. */
  readonly undo: Uint8Array;
  /** Header and body lie here already, above the tip since `dropChainstate`: they are not written again. */
  readonly isStored?: boolean;
}

/** One change of tip, or one batch of blocks while syncing: all of it is stored, or none. */
export interface ChainUpdate {
  /** Heights removed from the top of the main chain, highest first. */
  readonly disconnect: readonly { readonly hash: BlockHash; readonly height: number }[];
  /** Blocks added, lowest first. */
  readonly connect: readonly ConnectedBlock[];
  /** Values after the change; null deletes the key. */
  readonly state: ReadonlyMap<StateKey, Uint8Array | null>;
  readonly tip: StoredTip;
  /** Undo data below this height is let go: no reorg reaches that deep. */
  readonly undoFloor: number;
}

export interface ChainStore {
  /** The tip last committed, or undefined on a fresh profile. */
  loadTip(): Promise<StoredTip | undefined>;
  /**
   * Main-chain headers by height, `from` to at most `count` of them; the way the header index is rebuilt. After
   * `dropChainstate` they reach above the tip; those of a chain that was then left need not continue it.
   */
  loadHeaders(
    from: number,
    count: number,
  ): Promise<readonly { readonly hash: BlockHash; readonly header: Uint8Array }[]>;
  /** A main-chain block, or a disconnected one still kept. Throws StoreFault `corrupt-row` when its checksum fails. */
  getBlock(hash: BlockHash): Promise<StoredBlock | undefined>;
  getUndo(block: Pick<StoredBlock, 'hash' | 'height'>): Promise<Uint8Array | undefined>;
  /** One value per key, in order; undefined where the key is not in the state. */
  getState(keys: readonly StateKey[]): Promise<readonly (Uint8Array | undefined)[]>;
  /** The whole state in pages, in key order after `after`: for audits, snapshots and re-checks. */
  scanState(
    after: StateKey | undefined,
    count: number,
  ): Promise<readonly { readonly key: StateKey; readonly value: Uint8Array }[]>;
  /** One atomic transaction. Resolves when durable; on StoreFault nothing of it is stored. */
  commit(update: ChainUpdate): Promise<void>;
  /**
   * Overwrites a damaged row with a block fetched again and checked by the caller. Where its header is damaged too, that
   * comes back with it: a damaged range of headers is mended block by block.
   */
  repairBlock(block: StoredBlock): Promise<void>;
  /**
   * Forgets tip, undo data and state, atomically, and closes. All of them follow from headers and blocks, which stay: each
   * is connected anew by a commit that says `isStored`.
   */
  dropChainstate(): Promise<void>;
  /** Forgets the whole chain, atomically, and closes: nothing of it can be read any more, and it is fetched again. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Sealed documents, chunk by chunk: what this tab keeps for itself and for others. */
export interface BlobStore {
  putManifest(id: BlobId, manifest: Uint8Array): Promise<void>;
  getManifest(id: BlobId): Promise<Uint8Array | undefined>;
  putChunk(id: BlobId, index: number, chunk: Uint8Array): Promise<void>;
  /** Throws StoreFault `corrupt-row` when the row's checksum fails. */
  getChunk(id: BlobId, index: number): Promise<Uint8Array | undefined>;
  /** Indexes of the chunks present, ascending: how a transfer resumes after a reload. */
  listChunks(id: BlobId): Promise<readonly number[]>;
  list(): Promise<readonly BlobId[]>;
  delete(id: BlobId): Promise<void>;
  /** Bytes of chunks and manifests kept. */
  usedBytes(): Promise<number>;
  close(): Promise<void>;
}

export interface PrivateRows {
  readonly rows: ReadonlyMap<string, Uint8Array>;
  /** Keys of rows that fail their check: one damaged row must not hide the others. Writing such a key mends it. */
  readonly damaged: readonly string[];
}

/** The node's own small rows (records, grants, inbox, settings), already encrypted by the node. Keys: at most 128 ASCII characters. */
export interface PrivateStore {
  loadAll(): Promise<PrivateRows>;
  /** One atomic transaction; null deletes. Resolves when durable. */
  write(rows: ReadonlyMap<string, Uint8Array | null>): Promise<void>;
  close(): Promise<void>;
}

export interface StorageUse {
  readonly usedBytes: number;
  readonly quotaBytes: number;
}

/** How full the disk is, as far as this node may fill it: in a browser, what the whole origin uses and may use. */
export interface StorageMeter {
  /** Undefined where the platform does not tell. An estimate: platforms round, and may lag behind what was just written. */
  estimate(): Promise<StorageUse | undefined>;
}

// ---------------------------------------------------------------- workers

export interface MiningJob {
  /** 112 header bytes; the miner varies extraNonce (offset 2, 2 bytes) and nonce (offset 108, 4 bytes) only. */
  readonly header: Uint8Array;
  /** 32 bytes big-endian: the hash must not be above it. */
  readonly target: Uint8Array;
}

export interface MinerHandlers {
  /** A header that meets its target: the job's bytes with extraNonce and nonce filled in. Once a job; then it rests. */
  onFound(header: Uint8Array): void;
  /** Hashes per second of wall-clock time over the last second or so, all workers together. */
  onRate(hashesPerSecond: number): void;
  /** Both free fields are used up, or a worker died: the node gives a new job. */
  onStopped(reason: 'exhausted' | 'worker-died'): void;
}

export interface Miner {
  start(handlers: MinerHandlers): void;
  /** Replaces any job under way at once; nothing of an older job is reported after this call. */
  mine(job: MiningJob, threads: number): void;
  /** Ends the job and lets the workers go. Another `mine` may follow, with the same handlers. */
  stop(): void;
}

export class VerifierFault extends Error {
  override readonly name = 'VerifierFault';
  readonly code = 'verifier-died';
}

/** One check: 32 bytes of digest, 65 of signature, 33 of public key, packed in this order. */
export const VERIFY_ITEM_BYTES = 32 + 65 + 33;

export interface Verifier {
  /**
   * @param items  n packed checks, n x VERIFY_ITEM_BYTES
   * @returns n bytes, 1 valid, 0 not, in order. Rejects with VerifierFault when no verdict could be had.
   */
  verify(items: Uint8Array): Promise<Uint8Array>;
}

// ---------------------------------------------------------------- identity vault

/**
 * The person's secret, apart from every node database. Without a passphrase it is wrapped by a key the browser does not
 * hand out; with one, by Argon2id. Corrupt data is reported, never overwritten.
 */
export interface Vault {
  state(): Promise<'empty' | 'open' | 'locked' | 'corrupt'>;
  /** 16 or 32 bytes of entropy. Resolves when durable. Throws StoreFault when the vault is not empty. */
  create(entropy: Uint8Array): Promise<void>;
  /** The entropy; undefined when locked and the passphrase is wrong or missing. */
  open(passphrase?: string): Promise<Uint8Array | undefined>;
  /** Wraps anew. `passphrase` undefined goes back to the browser-held key. False when `current` is wrong. */
  setPassphrase(current: string | undefined, passphrase: string | undefined): Promise<boolean>;
  erase(): Promise<void>;
}

/** The ports of one node. */
export interface Ports {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly transport: Transport;
  readonly chain: ChainStore;
  readonly blobs: BlobStore;
  readonly rows: PrivateStore;
  readonly miner: Miner;
  readonly verifier: Verifier;
  readonly cipher: BulkCipher;
  readonly vault: Vault;
  /** Left out where there is nothing to measure. */
  readonly meter: StorageMeter;
}
