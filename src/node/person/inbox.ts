/**
 * What others share with this person. Each item is a capsule in somebody's slot, and follows it: `advance` looks at where
 * the item stands, does the next thing, and is called again whenever something changed (a seal in the mempool or a block,
 * a document that arrived, the chain's clock). It can be called at any time and any number of times, so that nothing
 * depends on having been there when it happened.
 */
import { fromHex, toHex } from '../../core/bytes.ts';
import type { BlobId, SlotId } from '../../core/ids.ts';
import { assert } from '../../core/result.ts';
import type { StateChanges } from '../../core/state-view.ts';
import type { Transaction } from '../../core/transaction.ts';
import { SMALL_SIZE_BUCKET } from '../../health/padding.ts';
import { namesOtherPatient } from '../../health/same-patient.ts';
import { ERASED } from '../../ledger/slot-state.ts';
import { slotKey } from '../../ledger/state-keys.ts';
import type { InboxRow, Outcome } from '../api.ts';
import { BoundedSet } from '../bounded.ts';
import { detailOf } from '../node-log.ts';
import { UNOPENED_MAX } from '../params.ts';
import { BlobWants } from './blob-wants.ts';
import { chainTimeS, type PersonContext } from './context.ts';
import { HintScanner } from './hint-scanner.ts';
import { CapsuleOpener } from './inbox-capsule.ts';
import { inboxRow, type Arrival } from './inbox-view.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { checkShareLink } from './links.ts';
import type { NetworkEntry } from './network-entry.ts';
import type { RowBatch } from './person-rows.ts';
import { DONE, done, fail } from './problem.ts';
import type { RecordReader, RecordRef } from './record-reader.ts';
import type { InboxData, InboxTerms, ReadableRecord } from './row-types.ts';
import { FollowedSlots, sealedVersionOf, type SealedVersion, type SlotVersion } from './slots.ts';

/** Slots found by their hint and done with: enough for those met again in a block after the mempool. */
const DISMISSED_MAX = 4_000;

interface InboxParts {
  readonly entry: NetworkEntry;
  readonly reader: RecordReader;
  /** Own grants: their links are not for oneself. */
  isOwnGrant(slotId: SlotId): boolean;
}

export class Inbox {
  private readonly context: PersonContext;
  private readonly parts: InboxParts;
  private readonly slots: FollowedSlots;
  private readonly scanner: HintScanner;
  private readonly opener: CapsuleOpener;
  private readonly wants: BlobWants;
  private readonly items = new KeyedQueue();
  /** Not looked at again in this session. A later one walks other blocks. */
  private readonly dismissed = new BoundedSet<SlotId>(DISMISSED_MAX);
  /** Items with a wake-up under way. */
  private readonly woken = new Set<SlotId>();

  constructor(context: PersonContext, parts: InboxParts) {
    this.context = context;
    this.parts = parts;
    this.slots = new FollowedSlots(context.core);
    this.scanner = new HintScanner(context);
    this.opener = new CapsuleOpener(context);
    this.wants = new BlobWants(context, (slotId) => this.wake(slotId as SlotId));
  }

  // ---------------------------------------------------------------- what a person sees

  rows(): InboxRow[] {
    return this.context.rows
      .all('inbox')
      .filter(({ removed }) => !removed)
      .sort((a, b) => b.receivedAtMs - a.receivedAtMs)
      .map((row) => inboxRow(row, this.arrivalOf(row)));
  }

  find(id: string): InboxData | undefined {
    const row = this.context.rows.get('inbox', id);
    return row?.removed ? undefined : row;
  }

  /** How the readable version of an item is opened; undefined while none is. */
  refOf({ terms, readable }: InboxData): RecordRef | undefined {
    if (!terms || !readable) return undefined;
    return refOf(terms, readable);
  }

  receivedFor(requestId: string): number {
    return this.context.rows.all('inbox').filter(({ terms, removed }) => terms?.requestId === requestId && !removed)
      .length;
  }

  // ---------------------------------------------------------------- commands

  async accept(text: string): Promise<Outcome<{ readonly inboxId: string }>> {
    const link = this.parts.entry.parse(text);
    if (!link.ok) return fail(link.code, link.detail);
    if (link.value.kind !== 'share') return fail('link-damaged', `a link of kind ${link.value.kind}`);
    const { slotId, seed, untilS } = link.value;
    const usable = await checkShareLink(this.context.core, link.value, (id) => this.parts.isOwnGrant(id));
    if (!usable.ok) return usable;
    await this.context.rows.change((batch) => {
      const known = this.context.rows.get('inbox', slotId);
      if (!known || known.removed) this.put(batch, slotId, { kind: 'link', seed: toHex(seed), untilS });
    });
    this.wake(slotId);
    return done({ inboxId: slotId });
  }

  async remove(id: string): Promise<Outcome> {
    const row = this.find(id);
    if (!row) return fail('record-unknown');
    return this.items.run(id, async () => {
      await this.context.rows.change((batch) => {
        if (row.key.kind === 'link') return batch.delete('inbox', id);
        const { slotId, key, receivedAtMs } = row;
        return batch.put('inbox', id, { slotId, key, receivedAtMs, patients: [], removed: true });
      });
      await this.letGo(row);
      return DONE;
    });
  }

  /** Its document turned out to be damaged: a whole one is fetched. */
  async refetch(row: InboxData): Promise<void> {
    const { readable } = row;
    if (!readable) return;
    await this.items.run(row.slotId, async () => {
      await this.context.rows.change((batch) => {
        const now = this.context.rows.get('inbox', row.slotId);
        if (now?.readable?.blobId !== readable.blobId || now.ended) return;
        const { readable: lost, ...rest } = now;
        batch.put('inbox', row.slotId, { ...rest, next: now.next ?? lost });
      });
      await this.dropDocument(readable.blobId);
    });
    this.wake(row.slotId);
  }

  // ---------------------------------------------------------------- what happens outside

  /** After a start, a new peer or a long while: every item looks again. */
  wakeAll(): void {
    for (const { slotId, ended, removed } of this.context.rows.all('inbox')) {
      if (!ended && !removed) this.wake(slotId);
    }
  }

  /** Items found while walking the chain, and those whose capsule nobody has served yet. */
  wakeUnopened(): void {
    this.letGoOfEvicted();
    for (const { slotId, ended, removed, terms } of this.context.rows.all('inbox')) {
      if (!terms && !ended && !removed) this.wake(slotId);
    }
  }

  /** The chain's clock moved on. */
  onTip(): void {
    const nowS = chainTimeS(this.context.core);
    for (const { slotId, ended, terms } of this.context.rows.all('inbox')) {
      if (!ended && terms && terms.expiresAtS <= nowS) this.wake(slotId);
    }
  }

  /** The state changed at the tip, by blocks that came or went: items whose slots changed look again. */
  onStateChange(changes: StateChanges): void {
    this.wakeFollowers((slotId) => changes.has(slotKey(slotId)));
  }

  /** A transaction entered the mempool. */
  onAdmitted(tx: Transaction): void {
    const touched = sealedVersionOf(tx)?.slotId;
    if (touched) this.wakeFollowers((slotId) => slotId === touched);
    if (!this.scanner.isOn || !sealedVersionOf(tx)) return;
    this.context.background(async () => {
      const found = await this.scanner.findOwn([tx]);
      if (found.length === 0) return;
      await this.context.rows.change((batch) => this.receive(batch, found));
      this.letGoOfEvicted();
      for (const { slotId } of found) this.wake(slotId);
    });
  }

  private wakeFollowers(isTouched: (slotId: SlotId) => boolean): void {
    const concerns = (slotId: SlotId | undefined) =>
      slotId !== undefined && this.slots.isFollowed(slotId) && isTouched(slotId);
    for (const { slotId, terms } of this.context.rows.all('inbox')) {
      if (concerns(slotId) || concerns(terms?.recordSlotId)) this.wake(slotId);
    }
  }

  /** Looks for what is ours in blocks. What the returned function puts must be stored with the walker's position. */
  async scan(transactions: readonly Transaction[]): Promise<(batch: RowBatch) => void> {
    const found = await this.scanner.findOwn(transactions);
    return (batch) => this.receive(batch, found);
  }

  /** May be served: the newest version of a slot that this person was let into. */
  holdsCurrent(id: BlobId): boolean {
    return this.context.rows.all('inbox').some(({ slotId, terms, readable, next, ended, removed }) => {
      if (!terms || ended || removed) return false;
      if (terms.capsuleBlobId === id) return this.slots.isNewest(slotId, id);
      return (readable?.blobId === id || next?.blobId === id) && this.slots.isNewest(terms.recordSlotId, id);
    });
  }

  /** Every document that an item has or waits for. */
  *documents(): Iterable<BlobId> {
    for (const { terms, readable, next } of this.context.rows.all('inbox')) {
      if (terms) yield terms.capsuleBlobId;
      if (readable) yield readable.blobId;
      if (next) yield next.blobId;
    }
  }

  isWanted(id: BlobId): boolean {
    return this.wants.isWanted(id);
  }

  /** What is on its way for an item: its capsule, or the record that the capsule opens. */
  private arrivalOf({ slotId, terms, next }: InboxData): Arrival {
    const { blobs } = this.context.core;
    const pending = this.wants.pending(slotId);
    const capsule = this.slots.newestOf(slotId);
    const { done, total } = next ? blobs.progressOf(next.blobId) : { done: 0, total: 0 };
    // Nothing is asked for: not looked at yet, being opened, or its turn to be asked for has come.
    const isNear = terms
      ? !this.slots.isFollowed(terms.recordSlotId) || (next && this.slots.isNewest(terms.recordSlotId, next.blobId))
      : !this.slots.isFollowed(slotId) || (capsule && this.wants.isHere(capsule.blobId));
    return { isComing: pending ? blobs.progressOf(pending).isServed : Boolean(isNear), done, total };
  }

  // ---------------------------------------------------------------- an item's way

  private wake(slotId: SlotId): void {
    if (this.woken.has(slotId)) return;
    this.woken.add(slotId);
    this.context.background(() =>
      this.items.run(slotId, () => {
        this.woken.delete(slotId);
        return this.advance(slotId);
      }),
    );
  }

  private async advance(slotId: SlotId): Promise<void> {
    const row = this.context.rows.get('inbox', slotId);
    if (!row || row.removed || row.ended) return;
    const { key } = row;
    // Nobody serves a capsule whose time is over: only the link can tell.
    if (!row.terms && key.kind === 'link' && key.untilS <= chainTimeS(this.context.core)) {
      return this.end(row, 'expired');
    }
    const capsule = await this.slots.read(slotId);
    if (!capsule) return this.showArrival();
    if (capsule.blobId === ERASED) return this.end(row, 'revoked');
    if (capsule.version > (row.terms?.capsuleVersion ?? 0)) {
      const order = { sizeBucket: SMALL_SIZE_BUCKET, isUnasked: isUnopened(row) };
      const obtained = this.wants.obtain(slotId, capsule.blobId, order);
      if (obtained === 'coming') return this.showArrival();
      if (obtained === 'refused') await this.refuseCapsule(row, capsule, 'not of the size of capsules');
      else if (!(await this.takeCapsule(row, capsule))) return;
    }
    await this.advanceRecord(slotId);
  }

  private async advanceRecord(slotId: SlotId): Promise<void> {
    const row = this.context.rows.get('inbox', slotId);
    if (!row?.terms || row.ended) return;
    if (row.terms.expiresAtS <= chainTimeS(this.context.core)) return this.end(row, 'expired');
    const record = await this.slots.read(row.terms.recordSlotId);
    if (record?.blobId === ERASED) return this.end(row, 'erased');
    if (!row.next) return;
    // Nobody serves what the slot does not name (yet, or any more), and its size is only known where it does.
    if (record?.blobId !== row.next.blobId) {
      this.wants.stop(slotId);
      return this.showArrival();
    }
    const obtained = this.wants.obtain(slotId, row.next.blobId, { sizeBucket: record.sizeBucket });
    if (obtained === 'coming') return this.showArrival();
    if (obtained === 'refused') await this.refuseRecord(row, row.next);
    else await this.takeRecord(row, row.terms, row.next);
  }

  /** @returns whether the item goes on from here */
  private async takeCapsule(row: InboxData, slot: SlotVersion): Promise<boolean> {
    const opened = await this.opener.open(row, slot);
    if (!opened.ok) {
      switch (opened.code) {
        case 'revoked':
        case 'expired':
          await this.end(row, opened.code);
          await this.dropDocument(slot.blobId);
          return false;
        case 'not-here':
          await this.dropDocument(slot.blobId);
          this.wake(row.slotId);
          return false;
        case 'bad':
          await this.refuseCapsule(row, slot, opened.detail ?? opened.code);
          return row.terms !== undefined;
      }
    }
    const { terms, current } = opened.value;
    await this.context.rows.change((batch) => {
      const now = this.context.rows.get('inbox', row.slotId);
      if (!now || now.removed) return;
      const { next: _, ...rest } = now;
      const isNew = current.blobId !== now.readable?.blobId;
      batch.put('inbox', row.slotId, isNew ? { ...rest, terms, next: current } : { ...rest, terms });
    });
    if (row.terms && row.terms.capsuleBlobId !== slot.blobId) await this.dropDocument(row.terms.capsuleBlobId);
    return true;
  }

  /** A capsule that is none for us. One found by its hint leaves nothing; one from a link waits for a better version. */
  private async refuseCapsule(row: InboxData, slot: SlotVersion, detail: string): Promise<void> {
    this.context.core.log({ type: 'capsule-refused', slotId: row.slotId, version: slot.version, detail });
    await this.dropDocument(slot.blobId);
    if (isUnopened(row)) await this.dismiss(row);
  }

  /** Anybody can seal something for an organisation: what never opened must not cost a row for ever. */
  private async dismiss(row: InboxData): Promise<void> {
    this.dismissed.add(row.slotId);
    await this.context.rows.change((batch) => batch.delete('inbox', row.slotId));
    await this.letGo(row);
  }

  /** The record is not of the size that its slot says: the item stays with what could be read before. */
  private async refuseRecord(row: InboxData, next: ReadableRecord): Promise<void> {
    this.context.core.log({
      type: 'shared-record-refused',
      slotId: row.slotId,
      detail: 'not-of-the-size-its-slot-says',
    });
    await this.context.rows.change((batch) => {
      const now = this.context.rows.get('inbox', row.slotId);
      if (now?.next?.blobId !== next.blobId || now.ended) return;
      const { next: _, ...rest } = now;
      batch.put('inbox', row.slotId, rest);
    });
    await this.dropDocument(next.blobId);
  }

  private async takeRecord(row: InboxData, terms: InboxTerms, next: ReadableRecord): Promise<void> {
    const read = await this.parts.reader.read(refOf(terms, next));
    if (!read.ok && read.code !== 'unreadable') {
      await this.dropDocument(next.blobId);
      this.wake(row.slotId);
      return;
    }
    if (!read.ok) this.context.core.log({ type: 'shared-record-refused', slotId: row.slotId, detail: detailOf(read) });
    await this.context.rows.change((batch) => {
      const now = this.context.rows.get('inbox', row.slotId);
      if (now?.next?.blobId !== next.blobId || now.ended) return;
      const { next: _, ...rest } = now;
      if (!read.ok) return batch.put('inbox', row.slotId, rest);
      const { patients } = read.value.summary;
      const isOther = now.firstVersion !== undefined && namesOtherPatient(now.patients, patients);
      batch.put('inbox', row.slotId, {
        ...rest,
        readable: next,
        firstVersion: now.firstVersion ?? next.version,
        patients,
        ...(isOther ? { formerPatients: now.patients } : {}),
      });
    });
    const superseded = read.ok ? row.readable?.blobId : next.blobId;
    if (superseded && superseded !== this.find(row.slotId)?.readable?.blobId) await this.dropDocument(superseded);
  }

  /** Over for good: the key goes first, then the documents. */
  private async end(row: InboxData, how: NonNullable<InboxData['ended']>): Promise<void> {
    if (isUnopened(row)) return this.dismiss(row);
    await this.context.rows.change((batch) => {
      const now = this.context.rows.get('inbox', row.slotId);
      if (!now || now.removed || now.ended) return;
      const { readable: _, next: __, ...rest } = now;
      batch.put('inbox', row.slotId, { ...rest, ended: how });
    });
    await this.letGo(row);
  }

  private async letGo({
    slotId,
    terms,
    readable,
    next,
  }: Pick<InboxData, 'slotId' | 'terms' | 'readable' | 'next'>): Promise<void> {
    const pending = this.wants.pending(slotId);
    this.wants.stop(slotId);
    this.slots.forget(slotId);
    for (const id of [pending, terms?.capsuleBlobId, readable?.blobId, next?.blobId]) {
      if (id) await this.dropDocument(id);
    }
    const isShared = this.context.rows
      .all('inbox')
      .some((other) => other.slotId !== slotId && !other.ended && other.terms?.recordSlotId === terms?.recordSlotId);
    if (terms && !isShared) this.slots.forget(terms.recordSlotId);
  }

  /** Rows pushed out by newer ones: what was being fetched for them is wanted no more. */
  private letGoOfEvicted(): void {
    for (const purpose of this.wants.purposes) {
      const slotId = purpose as SlotId;
      if (this.context.rows.get('inbox', slotId)) continue;
      this.context.background(() => this.letGo({ slotId }));
    }
  }

  /** Unless it is needed elsewhere: two grants of one record, or a capsule that names somebody else's document. */
  private async dropDocument(id: BlobId): Promise<void> {
    const { rows } = this.context;
    const isOwn = [...rows.all('record'), ...rows.all('grant')].some(({ blobId }) => blobId === id);
    const isNeeded = rows
      .all('inbox')
      .some(({ terms, readable, ended }) => !ended && (readable?.blobId === id || terms?.capsuleBlobId === id));
    if (isOwn || isNeeded || this.wants.isWanted(id)) return;
    this.parts.reader.forget(id);
    this.wants.forget(id);
    await this.context.core.blobs.drop(id);
  }

  private receive(batch: RowBatch, found: readonly SealedVersion[]): void {
    const fresh = found.filter(
      (seal) => seal.blobId !== ERASED && seal.sizeBucket === SMALL_SIZE_BUCKET && !this.isKnown(seal.slotId),
    );
    for (const { slotId } of fresh) this.put(batch, slotId, { kind: 'organisation' });
    const unopened = this.context.rows
      .all('inbox')
      .filter((row) => isUnopened(row) && !row.ended && !row.removed)
      .sort((a, b) => a.receivedAtMs - b.receivedAtMs);
    // Whoever floods an organisation pushes out what nobody served for longest, not what comes next.
    for (const { slotId } of unopened.slice(0, Math.max(0, unopened.length + fresh.length - UNOPENED_MAX))) {
      batch.delete('inbox', slotId);
    }
  }

  /** Own records carry a hint too: to their owner. */
  private isKnown(slotId: SlotId): boolean {
    const { rows } = this.context;
    if (rows.get('inbox', slotId) || this.dismissed.has(slotId)) return true;
    return rows.get('record', slotId) !== undefined || this.parts.isOwnGrant(slotId);
  }

  private put(batch: RowBatch, slotId: SlotId, key: InboxData['key']): void {
    batch.put('inbox', slotId, { slotId, key, receivedAtMs: this.context.core.ports.clock.nowMs(), patients: [] });
  }

  private showArrival(): void {
    this.context.core.touch('inbox');
  }
}

/** Found by its hint, and not opened so far. */
function isUnopened({ key, terms }: InboxData): boolean {
  return key.kind === 'organisation' && !terms;
}

function refOf(terms: InboxTerms, record: ReadableRecord): RecordRef {
  const contentKey = fromHex(record.contentKey);
  const ownerKey = fromHex(terms.recordOwnerKey);
  assert(contentKey && ownerKey, 'keys of a shared record');
  return { blobId: record.blobId, version: record.version, contentKey, ownerKey };
}
