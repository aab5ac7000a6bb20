/** The blob store's twin in memory: same contract, any fault on demand. */
import type { BlobId } from '../../core/ids.ts';
import type { BlobStore } from '../../node/ports.ts';
import { MANIFEST, pieceName } from '../indexeddb/blob-rows.ts';
import type { MemoryDisk, MemoryHandle } from './memory-disk.ts';

export class MemoryBlobStore implements BlobStore {
  private readonly disk: MemoryDisk;
  private readonly handle: MemoryHandle;

  constructor(disk: MemoryDisk) {
    this.disk = disk;
    this.handle = disk.attach('blobs');
  }

  async putManifest(id: BlobId, manifest: Uint8Array): Promise<void> {
    this.putPiece('putManifest', id, MANIFEST, manifest);
  }

  async getManifest(id: BlobId): Promise<Uint8Array | undefined> {
    return this.getPiece('getManifest', id, MANIFEST);
  }

  async putChunk(id: BlobId, index: number, chunk: Uint8Array): Promise<void> {
    this.putPiece('putChunk', id, index, chunk);
  }

  async getChunk(id: BlobId, index: number): Promise<Uint8Array | undefined> {
    return this.getPiece('getChunk', id, index);
  }

  async listChunks(id: BlobId): Promise<readonly number[]> {
    this.handle.begin('listChunks');
    const indexes = [...(this.disk.blobs.get(id)?.keys() ?? [])];
    return indexes.filter((index) => index !== MANIFEST).sort((a, b) => a - b);
  }

  async list(): Promise<readonly BlobId[]> {
    this.handle.begin('list');
    return [...this.disk.blobs.keys()].sort();
  }

  async delete(id: BlobId): Promise<void> {
    this.handle.begin('delete');
    const indexes = [...(this.disk.blobs.get(id)?.keys() ?? [])];
    const rows = indexes.map((index) => pieceName(id, index));
    this.handle.write('delete', rows, () => this.disk.blobs.delete(id));
  }

  async usedBytes(): Promise<number> {
    this.handle.begin('usedBytes');
    let bytes = 0;
    for (const pieces of this.disk.blobs.values()) for (const piece of pieces.values()) bytes += piece.length;
    return bytes;
  }

  async close(): Promise<void> {
    this.handle.close();
  }

  private putPiece(call: string, id: BlobId, index: number, payload: Uint8Array): void {
    this.handle.begin(call);
    this.handle.write(call, [pieceName(id, index)], () => {
      const pieces = this.disk.blobs.get(id) ?? new Map<number, Uint8Array>();
      this.disk.blobs.set(id, pieces.set(index, payload.slice()));
    });
  }

  private getPiece(call: string, id: BlobId, index: number): Uint8Array | undefined {
    this.handle.begin(call);
    const piece = this.disk.blobs.get(id)?.get(index);
    if (!piece) return undefined;
    this.handle.read(call, pieceName(id, index));
    return piece.slice();
  }
}
