/** The storage meter's twin in memory: what lies on a memory disk, of as much as a test allows. */
import type { StorageMeter, StorageUse } from '../../node/ports.ts';
import type { MemoryDisk } from './memory-disk.ts';

const QUOTA_BYTES = 1_000_000_000;

export class MemoryMeter implements StorageMeter {
  private readonly disk: MemoryDisk;
  private readonly quotaBytes: number;

  constructor(disk: MemoryDisk, quotaBytes = QUOTA_BYTES) {
    this.disk = disk;
    this.quotaBytes = quotaBytes;
  }

  async estimate(): Promise<StorageUse> {
    const { chain, blobs, rows } = this.disk;
    let usedBytes = chain.blocks.bytes + chain.undo.bytes + chain.state.bytes + rows.bytes;
    for (const pieces of blobs.values()) for (const bytes of pieces.values()) usedBytes += bytes.length;
    return { usedBytes, quotaBytes: this.quotaBytes };
  }
}
