/** Reading: own records and those others shared, a summary, a page of a section, or the whole file. */
import type { Rejection, Result } from '../../core/result.ts';
import type { RecordItem, Section } from '../../health/fhir/display-model.ts';
import type { OpenedRecord, Outcome } from '../api.ts';
import { chainTimeS, type PersonContext } from './context.ts';
import { listFhirSection, type ReadRecord } from './fhir.ts';
import type { Inbox } from './inbox.ts';
import { done, fail } from './problem.ts';
import type { ReadCode, RecordReader, RecordRef } from './record-reader.ts';
import type { Records } from './records.ts';
import type { InboxData, RecordData } from './row-types.ts';

interface Source {
  readonly ref: RecordRef;
  readonly from:
    { readonly kind: 'own'; readonly row: RecordData } | { readonly kind: 'inbox'; readonly row: InboxData };
}

type Failure = Extract<Outcome, { ok: false }>;

/** Items a caller may ask for at a time. */
const SECTION_PAGE_MAX = 500;

export class RecordOpener {
  private readonly context: PersonContext;
  private readonly records: Records;
  private readonly inbox: Inbox;
  private readonly reader: RecordReader;

  constructor(context: PersonContext, records: Records, inbox: Inbox, reader: RecordReader) {
    this.context = context;
    this.records = records;
    this.inbox = inbox;
    this.reader = reader;
  }

  async open(id: string): Promise<Outcome<OpenedRecord>> {
    const read = await this.read(id);
    if (!('summary' in read)) return read;
    return done({ id, version: read.version, summary: read.summary });
  }

  async listSection(
    id: string,
    section: Section,
    from: number,
    count: number,
  ): Promise<Outcome<readonly RecordItem[]>> {
    const read = await this.read(id);
    if (!('summary' in read)) return read;
    return done(await listFhirSection(read.parsed, section, from, Math.min(count, SECTION_PAGE_MAX)));
  }

  async export(id: string): Promise<Outcome<{ readonly name: string; readonly bytes: Uint8Array }>> {
    const source = this.sourceOf(id);
    if (!('ref' in source)) return source;
    const bytes = await this.reader.readBytes(source.ref);
    if (!bytes.ok) return this.recover(source, bytes);
    const { from } = source;
    const name = from.kind === 'own' ? from.row.fileName : `${from.row.terms?.title ?? id}.json`;
    return done({ name, bytes: bytes.value });
  }

  private async read(id: string): Promise<(ReadRecord & { readonly version: number }) | Failure> {
    const source = this.sourceOf(id);
    if (!('ref' in source)) return source;
    const read: Result<ReadRecord, ReadCode> = await this.reader.read(source.ref);
    return read.ok ? { ...read.value, version: source.ref.version } : this.recover(source, read);
  }

  private sourceOf(id: string): Source | Failure {
    const own = this.records.find(id);
    if (own) {
      return own.erased ? fail('record-erased') : { ref: this.records.refOf(own), from: { kind: 'own', row: own } };
    }
    const item = this.inbox.find(id);
    if (!item) return fail('record-unknown');
    if (item.ended === 'erased') return fail('record-erased');
    const isOver = item.terms !== undefined && item.terms.expiresAtS <= chainTimeS(this.context.core);
    if (item.ended || isOver) return fail('grant-ended', item.ended ?? 'expired');
    const ref = this.inbox.refOf(item);
    return ref ? { ref, from: { kind: 'inbox', row: item } } : fail('record-not-here-yet');
  }

  /** What is missing or damaged here is fetched from whoever else holds it. */
  private recover({ ref, from }: Source, { code, detail }: Rejection<ReadCode>): Failure {
    if (code === 'unreadable') return fail('record-damaged', detail);
    this.context.background(() =>
      from.kind === 'inbox' ? this.inbox.refetch(from.row) : this.refetchOwn(ref, code === 'damaged'),
    );
    return code === 'not-here' ? fail('record-not-here-yet', detail) : fail('record-damaged', detail);
  }

  /** A damaged copy goes only where somebody has a whole one. */
  private async refetchOwn({ blobId }: RecordRef, isDamaged: boolean): Promise<void> {
    const { blobs } = this.context.core;
    if (isDamaged) {
      blobs.findHolders(blobId);
      if (blobs.holderCount(blobId) === 0) return;
      await blobs.drop(blobId);
    }
    await blobs.fetch(blobId);
    blobs.findHolders(blobId);
    this.context.core.noteMended(blobId);
    this.context.core.log({ type: 'record-mended', blobId });
  }
}
