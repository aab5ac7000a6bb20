/** The part of a node that exchanges blobs: real peers, real chunks on a real disk, no chain. */
import * as Comlink from 'comlink';
import { IndexedDbBlobStore } from '../../../src/adapters/indexeddb/blob-store.ts';
import { SystemClock } from '../../../src/adapters/platform/system-clock.ts';
import { WebCryptoCipher } from '../../../src/adapters/platform/webcrypto-cipher.ts';
import { WebRng } from '../../../src/adapters/platform/web-rng.ts';
import { WorkerTransport } from '../../../src/adapters/webrtc/worker-bridge.ts';
import { BlockHash, type BlobId } from '../../../src/core/ids.ts';
import { blobIdOf, chunkBytesAt, chunkCountOf, encodeManifest } from '../../../src/health/manifest.ts';
import { BlobExchange } from '../../../src/node/blob-exchange.ts';
import { makeSessionKey } from '../../../src/node/handshake.ts';
import { PeerManager } from '../../../src/node/peer-manager.ts';

const GENESIS = BlockHash.of(new Uint8Array(32));
/** What `getRandomValues` gives at once. */
const RANDOM_BYTES_MAX = 65_536;

const clock = new SystemClock();
const rng = new WebRng();
const cipher = new WebCryptoCipher();
let exchange: BlobExchange | undefined;

const worker = {
  async meet(port: MessagePort): Promise<void> {
    const blobs = await IndexedDbBlobStore.open(`medmesh-bench/${crypto.randomUUID()}`);
    await new Promise<void>((resolve, reject) => {
      const greeting = { genesisHash: GENESIS, tipHash: GENESIS, tipHeight: 0, chainwork: 0n };
      const peers = new PeerManager(
        { clock, rng, transport: new WorkerTransport(port) },
        makeSessionKey(rng),
        () => greeting,
        {
          onPeer: () => resolve(),
          onGone: (_peer, reason) => reject(new Error(reason)),
          onMessage: (peer, message) => void exchange?.onMessage(peer, message).catch(reject),
          onDrain: (peer) => exchange?.onDrain(peer),
          onChanged: () => undefined,
        },
      );
      exchange = new BlobExchange({ clock, blobs, cipher }, peers, {
        isCurrent: () => true,
        onProgress: () => undefined,
        onHoldersChanged: () => undefined,
        onFault: reject,
      });
      peers.start();
    });
  },

  async keep(blobBytes: number): Promise<BlobId> {
    const chunks = Array.from({ length: chunkCountOf(blobBytes) }, (_, i) => randomBytes(chunkBytesAt(blobBytes, i)));
    const chunkHashes = await Promise.all(chunks.map((chunk) => cipher.sha256(chunk)));
    const manifest = encodeManifest({ blobBytes, chunkHashes });
    const id = blobIdOf(manifest);
    await exchange!.keep(id, manifest, chunks);
    return id;
  },

  async fetch(id: BlobId): Promise<number> {
    const startMs = performance.now();
    await exchange!.fetch(id);
    const seconds = (performance.now() - startMs) / 1000;
    await exchange!.drop(id);
    return seconds;
  },
};

export type BlobWorker = typeof worker;

function randomBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let from = 0; from < length; from += RANDOM_BYTES_MAX) {
    crypto.getRandomValues(bytes.subarray(from, from + RANDOM_BYTES_MAX));
  }
  return bytes;
}

Comlink.expose(worker);
