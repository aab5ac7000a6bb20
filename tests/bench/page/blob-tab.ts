/** A tab that exchanges blobs as the app does: WebRTC on the page, everything else in a worker. */
import * as Comlink from 'comlink';
import type { BlobId } from '../../../src/core/ids.ts';
import type { BlobWorker } from './blob-worker.ts';
import { lendWebRtc } from './lend-webrtc.ts';

export class BlobTab {
  private worker: Comlink.Remote<BlobWorker> | undefined;

  /** Resolves when the node of another tab is connected. */
  async meet(): Promise<void> {
    const worker = new Worker(new URL('./blob-worker.ts', import.meta.url), { type: 'module' });
    this.worker = Comlink.wrap<BlobWorker>(worker);
    const port = lendWebRtc();
    await this.worker.meet(Comlink.transfer(port, [port]));
  }

  /** Stores random bytes that others may then fetch. */
  async keep(bytes: number): Promise<BlobId> {
    return (await this.worker!.keep(bytes)) as BlobId;
  }

  /**
   * Fetches a blob, and lets it go again.
   * @returns seconds until every chunk was checked and stored
   */
  fetch(id: BlobId): Promise<number> {
    return this.worker!.fetch(id);
  }
}
