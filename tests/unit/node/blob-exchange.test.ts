import { beforeEach, describe, expect, it } from 'vitest';
import type { BlobId } from '../../../src/core/ids.ts';
import { sha256 } from '../../../src/core/hash.ts';
import type { PeerMessage } from '../../../src/core/wire.ts';
import { blobIdOf, CHUNK_BYTES, encodeManifest } from '../../../src/health/manifest.ts';
import { BlobCancelled } from '../../../src/node/blob-exchange.ts';
import { CHUNK_TIMEOUT_MS, CHUNKS_IN_FLIGHT_PER_PEER } from '../../../src/node/params.ts';
import type { NodeService } from '../../../src/node/service.ts';
import type { ScriptedPeer } from '../../support/scripted-peer.ts';
import { Seeded } from '../../support/seeded.ts';
import { Room } from './node-fixture.ts';

let room: Room;
let node: NodeService;

interface Blob {
  readonly id: BlobId;
  readonly manifest: Uint8Array;
  readonly chunks: readonly Uint8Array[];
}

function makeBlob(chunkCount: number, seed = 1): Blob {
  const lot = new Seeded(seed);
  const chunks = Array.from({ length: chunkCount }, (_, i) =>
    new Uint8Array(i === chunkCount - 1 ? 1_000 : CHUNK_BYTES).fill(lot.below(256)),
  );
  const blobBytes = chunks.reduce((sum, { length }) => sum + length, 0);
  const manifest = encodeManifest({ blobBytes, chunkHashes: chunks.map((chunk) => sha256(chunk)) });
  return { id: blobIdOf(manifest), manifest, chunks };
}

/** Keeps a blob, and gives what `part` makes of each piece; undefined is silence. */
function keeper(
  blob: Blob,
  has: 'all' | Uint8Array = 'all',
  alter: (chunk: Uint8Array, part: number | 'manifest') => Uint8Array | undefined = (chunk) => chunk,
) {
  return {
    on(peer: ScriptedPeer, message: PeerMessage) {
      if (message.type === 'getHave') peer.send({ type: 'have', blobId: message.blobId, chunks: has });
      if (message.type !== 'getChunk') return;
      const { part } = message;
      const bytes = alter(part === 'manifest' ? blob.manifest : blob.chunks[part]!, part);
      if (bytes) peer.send({ type: 'chunk', blobId: blob.id, part, bytes });
    },
  };
}

const asked = (peer: ScriptedPeer) => peer.heard('getChunk').map(({ part }) => part);
const gone = () => node.peers.gone.map(({ reason }) => reason);

async function stored(id: BlobId): Promise<readonly number[]> {
  return node.ports.blobs.listChunks(id);
}

beforeEach(async () => {
  room = new Room();
  node = await room.open();
  await room.pass(10);
});

describe('fetching a sealed document', () => {
  it('takes each chunk from somebody who has it, a few at a time, and checks all of them', async () => {
    const blob = makeBlob(12);
    const [whole, part] = [
      await room.stranger(node, keeper(blob)),
      await room.stranger(node, keeper(blob, Uint8Array.of(0b1111))),
    ];
    let isDone = false;
    void node.core.blobs.fetch(blob.id).then(() => (isDone = true));
    await room.until('fetched', () => isDone);
    expect(await stored(blob.id)).toEqual(blob.chunks.map((_, i) => i));
    expect([...asked(whole), ...asked(part)].filter((piece) => piece !== 'manifest').sort()).toEqual(
      blob.chunks.map((_, i) => i).sort(),
    );
    expect(asked(part).filter((piece) => piece !== 'manifest' && piece > 3)).toEqual([]);
    expect(asked(part).length).toBeGreaterThan(1);
    expect(await node.ports.blobs.getChunk(blob.id, 5)).toEqual(blob.chunks[5]);
  });

  it.each([
    [
      'bad-chunk',
      (bytes: Uint8Array, part: number | 'manifest') => (part === 'manifest' ? bytes : bytes.map((byte) => byte ^ 1)),
    ],
    [
      'bad-manifest',
      (bytes: Uint8Array, part: number | 'manifest') => (part === 'manifest' ? bytes.subarray(1) : bytes),
    ],
  ])('drops who sends something else, with %s, and goes on with the others', async (reason, alter) => {
    const blob = makeBlob(3);
    await room.stranger(node, keeper(blob, 'all', alter));
    let isDone = false;
    void node.core.blobs.fetch(blob.id).then(() => (isDone = true));
    await room.pass(100);
    expect([gone(), isDone]).toEqual([[reason], false]);
    await room.stranger(node, keeper(blob));
    await room.until('fetched', () => isDone);
  });

  it('asks another when one does not answer, and holds no more than a few questions open with one', async () => {
    const blob = makeBlob(9);
    const silent = await room.stranger(
      node,
      keeper(blob, 'all', (bytes, part) => (part === 'manifest' ? bytes : undefined)),
    );
    let isDone = false;
    void node.core.blobs.fetch(blob.id).then(() => (isDone = true));
    await room.pass(1_000);
    expect(asked(silent).filter((piece) => piece !== 'manifest').length).toBe(CHUNKS_IN_FLIGHT_PER_PEER);
    await room.stranger(node, keeper(blob));
    await room.until('fetched', () => isDone, CHUNK_TIMEOUT_MS + 1_000);
  });

  it('waits for a holder to appear, and takes up what an earlier try left here', async () => {
    const blob = makeBlob(4);
    const failed = node.core.blobs.fetch(blob.id).catch((fault: unknown) => fault);
    await room.stranger(node, keeper(blob, Uint8Array.of(0b0011)));
    await room.pass(1_000);
    expect(node.core.blobs.progressOf(blob.id)).toMatchObject({ done: 2, total: 4 });
    node.core.blobs.cancel(blob.id);
    expect(await failed).toBeInstanceOf(BlobCancelled);
    const second = await room.stranger(node, keeper(blob));
    let isDone = false;
    void node.core.blobs.fetch(blob.id).then(() => (isDone = true));
    await room.until('fetched', () => isDone);
    expect(asked(second)).toEqual([2, 3]);
  });

  it('that is cancelled asks no more', async () => {
    const blob = makeBlob(4);
    const failed = node.core.blobs.fetch(blob.id).catch((fault: unknown) => fault);
    node.core.blobs.cancel(blob.id);
    expect(await failed).toBeInstanceOf(BlobCancelled);
    const peer = await room.stranger(node, keeper(blob));
    await room.pass(30_000);
    expect([peer.heard('getHave'), asked(peer)]).toEqual([[], []]);
  });
});

it('what the chain does not name is not served, even where it lies on the disk', async () => {
  const blob = makeBlob(2);
  await node.core.blobs.keep(blob.id, blob.manifest, blob.chunks);
  const peer = await room.stranger(node);
  peer.send({ type: 'getHave', blobId: blob.id });
  peer.send({ type: 'getChunk', blobId: blob.id, part: 0 });
  await room.pass(10);
  expect(peer.heard('have').map(({ chunks }) => chunks)).toEqual(['none']);
  expect([peer.heard('chunk'), peer.heard('notFound').length]).toEqual([[], 1]);
});
