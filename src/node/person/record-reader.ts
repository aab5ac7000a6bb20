/** Opens sealed records, own and others', and keeps the last few parsed, so that turning pages reads nothing twice. */
import type { BlobId } from '../../core/ids.ts';
import { accept, reject, type Result } from '../../core/result.ts';
import { decodeManifest } from '../../health/manifest.ts';
import { openDocument, type OpenCode } from '../../health/sealed-document.ts';
import { RECORD_BYTES_MAX } from '../params.ts';
import { StoreFault } from '../ports.ts';
import type { PersonContext } from './context.ts';
import { readFhir, type ReadRecord } from './fhir.ts';

const PARSED_KEPT = 2;

/** A sealed record and the key to it. */
export interface RecordRef {
  readonly blobId: BlobId;
  readonly contentKey: Uint8Array;
  /** Of the record's slot. */
  readonly ownerKey: Uint8Array;
  readonly version: number;
}

/** `not-here`: not all of it is stored. `damaged`: the disk changed it. `unreadable`: whoever sealed it did not seal a record. */
export type ReadCode = 'not-here' | 'damaged' | 'unreadable';

export class RecordReader {
  private readonly context: PersonContext;
  /** Last used last. */
  private readonly cache = new Map<BlobId, ReadRecord>();

  constructor(context: PersonContext) {
    this.context = context;
  }

  remember(blobId: BlobId, record: ReadRecord): void {
    this.cache.delete(blobId);
    this.cache.set(blobId, record);
    for (const oldest of this.cache.keys()) {
      if (this.cache.size <= PARSED_KEPT) break;
      this.cache.delete(oldest);
    }
  }

  forget(blobId: BlobId): void {
    this.cache.delete(blobId);
  }

  async read(ref: RecordRef): Promise<Result<ReadRecord, ReadCode>> {
    const known = this.cache.get(ref.blobId);
    if (known) {
      this.remember(ref.blobId, known);
      return accept(known);
    }
    const bytes = await this.readBytes(ref);
    if (!bytes.ok) return bytes;
    const record = await readFhir(bytes.value, { pause: () => this.context.pause() });
    if (!record.ok) return reject('unreadable', record.code);
    this.remember(ref.blobId, record.value);
    return record;
  }

  /** The file as it was sealed. */
  async readBytes(ref: RecordRef): Promise<Result<Uint8Array, ReadCode>> {
    const { blobs, cipher } = this.context.core.ports;
    try {
      const manifest = await blobs.getManifest(ref.blobId);
      if (!manifest) return reject('not-here', 'manifest');
      const decoded = decodeManifest(manifest);
      if (!decoded.ok) return reject('damaged', decoded.detail);
      const readChunk = (index: number) => blobs.getChunk(ref.blobId, index);
      const limits = { plaintextBytesMax: RECORD_BYTES_MAX };
      const opened = await openDocument(decoded.value, readChunk, ref, ref, cipher, limits);
      return opened.ok ? opened : reject(readCodeOf(opened.code), opened.code);
    } catch (fault) {
      if (!(fault instanceof StoreFault) || fault.code !== 'corrupt-row') throw fault;
      this.context.core.reportFault(fault);
      return reject('damaged', fault.row);
    }
  }
}

function readCodeOf(code: OpenCode): ReadCode {
  if (code === 'chunk-missing') return 'not-here';
  return code === 'chunk-damaged' ? 'damaged' : 'unreadable';
}
