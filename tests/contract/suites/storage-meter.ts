import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlobId } from '../../../src/core/ids.ts';
import type { BlobStore, StorageMeter } from '../../../src/node/ports.ts';
import { Seeded } from '../../support/seeded.ts';

export interface StorageMeterFixture {
  readonly meter: StorageMeter;
  /** On the disk that the meter measures. */
  openBlobs(): Promise<BlobStore>;
  dispose(): Promise<void>;
}

export function describeStorageMeter(name: string, makeFixture: () => StorageMeterFixture): void {
  describe(`StorageMeter: ${name}`, () => {
    // Random, since a platform may compress what it stores.
    const chunk = new Seeded(3).bytes(250_000);
    const id = BlobId.of(chunk.slice(0, 32));
    let fixture: StorageMeterFixture;
    let blobs: BlobStore;

    const measure = async () => {
      const use = await fixture.meter.estimate();
      if (!use) throw new Error('the platform does not tell');
      return use;
    };

    beforeEach(async () => {
      fixture = makeFixture();
      blobs = await fixture.openBlobs();
    });

    afterEach(async () => {
      await blobs.close();
      await fixture.dispose();
    });

    it('tells bytes in use, and more that may be', async () => {
      const { usedBytes, quotaBytes } = await measure();
      expect(Number.isInteger(usedBytes) && usedBytes >= 0).toBe(true);
      expect(quotaBytes).toBeGreaterThan(usedBytes);
    });

    it('counts what was written', async () => {
      const before = (await measure()).usedBytes;
      for (let index = 0; index < 16; index++) await blobs.putChunk(id, index, chunk);
      await expect
        .poll(async () => (await measure()).usedBytes, { timeout: 15_000 })
        .toBeGreaterThanOrEqual(before + 16 * chunk.length);
    });
  });
}
