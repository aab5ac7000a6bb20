/**
 * Transactions waiting for a block. Bounded, ordered by what they are worth to a miner, and each was judged by the ledger
 * on the chain's state and on the waiting transactions it builds on (earlier account nonces, earlier versions of its
 * slot), so that a chain of them can wait together. Coins that other waiting transactions only promise do not count.
 *
 * The order: fee per byte, then stamp bits, then who came first. A transaction counts for no more than those it builds
 * on; so it never comes before them, and the last in the order can always be let go without taking another with it.
 */
import type { BlockHash, StateKey, TxId } from './ids.ts';
import type { Claim, Ledger } from './ledger.ts';
import {
  compareWorth,
  floorsAt,
  leastOf,
  MEMPOOL_LIMITS,
  outbids,
  type MempoolLimits,
  type Worth,
} from './mempool-policy.ts';
import { accept, reject, VALID, type Result, type Verdict } from './result.ts';
import { transactionBytes, transactionBytesInBody } from './size.ts';
import { SortedList } from './sorted-list.ts';
import { stampBitsOf } from './stamp.ts';
import { StateView, type StateChanges, type StateReader } from './state-view.ts';
import { COINBASE_KIND, txIdOf, type Transaction } from './transaction.ts';

export interface MempoolEntry extends Worth {
  readonly id: TxId;
  readonly tx: Transaction;
  /** Of the encoded transaction. */
  readonly bytes: number;
}

export interface Admission {
  readonly entry: MempoolEntry;
  /** What it replaced or pushed out. */
  readonly removed: readonly TxId[];
}

/** A change of tip, once it is stored. */
export interface TipChange {
  /** Of the new tip. */
  readonly height: number;
  /** Net changes of the state over all blocks taken off and put on. */
  readonly changes: StateChanges;
  /** Transactions of the blocks put on. */
  readonly confirmed: readonly Transaction[];
  /** Transactions of the blocks taken off, lowest block first: they get another chance. Coinbases are passed over. */
  readonly disconnected: readonly Transaction[];
  /** The state at the new tip, with the `touches` of `disconnected` loaded. */
  readonly state: StateReader;
}

/** What left without being confirmed, and why: a code that `admit` could have given. */
export interface Dropped {
  readonly id: TxId;
  readonly code: string;
}

/** A transaction with all that is known of it by itself. */
interface Candidate extends MempoolEntry {
  readonly claims: readonly Claim[];
  readonly touches: readonly StateKey[];
}

interface Entry extends Candidate {
  /** Order of arrival: what an entry builds on has lower numbers. */
  readonly sequence: number;
  /** What it is worth, or what it builds on is, where that is less. */
  readonly rank: Worth;
}

export class Mempool {
  private readonly ledger: Ledger;
  private readonly genesisHash: BlockHash;
  private readonly stampBitsMin: number;
  private readonly limits: MempoolLimits;
  private tipHeight: number;
  private bytesTotal = 0;
  private nextSequence = 0;
  private readonly entries = new Map<TxId, Entry>();
  /** Best first. */
  private readonly order = new SortedList<Entry>((a, b) => compareWorth(a.rank, b.rank) || a.sequence - b.sequence);
  private readonly byPlace = new Map<string, Entry>();
  /** The chain's state under the waiting transactions, and how many of them touch each key. `onTip` keeps it current. */
  private readonly base = new Map<StateKey, { value: Uint8Array | undefined; uses: number }>();

  /** @param tipHeight  of the chain whose state transactions are judged on */
  constructor(
    ledger: Ledger,
    network: { readonly genesisHash: BlockHash; readonly stampBits: number },
    tipHeight: number,
    limits: MempoolLimits = MEMPOOL_LIMITS,
  ) {
    this.ledger = ledger;
    this.genesisHash = network.genesisHash;
    this.stampBitsMin = network.stampBits;
    this.tipHeight = tipHeight;
    this.limits = limits;
  }

  get count(): number {
    return this.entries.size;
  }

  /** Of all encoded transactions. */
  get bytes(): number {
    return this.bytesTotal;
  }

  byTxId(id: TxId): MempoolEntry | undefined {
    return this.entries.get(id);
  }

  /** All that waits, best first. Changes with the mempool: copy it to keep it. */
  ordered(): readonly MempoolEntry[] {
    return this.order.items;
  }

  /** The best that fit in so many bytes of a body, in an order in which they can be applied: for block templates. */
  candidates(bytesMax: number): Transaction[] {
    let room = bytesMax;
    const candidates: Transaction[] = [];
    for (const { tx } of this.order.items) {
      const bytes = transactionBytesInBody(tx);
      if (bytes > room) continue;
      room -= bytes;
      candidates.push(tx);
    }
    return candidates;
  }

  /** The first place of a line, from `position` on, that nothing waiting takes: for the wallet's next account nonce. */
  nextFree(line: StateKey, position: number): number {
    let free = position;
    while (this.byPlace.has(placeOf(line, free))) free++;
    return free;
  }

  /** What it takes now to be admitted, one of the two. */
  floors(): Worth {
    const { bytesMax, countMax } = this.limits;
    return floorsAt(Math.max(this.bytesTotal / bytesMax, this.entries.size / countMax), this.stampBitsMin);
  }

  /**
   * Takes in a transaction whose signature is already verified, or says why not: a code of the ledger's, or
   * `already-known`, `coinbase-misplaced`, `fee-too-low` and `stamp-too-low` (see `floors`), `conflict` (its place is
   * taken, and it does not pay enough more), `too-many-pending` (waiting on too many others), `mempool-full` (nothing
   * that waits is worth less).
   * @param state  at the tip, with the transaction's `touches` loaded
   */
  admit(tx: Transaction, state: StateReader): Result<Admission> {
    if (tx.kind === COINBASE_KIND) return reject('coinbase-misplaced');
    const candidate = this.candidateOf(tx);
    if (this.entries.has(candidate.id)) return reject('already-known');
    const worthy = this.checkFloors(candidate);
    if (!worthy.ok) return worthy;

    const replaced = this.withDescendants(this.conflictsOf(candidate));
    const bid = (entry: MempoolEntry) => ({ fee: entry.tx.fee, stampBits: entry.stampBits });
    if (replaced.size > 0 && !outbids(bid(candidate), [...replaced].map(bid))) return reject('conflict');
    const ancestors = this.ancestorsOf(candidate, replaced);
    if (!ancestors) return reject('too-many-pending', `at most ${this.limits.chainMax} in a chain`);

    const view = new StateView((key) => (this.base.has(key) ? this.base.get(key)?.value : state(key)));
    for (const link of [...ancestors, candidate]) {
      const verdict = this.ledger.applyTransaction(view, link.tx, this.tipHeight + 1);
      if (!verdict.ok) return verdict;
    }

    const rank = ancestors.reduce((least, ancestor) => leastOf(least, ancestor.rank), worthOf(candidate));
    const pushedOut = this.findRoom(candidate.bytes, rank, replaced);
    if (!pushedOut) return reject('mempool-full');
    const removed = [...replaced, ...pushedOut];
    for (const entry of removed) this.detach(entry);
    this.attach(candidate, rank, state);
    return accept({ entry: candidate, removed: removed.map((entry) => entry.id) });
  }

  /**
   * Follows the chain to a new tip: lets go what is confirmed, expired or excluded by it, and takes back what came off.
   * Judges only what the change reaches, each once, on one view; so here, after a reorg, promised coins may count for a
   * while. Templates pass over what that leaves behind.
   */
  onTip({ height, changes, confirmed, disconnected, state }: TipChange): Dropped[] {
    this.tipHeight = height;
    for (const [key, { after }] of changes) {
      const known = this.base.get(key);
      if (known) known.value = after;
    }
    const confirmedIds = new Set(confirmed.map(txIdOf));
    const affected = this.affectedBy(changes, confirmedIds);
    // Detaching forgets the values that nothing else touches.
    const values = new Map(affected.flatMap((entry) => entry.touches).map((key) => [key, this.base.get(key)?.value]));
    const loaded: StateReader = (key) => (values.has(key) ? values.get(key) : state(key));
    for (const entry of affected) this.detach(entry);

    // What came off goes first: the others may build on it.
    const returning = disconnected.filter((tx) => tx.kind !== COINBASE_KIND).map((tx) => this.candidateOf(tx));
    const view = new StateView(loaded);
    const dropped: Dropped[] = [];
    for (const candidate of [...returning, ...affected]) {
      if (confirmedIds.has(candidate.id) || this.entries.has(candidate.id)) continue;
      const verdict = this.attachAgain(candidate, view, loaded);
      if (!verdict.ok) dropped.push({ id: candidate.id, code: verdict.code });
    }
    for (const entry of this.findRoom(0, undefined, new Set()) ?? []) {
      this.detach(entry);
      dropped.push({ id: entry.id, code: 'mempool-full' });
    }
    return dropped;
  }

  private candidateOf(tx: Transaction): Candidate {
    const bytes = transactionBytes(tx);
    return {
      id: txIdOf(tx),
      tx,
      bytes,
      feePerByte: Number(tx.fee) / bytes,
      stampBits: stampBitsOf(tx, this.genesisHash),
      claims: this.ledger.claims(tx),
      touches: this.ledger.touches(tx),
    };
  }

  private checkFloors({ tx, feePerByte, stampBits }: Candidate): Verdict {
    const verdict = this.ledger.checkTransaction(tx);
    if (!verdict.ok) return verdict;
    const floors = this.floors();
    if (feePerByte >= floors.feePerByte || stampBits >= floors.stampBits) return VALID;
    const detail = `needs ${floors.feePerByte} grains a byte or ${floors.stampBits} bits`;
    return reject(tx.fee > 0n ? 'fee-too-low' : 'stamp-too-low', detail);
  }

  private attachAgain(candidate: Candidate, view: StateView, state: StateReader): Verdict {
    if (this.conflictsOf(candidate).length > 0) return reject('conflict');
    const ancestors = this.ancestorsOf(candidate, new Set());
    if (!ancestors) return reject('too-many-pending');
    const verdict = this.ledger.applyTransaction(view, candidate.tx, this.tipHeight + 1);
    if (!verdict.ok) return verdict;
    const rank = ancestors.reduce((least, ancestor) => leastOf(least, ancestor.rank), worthOf(candidate));
    this.attach(candidate, rank, state);
    return VALID;
  }

  private attach(candidate: Candidate, rank: Worth, state: StateReader): void {
    const entry: Entry = { ...candidate, rank, sequence: this.nextSequence++ };
    this.entries.set(entry.id, entry);
    this.bytesTotal += entry.bytes;
    this.order.insert(entry);
    for (const { line, position } of entry.claims) this.byPlace.set(placeOf(line, position), entry);
    for (const key of entry.touches) {
      const known = this.base.get(key);
      if (known) known.uses++;
      else this.base.set(key, { value: state(key), uses: 1 });
    }
  }

  private detach(entry: Entry): void {
    this.entries.delete(entry.id);
    this.bytesTotal -= entry.bytes;
    this.order.delete(entry);
    for (const { line, position } of entry.claims) this.byPlace.delete(placeOf(line, position));
    for (const key of entry.touches) {
      const known = this.base.get(key);
      if (known && --known.uses === 0) this.base.delete(key);
    }
  }

  private conflictsOf(candidate: Candidate): Entry[] {
    return this.at(candidate.claims, 0);
  }

  /** What takes the places next to these claims: -1 for what they build on, 1 for what builds on them. */
  private at(claims: readonly Claim[], offset: -1 | 0 | 1): Entry[] {
    return claims.flatMap(({ line, position }) => this.byPlace.get(placeOf(line, position + offset)) ?? []);
  }

  private withDescendants(roots: readonly Entry[]): Set<Entry> {
    // A set is walked in order of insertion, what is added on the way included.
    const found = new Set(roots);
    for (const entry of found) for (const child of this.at(entry.claims, 1)) found.add(child);
    return found;
  }

  /** All it builds on, in an order in which they can be applied; undefined when they are too many. */
  private ancestorsOf(candidate: Candidate, without: ReadonlySet<Entry>): Entry[] | undefined {
    const found = new Set(this.at(candidate.claims, -1).filter((parent) => !without.has(parent)));
    for (const entry of found) {
      if (found.size >= this.limits.chainMax) return undefined;
      for (const parent of this.at(entry.claims, -1)) found.add(parent);
    }
    return [...found].sort((a, b) => a.sequence - b.sequence);
  }

  /** What a new tip may have confirmed or broken, with all it builds on and all that builds on it, by arrival. */
  private affectedBy(changes: StateChanges, confirmedIds: ReadonlySet<TxId>): Entry[] {
    const found = new Set<Entry>();
    for (const entry of this.entries.values()) {
      const { expiryHeight } = entry.tx;
      const isExpired = expiryHeight !== 0 && expiryHeight <= this.tipHeight;
      if (isExpired || confirmedIds.has(entry.id) || entry.touches.some((key) => changes.has(key))) found.add(entry);
    }
    for (const entry of found) {
      for (const neighbor of [...this.at(entry.claims, -1), ...this.at(entry.claims, 1)]) found.add(neighbor);
    }
    return [...found].sort((a, b) => a.sequence - b.sequence);
  }

  /**
   * What must go, worst first, to make room for `bytes` more; undefined when that would cost something no worse.
   * @param rank  of what comes; undefined when nothing does and the limits just have to be kept
   * @param leaving  what goes anyway
   */
  private findRoom(bytes: number, rank: Worth | undefined, leaving: ReadonlySet<Entry>): Entry[] | undefined {
    let bytesAfter = this.bytesTotal + bytes;
    let countAfter = this.entries.size + (rank ? 1 : 0) - leaving.size;
    for (const entry of leaving) bytesAfter -= entry.bytes;
    const found: Entry[] = [];
    const { items } = this.order;
    for (let i = items.length - 1; bytesAfter > this.limits.bytesMax || countAfter > this.limits.countMax; i--) {
      const worst = items[i];
      if (worst && leaving.has(worst)) continue;
      if (!worst || (rank && compareWorth(worst.rank, rank) <= 0)) return undefined;
      found.push(worst);
      bytesAfter -= worst.bytes;
      countAfter--;
    }
    return found;
  }
}

function placeOf(line: StateKey, position: number): string {
  return `${line}:${position}`;
}

function worthOf({ feePerByte, stampBits }: Worth): Worth {
  return { feePerByte, stampBits };
}
