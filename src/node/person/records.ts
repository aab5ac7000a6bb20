/** The person's own records: a FHIR file becomes a sealed document in a slot of their own, and later versions of it. */
import { fromHex, toHex } from '../../core/bytes.ts';
import type { SlotId } from '../../core/ids.ts';
import { assert } from '../../core/result.ts';
import type { RecordSummary } from '../../health/fhir/display-model.ts';
import type { OwnSlot } from '../../health/identity.ts';
import { KEY_BYTES } from '../../health/key-derivation.ts';
import { namesOtherPatient } from '../../health/same-patient.ts';
import { sealDocument } from '../../health/sealed-document.ts';
import { makeOwnerStanza } from '../../health/stanzas.ts';
import { clipText } from '../../health/text-fields.ts';
import { ERASED } from '../../ledger/slot-state.ts';
import type { Outcome, RecordRow, ReplacementPreview } from '../api.ts';
import { RECORD_BYTES_MAX } from '../params.ts';
import type { PersonContext } from './context.ts';
import { DONE, done, fail } from './problem.ts';
import { hasHealthEntries } from '../../health/fhir/record.ts';
import { readFhir, type ReadRecord } from './fhir.ts';
import { readFile } from './read-file.ts';
import type { RecordReader, RecordRef } from './record-reader.ts';
import type { RecordData } from './row-types.ts';
import type { OwnSlotVersion, PreparedVersion, SlotSealer } from './slot-sealer.ts';
import type { Task, TaskList } from './tasks.ts';
import type { KeyedQueue } from './keyed-queue.ts';
import type { Outbox } from './outbox.ts';
import type { OwnSlots } from './own-slots.ts';

const FILE_NAME_BYTES_MAX = 200;

interface RecordParts {
  readonly outbox: Outbox;
  readonly ownSlots: OwnSlots;
  readonly sealer: SlotSealer;
  readonly reader: RecordReader;
  readonly tasks: TaskList;
  /** By record: what is done to one record and its grants is done one after the other. */
  readonly locks: KeyedQueue;
  /** A record has a new version: those with a running grant are to have its key. Runs inside the record's lock. */
  onNewVersion(recordId: SlotId): Promise<void>;
}

type Failure = Extract<Outcome, { ok: false }>;

/** A file read and checked. */
interface ReadFile {
  readonly bytes: Uint8Array;
  readonly record: ReadRecord;
}

/** That file sealed, with the row it makes. */
interface SealedFile {
  readonly prepared: PreparedVersion;
  readonly row: RecordData;
}

export class Records {
  private readonly context: PersonContext;
  private readonly parts: RecordParts;

  constructor(context: PersonContext, parts: RecordParts) {
    this.context = context;
    this.parts = parts;
  }

  rows(): RecordRow[] {
    return this.context.rows
      .all('record')
      .sort((a, b) => b.savedAtMs - a.savedAtMs)
      .map((record) => ({
        id: record.slotId,
        title: record.title,
        kind: record.kind,
        patients: record.patients,
        entryCount: record.entryCount,
        problemCount: record.problemCount,
        bytes: record.bytes,
        version: record.version,
        savedAtMs: record.savedAtMs,
        anchor: this.parts.outbox.anchorOf(record.slotId, record.version),
        erased: record.erased,
        keepers: record.erased ? 0 : this.context.core.blobs.holderCount(record.blobId),
      }));
  }

  find(id: string): RecordData | undefined {
    return this.context.rows.get('record', id);
  }

  /** How an own record is opened. Not for erased ones. */
  refOf(record: RecordData): RecordRef {
    const contentKey = fromHex(record.contentKey);
    assert(contentKey?.length === KEY_BYTES, 'content key of a record');
    const { ownerPublic } = this.context.identity.ownSlot(record.slotIndex);
    return { blobId: record.blobId, contentKey, ownerKey: ownerPublic, version: record.version };
  }

  importRecord(file: Blob, name: string): Promise<Outcome<{ readonly recordId: string }>> {
    return this.parts.tasks.run(name, async (task) => {
      const read = await this.readRecord(file, task);
      if (!('bytes' in read)) return read;
      const { prepared, row } = await this.sealFile(read, name, task, undefined);
      await this.publish(task, prepared, row);
      return done({ recordId: row.slotId });
    });
  }

  previewReplacement(recordId: string, file: Blob, name: string): Promise<Outcome<ReplacementPreview>> {
    return this.parts.tasks.run(name, async (task) => {
      const record = this.findReplaceable(recordId);
      if (!('slotId' in record)) return record;
      const read = await this.readRecord(file, task);
      if (!('bytes' in read)) return read;
      const { summary } = read.record;
      return done({ summary, otherPatient: namesOtherPatient(record.patients, summary.patients) });
    });
  }

  replaceRecord(
    recordId: string,
    file: Blob,
    name: string,
    { allowOtherPatient } = { allowOtherPatient: false },
  ): Promise<Outcome<{ readonly version: number }>> {
    return this.parts.tasks.run(name, (task) =>
      this.parts.locks.run(recordId, async () => {
        const record = this.findReplaceable(recordId);
        if (!('slotId' in record)) return record;
        const read = await this.readRecord(file, task);
        if (!('bytes' in read)) return read;
        if (!allowOtherPatient && namesOtherPatient(record.patients, read.record.summary.patients)) {
          return fail('patient-differs');
        }
        const { prepared, row } = await this.sealFile(read, name, task, record);
        await this.publish(task, prepared, row);
        await this.dropVersion(record);
        await this.parts.onNewVersion(record.slotId);
        return done({ version: row.version });
      }),
    );
  }

  eraseRecord(recordId: string): Promise<Outcome> {
    return this.parts.locks.run(recordId, async () => {
      const record = this.find(recordId);
      if (!record) return fail('record-unknown');
      if (record.erased) return DONE;
      const version = record.version + 1;
      const slot = { index: record.slotIndex, slotId: record.slotId, version };
      const prepared = await this.parts.sealer.prepare(slot, undefined, this.context.identity.scanPublic);
      assert(prepared, 'own scan key');
      const erased = { ...record, version, blobId: ERASED, contentKey: '', erased: true };
      await this.parts.sealer.publish(prepared, (batch) => batch.put('record', record.slotId, erased));
      await this.dropVersion(record);
      return DONE;
    });
  }

  private findReplaceable(recordId: string): RecordData | Failure {
    const record = this.find(recordId);
    if (!record) return fail('record-unknown');
    return record.erased ? fail('record-erased') : record;
  }

  private async publish(task: Task, prepared: PreparedVersion, row: RecordData): Promise<void> {
    task.report('saving');
    task.commit();
    await this.parts.sealer.publish(prepared, (batch) => batch.put('record', row.slotId, row));
  }

  private async dropVersion(record: RecordData): Promise<void> {
    this.parts.reader.forget(record.blobId);
    await this.parts.sealer.dropQuietly(record.blobId);
  }

  /** Throws Cancelled when the person stops it. */
  private async readRecord(file: Blob, task: Task): Promise<ReadFile | Failure> {
    if (file.size === 0) return fail('file-empty');
    if (file.size > RECORD_BYTES_MAX) return fail('file-too-large', `${file.size} bytes`);
    task.report('reading', 0, file.size);
    const bytes = await readFile(file, (read) => task.report('reading', read, file.size));
    if (!bytes) return fail('file-unreadable');
    task.report('checking');
    const read = await readFhir(bytes, {
      pause: () => this.context.pause(),
      onProgress: (checked, total) => task.report('checking', checked, total),
    });
    if (!read.ok) return fail(read.code, read.detail);
    if (!hasHealthEntries(read.value.parsed)) return fail('file-no-entries', read.value.parsed.problems[0]?.path);
    return { bytes, record: read.value };
  }

  /** Nothing is stored yet when this returns; throws Cancelled when the person stops it. */
  private async sealFile(
    { bytes, record }: ReadFile,
    name: string,
    task: Task,
    before: RecordData | undefined,
  ): Promise<SealedFile> {
    task.report('sealing');
    const { index, ...keys } = before
      ? { index: before.slotIndex, ...this.context.identity.ownSlot(before.slotIndex) }
      : await this.parts.ownSlots.allocate();
    const slot = { index, slotId: before?.slotId, version: (before?.version ?? 0) + 1 };
    const contentKey = this.context.core.ports.rng.bytes(KEY_BYTES);
    const prepared = await this.seal(bytes, slot, keys, contentKey, task);
    this.parts.reader.remember(prepared.blobId, record);
    return { prepared, row: this.rowOf(prepared, index, record.summary, { bytes, name, contentKey }) };
  }

  private async seal(bytes: Uint8Array, slot: OwnSlotVersion, keys: OwnSlot, contentKey: Uint8Array, task: Task) {
    const place = { ownerKey: keys.ownerPublic, version: slot.version };
    const stanzas = [makeOwnerStanza(keys.wrapSecret, contentKey, place)];
    const order = { ...place, contentKey, stanzas, small: false };
    const document = await sealDocument(bytes, order, this.context.core.ports.cipher, (sealed, total) =>
      task.report('sealing', sealed, total),
    );
    const prepared = await this.parts.sealer.prepare(slot, document, this.context.identity.scanPublic);
    assert(prepared, 'own scan key');
    return prepared;
  }

  private rowOf(
    prepared: PreparedVersion,
    slotIndex: number,
    summary: RecordSummary,
    file: { readonly bytes: Uint8Array; readonly name: string; readonly contentKey: Uint8Array },
  ): RecordData {
    return {
      slotId: prepared.slotId,
      slotIndex,
      version: prepared.version,
      blobId: prepared.blobId,
      title: summary.title,
      kind: summary.kind,
      patients: summary.patients,
      entryCount: summary.entryCount,
      problemCount: summary.problemCount,
      bytes: file.bytes.length,
      fileName: clipText(file.name, FILE_NAME_BYTES_MAX),
      savedAtMs: this.context.core.ports.clock.nowMs(),
      contentKey: toHex(file.contentKey),
      erased: false,
    };
  }
}
