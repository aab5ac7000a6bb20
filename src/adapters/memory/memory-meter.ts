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
    const kept = [
      ...[...chain.blocks.values()].flatMap(({ header, body }) => [header, body]),
      ...[...chain.undo.values()].map(({ undo }) => undo),
      ...chain.state.values(),
      ...[...blobs.values()].flatMap((pieces) => [...pieces.values()]),
      ...rows.values(),
    ];
    return { usedBytes: kept.reduce((sum, bytes) => sum + bytes.length, 0), quotaBytes: this.quotaBytes };
  }
}
