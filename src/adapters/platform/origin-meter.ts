/** The StorageMeter port on what the browser says of this origin: every database, cache and network of it together. */
import type { StorageMeter, StorageUse } from '../../node/ports.ts';

export class OriginMeter implements StorageMeter {
  async estimate(): Promise<StorageUse | undefined> {
    try {
      const { usage, quota } = await navigator.storage.estimate();
      return usage === undefined || quota === undefined ? undefined : { usedBytes: usage, quotaBytes: quota };
    } catch {
      // The browser's own trouble (TypeError, whatever its cause): nothing is known, and nothing is lost.
      return undefined;
    }
  }
}
