/**
 * Every header worth knowing, and which chain of them has the most work. Says nothing of bodies: which blocks are
 * stored and connected is the chain manager's to know; it asks here where to go next.
 *
 * Bounded: the best chain is kept whole; all other branches together may hold as many headers again, and a few thousand
 * more, so that a rival as long as ours fits. Beyond that the leaf with the least work makes room for one with more.
 */
import { idleAfter } from './asert.ts';
import type { DecodeCode } from './codec.ts';
import type { ConsensusEngine, HeaderCode } from './consensus-engine.ts';
import { decodeHeader, encodeHeader, hashHeader, type Header } from './header.ts';
import type { BlockHash } from './ids.ts';
import type { IndexedHeader } from './indexed-header.ts';
import { genesisHeader } from './genesis.ts';
import { accept, assert, reject, VALID, type Result, type Verdict } from './result.ts';
import { LOCATOR_MAX } from './wire.ts';

export type InsertCode =
  | DecodeCode
  | HeaderCode
  | 'unknown-parent'
  /** It, or a block below it, broke a rule before. */
  | 'known-invalid'
  /** No room on side branches, and this one is the weakest. */
  | 'index-full';

export type LoadCode = DecodeCode | 'hash-mismatch' | 'unlinked' | 'bad-bits';

/** Side headers allowed beyond the length of the best chain. */
const SIDE_HEADERS_MAX = 4096;
/** One hash per block at the near end of a locator, then ever wider steps. */
const LOCATOR_DENSE = 10;

class Entry implements IndexedHeader {
  readonly hash: BlockHash;
  readonly height: number;
  readonly parent: Entry | undefined;
  readonly chainwork: bigint;
  readonly idleS: number;
  readonly timeS: number;
  readonly bits: number;
  readonly encoded: Uint8Array;
  /** Order of arrival: the earlier of two equals stands. */
  readonly order: number;
  childCount = 0;
  invalid = false;

  constructor(place: Omit<Entry, 'header' | 'childCount' | 'invalid'>) {
    this.hash = place.hash;
    this.height = place.height;
    this.parent = place.parent;
    this.chainwork = place.chainwork;
    this.idleS = place.idleS;
    this.timeS = place.timeS;
    this.bits = place.bits;
    this.encoded = place.encoded;
    this.order = place.order;
  }

  get header(): Header {
    const decoded = decodeHeader(this.encoded);
    assert(decoded.ok, 'indexed header does not decode');
    return decoded.value;
  }
}

export class HeaderIndex {
  readonly engine: ConsensusEngine;
  readonly genesis: IndexedHeader;
  private readonly entries = new Map<BlockHash, Entry>();
  private readonly leaves = new Set<Entry>();
  /** The best chain by height; its last is the tip. */
  private readonly main: Entry[];
  private readonly sideHeadersMax: number;
  private pinned: BlockHash;
  private arrivals = 0;
  private changes = 0;

  /** @param sideHeadersMax  side headers allowed beyond the length of the best chain */
  constructor(engine: ConsensusEngine, sideHeadersMax: number = SIDE_HEADERS_MAX) {
    this.engine = engine;
    this.sideHeadersMax = sideHeadersMax;
    const header = genesisHeader(engine.spec);
    const genesis = this.add(hashHeader(header), encodeHeader(header), header, undefined);
    this.genesis = genesis;
    this.main = [genesis];
    this.pinned = genesis.hash;
  }

  /** End of the chain with the most work that is not known to be invalid; the first seen of equals. */
  get tip(): IndexedHeader {
    return this.mainTip;
  }

  /** Headers held, genesis and side branches included. */
  get size(): number {
    return this.entries.size;
  }

  /** Another number after every change: what was worked out from the index stands while it is the same. */
  get version(): number {
    return this.changes;
  }

  /** Known and not invalid. */
  get(hash: BlockHash): IndexedHeader | undefined {
    const entry = this.entries.get(hash);
    return entry?.invalid ? undefined : entry;
  }

  /** Known to be invalid, or to stand on an invalid block. */
  isInvalid(hash: BlockHash): boolean {
    return this.entries.get(hash)?.invalid ?? false;
  }

  /** On the best chain of headers (whether or not its bodies are here). */
  isOnMain(block: IndexedHeader): boolean {
    return this.main[block.height]?.hash === block.hash;
  }

  /** A header of the best chain. */
  mainAt(height: number): IndexedHeader | undefined {
    return this.main[height];
  }

  /** The block at `height` on the chain that ends in `block`; undefined above it or below genesis. */
  ancestorAt(block: IndexedHeader, height: number): IndexedHeader | undefined {
    if (height > block.height) return undefined;
    let at: IndexedHeader | undefined = block;
    while (at && at.height > height && !this.isOnMain(at)) at = at.parent;
    return at && at.height > height ? this.main[height] : at;
  }

  /** Highest block that both chains share. Costs a step for each block off the best chain, and none on it. */
  forkPoint(a: IndexedHeader, b: IndexedHeader): IndexedHeader {
    let [left, right] = [a, b];
    while (left.hash !== right.hash) {
      const [leftOnMain, rightOnMain] = [this.isOnMain(left), this.isOnMain(right)];
      if (leftOnMain && rightOnMain) return left.height < right.height ? left : right;
      // Genesis is on the best chain, so the one that steps always has a parent.
      if (!leftOnMain && (rightOnMain || left.height >= right.height)) left = left.parent!;
      else right = right.parent!;
    }
    return left;
  }

  /**
   * Ends of the chains with more work than `chainwork`, best first, the first seen of equals first: for a node that
   * cannot get the bodies of the best one. Where an invalid branch leaves one of them counts as an end too. Costs a step
   * for each leaf.
   */
  tipsAbove(chainwork: bigint): readonly IndexedHeader[] {
    return [...this.soundEnds(chainwork)].sort((a, b) => (isBetter(a, b) ? -1 : 1));
  }

  /**
   * Takes a header from anybody. One already known is accepted again and changes nothing.
   * @param nowS  our clock, Unix seconds
   */
  insert(input: Uint8Array | Header, nowS: number): Result<IndexedHeader, InsertCode> {
    // A copy: a kept header must not pin the message it came in.
    const encoded = input instanceof Uint8Array ? input.slice() : encodeHeader(input);
    const decoded = decodeHeader(encoded);
    if (!decoded.ok) return decoded;
    const header = decoded.value;
    const hash = hashHeader(encoded);
    const known = this.entries.get(hash);
    if (known) return known.invalid ? reject('known-invalid', hash) : accept(known);
    const parent = this.entries.get(header.prevHash);
    if (!parent) return reject('unknown-parent', header.prevHash);
    if (parent.invalid) return reject('known-invalid', parent.hash);
    const verdict = this.engine.checkHeader(header, parent, { hash, nowS });
    if (!verdict.ok) return verdict;
    const chainwork = parent.chainwork + this.engine.workOf(header);
    if (chainwork <= this.mainTip.chainwork && !this.makeRoomFor(chainwork, parent)) return reject('index-full', hash);
    const entry = this.add(hash, encoded, header, parent);
    if (chainwork > this.mainTip.chainwork) this.setTip(entry);
    return accept(entry);
  }

  /**
   * Puts back headers that were checked before they were stored: best chain, lowest first, in as many calls as wanted.
   * Only what a damaged disk could change is checked: hashes and links. Stops at the first row that fails.
   */
  loadTrusted(rows: Iterable<{ readonly hash: BlockHash; readonly header: Uint8Array }>): Verdict<LoadCode> {
    for (const row of rows) {
      const encoded = row.header.slice();
      const decoded = decodeHeader(encoded);
      if (!decoded.ok) return decoded;
      if (hashHeader(encoded) !== row.hash) return reject('hash-mismatch', row.hash);
      if (this.entries.has(row.hash)) continue;
      const parent = this.entries.get(decoded.value.prevHash);
      if (!parent) return reject('unlinked', row.hash);
      if (this.engine.workOf(decoded.value) === 0n) return reject('bad-bits', row.hash);
      const entry = this.add(row.hash, encoded, decoded.value, parent);
      if (entry.chainwork > this.mainTip.chainwork) this.setTip(entry);
    }
    return VALID;
  }

  /**
   * A block broke a rule that only its body could show: its branch is out, and the best of the others is the tip. Never
   * for a body that is not the one the header commits to: that says nothing of the block.
   */
  markInvalid(hash: BlockHash): void {
    const root = this.entries.get(hash);
    if (!root || root.invalid) return;
    assert(root !== this.genesis, 'genesis marked invalid');
    this.changes++;
    root.invalid = true;
    // Parents always come before their children in a Map that only leaves are taken from.
    for (const entry of this.entries.values()) if (entry.parent?.invalid) entry.invalid = true;
    if (this.mainTip.invalid) this.setTip(this.best());
  }

  /** The block that state stands on: it and its ancestors are never dropped for room. Replaces the one before. */
  pin(hash: BlockHash): void {
    this.pinned = hash;
  }

  /** Where a chain ends, to somebody who knows another: hashes from `block` back to genesis, ever further apart. */
  locator(block: IndexedHeader = this.tip): BlockHash[] {
    const hashes: BlockHash[] = [];
    let at: IndexedHeader | undefined = block;
    for (let step = 1; at && hashes.length < LOCATOR_MAX - 1; at = this.ancestorAt(at, at.height - step)) {
      hashes.push(at.hash);
      if (hashes.length >= LOCATOR_DENSE) step *= 2;
    }
    if (hashes.at(-1) !== this.genesis.hash) hashes.push(this.genesis.hash);
    return hashes;
  }

  /**
   * What somebody who sent `locator` lacks: headers after the first of its hashes that lies on our chain, lowest first.
   * @param end  our chain is the one that ends here
   */
  headersAfter(locator: readonly BlockHash[], max: number, end: IndexedHeader = this.tip): IndexedHeader[] {
    let from = this.genesis;
    for (const hash of locator.slice(0, LOCATOR_MAX)) {
      const block = this.entries.get(hash);
      if (block && this.ancestorAt(end, block.height)?.hash === hash) {
        from = block;
        break;
      }
    }
    const last = this.ancestorAt(end, Math.min(end.height, from.height + max));
    const headers: IndexedHeader[] = [];
    for (let at = last; at && at.height > from.height; at = at.parent) headers.push(at);
    return headers.reverse();
  }

  private get mainTip(): Entry {
    return this.main[this.main.length - 1]!;
  }

  private add(hash: BlockHash, encoded: Uint8Array, header: Header, parent: Entry | undefined): Entry {
    const { timeS, bits } = header;
    const height = parent ? parent.height + 1 : 0;
    const entry = new Entry({
      hash,
      height,
      parent,
      chainwork: (parent?.chainwork ?? 0n) + this.engine.workOf(header),
      idleS: idleAfter(this.engine.spec, parent?.idleS ?? 0, { height, timeS }),
      timeS,
      bits,
      encoded,
      order: this.arrivals++,
    });
    this.entries.set(hash, entry);
    this.changes++;
    if (parent) {
      parent.childCount++;
      this.leaves.delete(parent);
    }
    this.leaves.add(entry);
    return entry;
  }

  private setTip(tip: Entry): void {
    const branch: Entry[] = [];
    let at = tip;
    for (; this.main[at.height] !== at; at = at.parent!) branch.push(at);
    this.main.length = at.height + 1;
    while (branch.length > 0) this.main.push(branch.pop()!);
    while (this.sideRoom < 0 && this.dropWeakest());
  }

  private best(): Entry {
    let best = this.main[0]!;
    for (const end of this.soundEnds(best.chainwork)) if (isBetter(end, best)) best = end;
    return best;
  }

  /** The last block with more work than `chainwork` on each branch that is not invalid. */
  private *soundEnds(chainwork: bigint): Generator<Entry> {
    const seen = new Set<Entry>();
    for (const leaf of this.leaves) {
      let at = leaf;
      for (; at.invalid && at.chainwork > chainwork && !seen.has(at); at = at.parent!) seen.add(at);
      if (at.chainwork <= chainwork || seen.has(at)) continue;
      seen.add(at);
      yield at;
    }
  }

  /** Side headers that still fit. */
  private get sideRoom(): number {
    return this.main.length + this.sideHeadersMax - (this.entries.size - this.main.length);
  }

  /** False when every leaf that could be dropped has at least as much work as the newcomer. */
  private makeRoomFor(chainwork: bigint, parent: Entry): boolean {
    while (this.sideRoom < 1) if (!this.dropWeakest({ chainwork, parent })) return false;
    return true;
  }

  /**
   * Drops the side leaf with the least work, invalid ones and the oldest first: one weaker than the newcomer, and not its
   * parent. What builds on the block that state stands on need not be stronger: else whoever fills the index with bodiless
   * children of it would stop the chain.
   */
  private dropWeakest(newcomer?: { readonly chainwork: bigint; readonly parent: Entry }): boolean {
    let weakest: Entry | undefined;
    for (const leaf of this.leaves) {
      if (leaf === newcomer?.parent || leaf.hash === this.pinned || this.isOnMain(leaf)) continue;
      if (!weakest || isWeaker(leaf, weakest)) weakest = leaf;
    }
    const isNext = newcomer?.parent.hash === this.pinned;
    if (!weakest || (newcomer && !isNext && !weakest.invalid && weakest.chainwork >= newcomer.chainwork)) return false;
    this.entries.delete(weakest.hash);
    this.changes++;
    this.leaves.delete(weakest);
    const parent = weakest.parent!;
    parent.childCount--;
    if (parent.childCount === 0) this.leaves.add(parent);
    return true;
  }
}

/** More work, or the first seen of equals. */
function isBetter(a: Entry, b: Entry): boolean {
  return a.chainwork === b.chainwork ? a.order < b.order : a.chainwork > b.chainwork;
}

function isWeaker(a: Entry, b: Entry): boolean {
  return a.invalid === b.invalid ? a.chainwork < b.chainwork : a.invalid;
}
