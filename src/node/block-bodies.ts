/**
 * Bodies of blocks that are not connected: in memory since they came, or on the disk, where a reorg took them off or where
 * the state had to be dropped below them. All of them fit their headers; none is checked against the state yet.
 */
import { bodyRootOf, decodeBody, encodeBody, type Body } from '../core/block.ts';
import { equalBytes } from '../core/bytes.ts';
import type { ConsensusEngine } from '../core/consensus.ts';
import { HEADER_BYTES, type Header } from '../core/header.ts';
import type { HeaderIndex } from '../core/header-index.ts';
import type { BlockHash } from '../core/ids.ts';
import type { IndexedHeader } from '../core/indexed-header.ts';
import { accept, reject, type Result } from '../core/result.ts';
import { BoundedMap } from './bounded.ts';
import { damagedBlock, isDamage } from './damage.ts';
import { CONNECT_BATCH_BLOCKS } from './params.ts';
import { PendingBodies, type PendingBody } from './pending-bodies.ts';
import type { ChainStore, StoreFault } from './ports.ts';
import { StoredAbove } from './stored-above.ts';

const DISCONNECTED_REMEMBERED = 200;

export class BlockBodies {
  private readonly pending = new PendingBodies();
  private readonly storedAbove: StoredAbove;
  /** Taken off in this session; the store keeps their bodies for a while. */
  private readonly disconnected = new BoundedMap<BlockHash, IndexedHeader>(DISCONNECTED_REMEMBERED);
  private readonly store: ChainStore;
  private readonly engine: ConsensusEngine;
  private readonly onDamaged: (fault: StoreFault) => void;

  /** @param onDamaged  a row that counts as missing from here on */
  constructor(
    parts: { store: ChainStore; index: HeaderIndex; engine: ConsensusEngine },
    onDamaged: (fault: StoreFault) => void,
  ) {
    this.store = parts.store;
    this.engine = parts.engine;
    this.onDamaged = onDamaged;
    this.storedAbove = new StoredAbove(parts.store, parts.index, onDamaged);
  }

  /** In memory. */
  get waitingCount(): number {
    return this.pending.count;
  }

  get waitingBytes(): number {
    return this.pending.bytes;
  }

  /** On the disk, to be connected anew. */
  get storedAboveCount(): number {
    return this.storedAbove.count;
  }

  /** Once, at the tip that was stored. Throws StoreFault, see StoredAbove. */
  open(tip: IndexedHeader): Promise<void> {
    return this.storedAbove.load(tip);
  }

  has({ hash }: IndexedHeader): boolean {
    return this.pending.has(hash) || this.isOnDisk(hash);
  }

  /**
   * Takes in what is said to be this header's body, or says why not.
   * @param given  encoded, as somebody sent it, or put together here
   */
  add(block: IndexedHeader, given: Uint8Array | Body, tipHeight: number): Result<Body> {
    const isEncoded = given instanceof Uint8Array;
    const bytes = isEncoded ? given : encodeBody(given);
    const { engine } = this;
    const body = isEncoded ? bodyOf(engine, block.header, bytes) : fit(engine, block.header, given, bytes.length);
    if (body.ok) this.pending.add({ block, body: body.value, bytes, isStored: false }, tipHeight);
    return body;
  }

  /** Blocks whose bodies are here; of those on the disk above the tip, the next ones. */
  here(tip: IndexedHeader): IndexedHeader[] {
    const waiting = [...this.pending.values()].map(({ block }) => block);
    return [...waiting, ...this.disconnected.values(), ...this.storedAbove.next(tip, CONNECT_BATCH_BLOCKS)];
  }

  /** One that is damaged on the disk is as good as not here: it is fetched again. */
  async find(block: IndexedHeader): Promise<PendingBody | undefined> {
    const { hash, header } = block;
    const waiting = this.pending.get(hash);
    if (waiting) return { ...waiting, block };
    const read = this.isOnDisk(hash) ? await this.read(hash, header) : undefined;
    if (read) return { block, ...read, isStored: this.storedAbove.has(hash) };
    this.disconnected.delete(hash);
    this.storedAbove.delete(hash);
    return undefined;
  }

  /** From here on they count as missing. */
  forgetDisconnected(blocks: readonly IndexedHeader[]): void {
    for (const { hash } of blocks) this.disconnected.delete(hash);
  }

  /** The chain moved to a new tip. */
  onCommit(tip: IndexedHeader, disconnected: readonly IndexedHeader[], connected: readonly IndexedHeader[]): void {
    for (const block of disconnected) this.disconnected.set(block.hash, block);
    for (const { hash } of connected) {
      this.pending.delete(hash);
      this.disconnected.delete(hash);
      this.storedAbove.delete(hash);
    }
    this.storedAbove.onTip(tip);
  }

  /** Of those in memory. */
  deleteWhere(isUseless: (block: IndexedHeader) => boolean): void {
    this.pending.deleteWhere(isUseless);
  }

  private isOnDisk(hash: BlockHash): boolean {
    return this.disconnected.get(hash) !== undefined || this.storedAbove.has(hash);
  }

  private async read(hash: BlockHash, header: Header): Promise<Pick<PendingBody, 'body' | 'bytes'> | undefined> {
    try {
      const stored = await this.store.getBlock(hash);
      // The store lets disconnected blocks go after a while.
      if (!stored) return undefined;
      const body = bodyOf(this.engine, header, stored.body);
      if (!body.ok) throw damagedBlock(hash);
      return { body: body.value, bytes: stored.body };
    } catch (fault) {
      if (!isDamage(fault)) throw fault;
      this.onDamaged(fault);
      return undefined;
    }
  }
}

/** The body of this header, encoded by anybody; or the code of the rule between them that it breaks. */
export function bodyOf(engine: ConsensusEngine, header: Header, bytes: Uint8Array): Result<Body> {
  const body = decodeBody(bytes, engine.spec.blockBytesMax);
  return body.ok ? fit(engine, header, body.value, bytes.length) : reject(`body-${body.code}`, body.detail);
}

/** Rules that tie a body to its header. A body that breaks one says nothing of the header: somebody else may have the true body. */
function fit(engine: ConsensusEngine, header: Header, body: Body, bytesLong: number): Result<Body> {
  if (bytesLong > engine.spec.blockBytesMax - HEADER_BYTES) return reject('body-oversized', `${bytesLong} bytes`);
  if (!equalBytes(bodyRootOf(body), header.bodyRoot)) return reject('bad-body-root');
  const sealed = engine.checkSeal(body.seal);
  return sealed.ok ? accept(body) : sealed;
}
