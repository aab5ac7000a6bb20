/**
 * The chain as this node holds it: one tip, one state, moved only by `submitBlock`. A block passes header check, body
 * check, signatures and ledger on a view; then block, state, undo data and tip are one commit, and only after it
 * resolved does anything in memory move. Judgements are values; nobody is punished here.
 */
import { decodeBody, NO_SEAL, type Body } from '../core/block.ts';
import { concatBytes, equalBytes } from '../core/bytes.ts';
import type { ConsensusEngine } from '../core/consensus.ts';
import type { HeaderIndex } from '../core/header-index.ts';
import type { BlockHash, StateKey } from '../core/ids.ts';
import type { IndexedHeader } from '../core/indexed-header.ts';
import type { Ledger } from '../core/ledger.ts';
import { emptyAccumulator, stateRootOf } from '../core/lthash.ts';
import { reorgPlan } from '../core/reorg.ts';
import { assert, reject, VALID, type Rejection, type Verdict } from '../core/result.ts';
import { preloadedState, StateView, type StateChanges, type StateReader } from '../core/state-view.ts';
import type { Transaction } from '../core/transaction.ts';
import { decodeUndo, encodeUndo, undoBlock } from '../core/undo.ts';
import { BlockBodies } from './block-bodies.ts';
import { BoundedMap } from './bounded.ts';
import { damagedBlock, isDamage } from './damage.ts';
import { CONNECT_BATCH_BLOCKS, CONNECT_BATCH_BYTES, PENDING_BODY_BYTES_MAX, UNDO_DEPTH } from './params.ts';
import type { PendingBody } from './pending-bodies.ts';
import type { SerialQueue } from './serial-queue.ts';
import { LOAD_PAGE } from './stored-above.ts';
import {
  StoreFault,
  type ChainStore,
  type Clock,
  type ConnectedBlock,
  type StoredTip,
  type Verifier,
} from './ports.ts';

/** A block on the main chain with its transactions at hand. */
export interface MainBlock {
  readonly at: IndexedHeader;
  readonly body: Body;
}

/** What one commit did. */
export interface TipChange {
  readonly tip: IndexedHeader;
  /** Highest first. One whose row is damaged comes without its transactions: `changes` still tells what they did. */
  readonly disconnected: readonly MainBlock[];
  /** Lowest first. */
  readonly connected: readonly MainBlock[];
  /** Of the state, over all of it. */
  readonly changes: StateChanges;
}

export interface ChainHandlers {
  /** Awaited before the next block is looked at: what follows the chain is never behind it. */
  onTipChange(change: TipChange): Promise<void>;
  /** A block whose body matched its header broke a rule: it and all that builds on it are out. */
  onInvalid(block: IndexedHeader, verdict: Rejection): void;
  /** A damaged row that the chain goes on without. */
  onDamaged(fault: StoreFault): void;
}

export interface ChainParts {
  readonly engine: ConsensusEngine;
  readonly ledger: Ledger;
  readonly index: HeaderIndex;
  readonly store: ChainStore;
  readonly verifier: Verifier;
  readonly clock: Clock;
}

const INVALID_REMEMBERED = 1_000;
const NO_BODY: Body = { seal: NO_SEAL, transactions: [] };

interface InvalidBlock {
  readonly block: IndexedHeader;
  readonly verdict: Rejection;
}

interface Batch {
  readonly disconnect: readonly IndexedHeader[];
  readonly connect: readonly PendingBody[];
}

export class ChainManager {
  private readonly parts: ChainParts;
  private readonly handlers: ChainHandlers;
  private readonly bodies: BlockBodies;
  /** The connected chain by height. */
  private readonly main: IndexedHeader[];
  private accumulator: Uint8Array = emptyAccumulator();
  private readonly queue: SerialQueue;
  private advancing: Promise<void> | undefined;
  private readonly invalid = new BoundedMap<BlockHash, Rejection>(INVALID_REMEMBERED);
  /** A signature checked once at the mempool's door need not be checked again in a block. */
  private isVerified: (tx: Transaction) => boolean = () => false;

  constructor(parts: ChainParts, queue: SerialQueue, handlers: ChainHandlers) {
    this.parts = parts;
    this.queue = queue;
    this.handlers = handlers;
    this.main = [parts.index.mainAt(0)!];
    this.bodies = new BlockBodies(parts, (fault) => handlers.onDamaged(fault));
  }

  get tip(): IndexedHeader {
    return this.main.at(-1)!;
  }

  get genesis(): IndexedHeader {
    return this.main[0]!;
  }

  get tipAccumulator(): Uint8Array {
    return this.accumulator;
  }

  rememberVerified(isVerified: (tx: Transaction) => boolean): void {
    this.isVerified = isVerified;
  }

  /**
   * Takes up the chain where the last commit left it; `resume` connects what is stored above that. Throws StoreFault when
   * what is stored contradicts itself.
   */
  async open(): Promise<void> {
    const stored = await this.parts.store.loadTip();
    if (stored) await this.loadMain(stored);
    await this.bodies.open(this.tip);
  }

  private async loadMain(stored: StoredTip): Promise<void> {
    const { store, index } = this.parts;
    for (let from = 1; from <= stored.height; from += LOAD_PAGE) {
      const page = await store.loadHeaders(from, Math.min(LOAD_PAGE, stored.height - from + 1));
      const loaded = index.loadTrusted(page);
      if (!loaded.ok) throw new StoreFault('corrupt-row', loaded.code, `headers from ${from}`);
      for (let height = from; height < from + page.length; height++) this.main.push(index.mainAt(height)!);
    }
    this.checkStoredTip(stored);
    this.accumulator = stored.accumulator;
    index.pin(stored.hash);
  }

  private checkStoredTip(stored: StoredTip): void {
    const { hash, height, header } = this.tip;
    if (hash !== stored.hash || height !== stored.height) {
      throw new StoreFault('corrupt-row', 'the tip is not the last header', 'tip');
    }
    if (!equalBytes(stateRootOf(stored.accumulator), header.stateRoot)) {
      throw new StoreFault('corrupt-row', 'the accumulator contradicts the tip', 'tip');
    }
  }

  at(height: number): IndexedHeader | undefined {
    return this.main[height];
  }

  isOnMain(block: IndexedHeader): boolean {
    return this.main[block.height] === block;
  }

  /** Whether a body need not be fetched: connected, or waiting to be. */
  hasBody(block: IndexedHeader): boolean {
    return this.isOnMain(block) || this.bodies.has(block);
  }

  /** Blocks on the disk that still have to be connected anew. */
  get storedAboveTip(): number {
    return this.bodies.storedAboveCount;
  }

  /** Bodies here that are not connected. */
  get waitingBodies(): number {
    return this.bodies.waitingCount;
  }

  get waitingBytes(): number {
    return this.bodies.waitingBytes;
  }

  /** Bodies that others need room for. */
  dropWaiting(isUseless: (block: IndexedHeader) => boolean): void {
    this.bodies.deleteWhere(isUseless);
  }

  readState(keys: readonly StateKey[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.parts.store.getState(keys);
  }

  /** A connected block's transactions. Throws StoreFault when its row is damaged. */
  async loadBlock(block: IndexedHeader): Promise<MainBlock> {
    if (block.height === 0) return { at: block, body: NO_BODY };
    const body = decodeBody(await this.readBody(block), this.parts.engine.spec.blockBytesMax);
    if (!body.ok) throw damagedBlock(block.hash);
    return { at: block, body: body.value };
  }

  /** A connected block's body as it is stored, for others to judge; not genesis, which has none. Throws as `loadBlock`. */
  async readBody({ hash }: IndexedHeader): Promise<Uint8Array> {
    const stored = await this.parts.store.getBlock(hash);
    if (!stored) throw damagedBlock(hash);
    return stored.body;
  }

  /** Judges a header and takes its place in the index: the first of the two checks of any block. */
  submitHeader(
    header: Uint8Array,
    seal: Uint8Array = NO_SEAL,
  ): ReturnType<HeaderIndex['insert']> | Rejection<'bad-seal'> {
    const sealed = this.parts.engine.checkSeal(seal);
    if (!sealed.ok) return sealed;
    return this.parts.index.insert(header, Math.floor(this.parts.clock.nowMs() / 1000));
  }

  /**
   * The one door for blocks, our own and peers'. Blocks that come while another is being connected share its next commit.
   * @param given  the body, encoded or put together here: then its transactions need not be decoded and judged anew
   * @returns the verdict on this header and body, once the chain has moved as far as it can; a block that has to wait for
   *   its parents is valid so far, and `onInvalid` may still speak of it later
   */
  async submitBlock(header: Uint8Array, given: Uint8Array | Body): Promise<Verdict> {
    const indexed = this.submitHeader(header);
    if (!indexed.ok) return indexed;
    const block = indexed.value;
    if (this.hasBody(block)) return VALID;
    const body = this.bodies.add(block, given, this.tip.height);
    if (!body.ok) return body;
    await this.requestAdvance();
    return this.invalid.get(block.hash) ?? VALID;
  }

  /** Goes on after a fault of the world interrupted it: what came meanwhile is still here. */
  resume(): Promise<void> {
    return this.requestAdvance();
  }

  private requestAdvance(): Promise<void> {
    this.advancing ??= this.queue.run(() => {
      this.advancing = undefined;
      return this.advance();
    });
    return this.advancing;
  }

  /** Moves the tip as far as bodies allow. */
  private async advance(): Promise<void> {
    for (;;) {
      const target = this.bestReachable();
      if (!target || !(await this.moveTo(target))) return;
    }
  }

  /**
   * The block with most work above the tip's whose bodies are all here, down to where it leaves our chain, which must be
   * within the undo data kept. Found from what is here, not from headers: most of those are far away, or have no body.
   */
  private bestReachable(): IndexedHeader | undefined {
    const here = this.bodies.here(this.tip);
    const reachable = new Set<BlockHash>();
    let best = this.tip;
    // Parents first. The index may have dropped and taken up again what waits here: its own entries count.
    for (const { hash } of here.sort((a, b) => a.height - b.height)) {
      const block = this.parts.index.get(hash);
      if (!block?.parent || !(reachable.has(block.parent.hash) || this.isForkPoint(block.parent))) continue;
      reachable.add(hash);
      if (block.chainwork > best.chainwork) best = block;
    }
    return best === this.tip ? undefined : best;
  }

  private isForkPoint(block: IndexedHeader): boolean {
    return this.isOnMain(block) && this.tip.height - block.height <= UNDO_DEPTH;
  }

  /** One batch towards `target`. True when there may be more to do: the tip moved, or this block proved out of reach. */
  private async moveTo(target: IndexedHeader): Promise<boolean> {
    const batch = await this.nextBatch(target);
    // A body that could not be read is not here any more: the way to another block may be whole.
    if (!batch) return this.bestReachable() !== target;
    const failure = await this.connectBatch(batch);
    if (failure) {
      this.exclude(failure.block, failure.verdict);
      this.handlers.onInvalid(failure.block, failure.verdict);
    }
    return true;
  }

  /** A block and all that builds on it, with the bodies that waited for it. */
  private exclude(block: IndexedHeader, verdict: Rejection): void {
    const { index } = this.parts;
    index.markInvalid(block.hash);
    this.invalid.set(block.hash, verdict);
    this.bodies.deleteWhere(({ hash }) => index.isInvalid(hash));
  }

  /** At least so much that the new tip has more work than the old one; then as much as one commit should carry. */
  private async nextBatch(target: IndexedHeader): Promise<Batch | undefined> {
    const plan = reorgPlan(this.parts.index, this.tip, target);
    const connect: PendingBody[] = [];
    let bytes = 0;
    for (const at of plan.connect) {
      const enough = connect.length > 0 && connect.at(-1)!.block.chainwork > this.tip.chainwork;
      if (enough && (connect.length >= CONNECT_BATCH_BLOCKS || bytes >= CONNECT_BATCH_BYTES)) break;
      const found = await this.bodies.find(at);
      if (!found) break;
      bytes += found.bytes.length;
      connect.push(found);
      if (bytes > PENDING_BODY_BYTES_MAX) {
        // Back to a branch left before, whose bodies are on the disk: too many to be in memory together, they count as missing.
        this.bodies.forgetDisconnected(plan.connect);
        return undefined;
      }
    }
    const end = connect.at(-1)?.block;
    return end && end.chainwork > this.tip.chainwork ? { disconnect: plan.disconnect, connect } : undefined;
  }

  private async connectBatch({ disconnect, connect }: Batch): Promise<InvalidBlock | undefined> {
    const forged = await this.findForged(connect);
    if (forged) return forged;
    const undos = await Promise.all(disconnect.map((block) => this.loadUndo(block)));
    const view = new StateView(await this.loadState(connect, undos));
    let accumulator = this.accumulator;
    for (const undo of undos) {
      const back = undoBlock(view.get, accumulator, undo);
      view.absorbChanges(back.changes);
      accumulator = back.accumulator;
    }
    const update: ConnectedBlock[] = [];
    for (const { block: at, body, bytes, isStored } of connect) {
      const applied = this.parts.ledger.applyBlock(view.get, accumulator, { header: at.header, body }, at.height);
      if (!applied.ok) return { block: at, verdict: applied };
      view.absorbChanges(applied.value.changes);
      accumulator = applied.value.accumulator;
      const { hash, height, encoded: header } = at;
      update.push({ hash, height, header, body: bytes, isStored, undo: encodeUndo(applied.value.changes) });
    }
    await this.commit(disconnect, connect, update, view, accumulator);
    return undefined;
  }

  /** The first block with a signature that does not verify. Those already checked in the mempool are not checked twice. */
  private async findForged(blocks: readonly PendingBody[]): Promise<InvalidBlock | undefined> {
    const items: Uint8Array[] = [];
    const owners: IndexedHeader[] = [];
    for (const { block, body } of blocks) {
      for (const tx of body.transactions) {
        const item = this.isVerified(tx) ? undefined : this.parts.ledger.signatureItem(tx);
        if (!item) continue;
        items.push(item);
        owners.push(block);
      }
    }
    if (items.length === 0) return undefined;
    const verdicts = await this.parts.verifier.verify(concatBytes(...items));
    assert(verdicts.length === items.length, 'one verdict a signature');
    const bad = verdicts.indexOf(0);
    return bad < 0 ? undefined : { block: owners[bad]!, verdict: reject('bad-signature') };
  }

  private async loadUndo(block: IndexedHeader): Promise<ReadonlyMap<StateKey, Uint8Array | undefined>> {
    const bytes = await this.parts.store.getUndo(block);
    const undo = bytes && decodeUndo(bytes);
    if (!undo?.ok) throw new StoreFault('corrupt-row', 'undo data missing or damaged', `undo ${block.hash}`);
    return undo.value;
  }

  private async loadState(
    connect: readonly PendingBody[],
    undos: readonly ReadonlyMap<StateKey, Uint8Array | undefined>[],
  ): Promise<StateReader> {
    const keys = new Set<StateKey>();
    for (const undo of undos) for (const key of undo.keys()) keys.add(key);
    for (const { body } of connect) {
      for (const tx of body.transactions) for (const key of this.parts.ledger.touches(tx)) keys.add(key);
    }
    const list = [...keys];
    return preloadedState(list, await this.parts.store.getState(list));
  }

  private async commit(
    disconnect: readonly IndexedHeader[],
    connect: readonly PendingBody[],
    connectRows: readonly ConnectedBlock[],
    view: StateView,
    accumulator: Uint8Array,
  ): Promise<void> {
    const tip = connect.at(-1)!.block;
    const damaged: StoreFault[] = [];
    const disconnected = await Promise.all(
      disconnect.map((at) =>
        this.loadBlock(at).catch((fault: unknown): MainBlock => {
          if (!isDamage(fault)) throw fault;
          // Its transactions are for others to bring again: a better chain does not wait for them.
          damaged.push(fault);
          return { at, body: NO_BODY };
        }),
      ),
    );
    const changes = view.changes();
    const state = new Map([...changes].map(([key, { after }]) => [key, after ?? null]));
    await this.parts.store.commit({
      disconnect: disconnect.map(({ hash, height }) => ({ hash, height })),
      connect: connectRows,
      state,
      tip: { hash: tip.hash, height: tip.height, accumulator },
      undoFloor: Math.max(0, tip.height - UNDO_DEPTH),
    });
    this.main.length -= disconnect.length;
    const connected = connect.map(({ block }) => block);
    this.main.push(...connected);
    this.bodies.onCommit(tip, disconnect, connected);
    this.parts.index.pin(tip.hash);
    this.accumulator = accumulator;
    for (const fault of damaged) this.handlers.onDamaged(fault);
    await this.handlers.onTipChange({
      tip,
      disconnected,
      connected: connect.map(({ block, body }) => ({ at: block, body })),
      changes,
    });
  }
}
