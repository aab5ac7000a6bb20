import { beforeEach, describe, expect, it } from 'vitest';
import type { BlobId } from '../../../src/core/ids.ts';
import { sha256 } from '../../../src/core/hash.ts';
import type { PeerMessage } from '../../../src/core/wire.ts';
import { sizeBucketOf } from '../../../src/health/padding.ts';
import { blobIdOf, CHUNK_BYTES, encodeManifest } from '../../../src/health/manifest.ts';
import { BlobCancelled, BlobRefused } from '../../../src/node/blob-fetches.ts';
import {
  CHUNK_TIMEOUT_MS,
  CHUNKS_IN_FLIGHT_PER_PEER,
  FETCH_BYTES_MAX,
  FETCH_TURN_MS,
  FETCHES_BYTES_MAX,
  FETCHES_MAX,
  SURVEY_AT_ONCE,
  SURVEY_INTERVAL_MS,
  SURVEY_PATIENCE_MS,
} from '../../../src/node/params.ts';
import { StoreFault } from '../../../src/node/ports.ts';
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

/** A disk that writes no chunk before it is let. */
function holdWrites() {
  const { blobs } = node.ports;
  const put = blobs.putChunk.bind(blobs);
  const held: (() => void)[] = [];
  blobs.putChunk = async (...chunk) => {
    await new Promise<void>((resolve) => held.push(resolve));
    return put(...chunk);
  };
  return {
    held,
    release: () => {
      for (const write of held.splice(0)) write();
    },
  };
}

describe('while the disk writes', () => {
  const chunksIn = (bytes: number) => bytes / CHUNK_BYTES;

  it('more is asked for, as much as one document may have under way', async () => {
    const blob = makeBlob(40);
    const disk = holdWrites();
    for (let i = 0; i < 3; i++) await room.stranger(node, keeper(blob));
    let isDone = false;
    void node.core.blobs.fetch(blob.id).then(() => (isDone = true));
    await room.pass(1_000);
    expect(disk.held.length).toBe(chunksIn(FETCH_BYTES_MAX));
    for (let i = 0; !isDone && i < 10; i++) {
      disk.release();
      await room.pass(100);
      expect(disk.held.length).toBeLessThanOrEqual(chunksIn(FETCH_BYTES_MAX));
    }
    expect([isDone, await stored(blob.id)]).toEqual([true, blob.chunks.map((_, i) => i)]);
  });

  it('many documents together have no more under way than memory is meant for', async () => {
    const blobs = Array.from({ length: 6 }, (_, i) => makeBlob(20, i + 1));
    const disk = holdWrites();
    for (const blob of blobs) {
      const { on } = keeper(blob);
      await room.stranger(node, {
        on: (self, message) => 'blobId' in message && message.blobId === blob.id && on(self, message),
      });
    }
    const done = blobs.map((blob) => node.core.blobs.fetch(blob.id));
    await room.pass(1_000);
    expect(disk.held.length).toBe(chunksIn(FETCHES_BYTES_MAX));
    for (let i = 0; i < 20; i++) {
      disk.release();
      await room.pass(100);
      expect(disk.held.length).toBeLessThanOrEqual(chunksIn(FETCHES_BYTES_MAX));
    }
    await Promise.all(done);
  });

  it('a document let go is not written any more, though its chunks are being checked', async () => {
    const blob = makeBlob(12);
    const { cipher } = node.ports;
    const sha256Of = cipher.sha256.bind(cipher);
    const checks: (() => void)[] = [];
    cipher.sha256 = async (bytes) => {
      if (bytes.length === CHUNK_BYTES) await new Promise<void>((resolve) => checks.push(resolve));
      return sha256Of(bytes);
    };
    await room.stranger(node, keeper(blob));
    const failed = node.core.blobs.fetch(blob.id).catch((fault: unknown) => fault);
    await room.pass(1_000);
    expect(checks.length).toBeGreaterThan(CHUNKS_IN_FLIGHT_PER_PEER);
    await node.core.blobs.drop(blob.id);
    for (const check of checks) check();
    await room.pass(1_000);
    expect([(await failed) instanceof BlobCancelled, await stored(blob.id), node.phase]).toEqual([true, [], 'running']);
  });

  it('a full disk ends the fetch once, however many writes it refuses', async () => {
    const blob = makeBlob(12);
    await room.stranger(node, keeper(blob));
    node.ports.blobs.putChunk = () => Promise.reject(new StoreFault('quota-exceeded', 'full', 'pieces'));
    const fault = await Promise.all([
      node.core.blobs.fetch(blob.id).catch((reason: unknown) => reason),
      room.pass(1_000),
    ]);
    expect(fault[0]).toMatchObject({ code: 'quota-exceeded' });
    expect(node.log.rows.filter(({ level }) => level === 'error').length).toBe(1);
  });
});

describe('many documents from one peer', () => {
  it('are not asked for faster than it lets wait: an honest reader is no flood', async () => {
    const blobs = Array.from({ length: FETCHES_MAX }, (_, i) => makeBlob(1, i + 1));
    const byId = new Map(blobs.map((blob) => [blob.id, blob]));
    let waiting = 0;
    let mostWaiting = 0;
    const peer = await room.stranger(node, {
      on(self, message) {
        if (message.type === 'getHave') self.send({ type: 'have', blobId: message.blobId, chunks: 'all' });
        if (message.type !== 'getChunk') return;
        const { blobId, part } = message;
        mostWaiting = Math.max(mostWaiting, ++waiting);
        room.world.clock.after(50, () => {
          waiting--;
          const blob = byId.get(blobId)!;
          self.send({ type: 'chunk', blobId, part, bytes: part === 'manifest' ? blob.manifest : blob.chunks[part]! });
        });
      },
    });
    let done = 0;
    for (const { id } of blobs) void node.core.blobs.fetch(id).then(() => done++);
    await room.until('all are here', () => done === FETCHES_MAX);
    expect(mostWaiting).toBe(CHUNKS_IN_FLIGHT_PER_PEER);
    expect(asked(peer).length).toBe(2 * byId.size);
  });

  it('take turns: a small one does not wait for a large one', async () => {
    const [large, small] = [makeBlob(60), makeBlob(2, 2)];
    const slow = (blob: Blob) => {
      const quick = keeper(blob);
      return (self: ScriptedPeer, message: PeerMessage) => {
        if (message.type === 'getChunk') room.world.clock.after(20, () => quick.on(self, message));
        else quick.on(self, message);
      };
    };
    const [ofLarge, ofSmall] = [slow(large), slow(small)];
    await room.stranger(node, {
      on: (self, message) =>
        'blobId' in message && (message.blobId === small.id ? ofSmall(self, message) : ofLarge(self, message)),
    });
    const ended: string[] = [];
    void node.core.blobs.fetch(large.id).then(() => ended.push('large'));
    await room.pass(60);
    void node.core.blobs.fetch(small.id).then(() => ended.push('small'));
    await room.until('the small one', () => ended.length === 1, 1_000);
    expect(ended).toEqual(['small']);
    expect(node.core.blobs.progressOf(large.id).done).toBeLessThan(40);
    await room.until('both', () => ended.length === 2);
  });

  it('a chunk that nobody has does not keep others from coming', async () => {
    const blob = makeBlob(5);
    await room.stranger(node, keeper(blob, Uint8Array.of(0b11010)));
    node.core.blobs.fetch(blob.id).catch(() => undefined);
    await room.pass(1_000);
    expect(await stored(blob.id)).toEqual([1, 3, 4]);
  });
});

describe('a document of another size than the chain says', () => {
  it('is refused to whom it was named falsely, once its manifest is here, and goes on for the others', async () => {
    const blob = makeBlob(3);
    const honest = sizeBucketOf(2 * CHUNK_BYTES + 1_000);
    const peer = await room.stranger(node, keeper(blob));
    const lie = node.core.blobs.fetch(blob.id, { sizeBucket: 0 }).catch((fault: unknown) => fault);
    await room.pass(1_000);
    expect(await lie).toBeInstanceOf(BlobRefused);
    expect([asked(peer), gone(), await node.ports.blobs.getManifest(blob.id)]).toEqual([['manifest'], [], undefined]);

    const both = Promise.allSettled([0, honest].map((sizeBucket) => node.core.blobs.fetch(blob.id, { sizeBucket })));
    await room.pass(1_000);
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    const late = node.core.blobs.fetch(blob.id, { sizeBucket: 0 }).catch((fault: unknown) => fault);
    await room.pass(100);
    expect(await late).toBeInstanceOf(BlobRefused);
  });
});

describe('documents that nobody has', () => {
  const unserved = (count: number) => Array.from({ length: count }, (_, i) => blobIdOf(Uint8Array.of(i, i >> 8)));

  it('take turns with those that wait, and those asked for go first', async () => {
    for (const id of unserved(3 * FETCHES_MAX)) node.core.blobs.fetch(id, { isUnasked: true }).catch(() => undefined);
    const blobs = [makeBlob(2), makeBlob(2, 2)] as const;
    const ofEach = blobs.map((blob) => keeper(blob));
    await room.stranger(node, {
      on: (self, message) => {
        if (!('blobId' in message)) return;
        const at = blobs.findIndex(({ id }) => id === message.blobId);
        if (at >= 0) ofEach[at]!.on(self, message);
      },
    });
    const ended: string[] = [];
    void node.core.blobs.fetch(blobs[0].id, { isUnasked: true }).then(() => ended.push('unasked'));
    void node.core.blobs.fetch(blobs[1].id).then(() => ended.push('asked'));
    await room.pass(1_000);
    expect(ended).toEqual(['asked']);
    await room.until('its turn', () => ended.length === 2, 6 * FETCH_TURN_MS);
  });

  it('are given up at once when the node stops, and none is begun after', async () => {
    const faults = unserved(2 * FETCHES_MAX).map((id) => node.core.blobs.fetch(id).catch((fault: unknown) => fault));
    node.blobs.stop();
    faults.push(node.core.blobs.fetch(makeBlob(1).id).catch((fault: unknown) => fault));
    for (const fault of await Promise.all(faults)) expect(fault).toBeInstanceOf(BlobCancelled);
  });
});

describe('a full disk', () => {
  it('is asked for no more, until something could be written again', async () => {
    const [first, second, own] = [makeBlob(2), makeBlob(2, 2), makeBlob(1, 3)];
    const put = node.ports.blobs.putChunk.bind(node.ports.blobs);
    node.ports.blobs.putChunk = () => Promise.reject(new StoreFault('quota-exceeded', 'full', 'pieces'));
    const peer = await room.stranger(node, keeper(first));
    await expect(Promise.all([node.core.blobs.fetch(first.id), room.pass(1_000)])).rejects.toThrow('full');
    expect(node.acceptingBlobs).toBe(false);
    await expect(node.core.blobs.keep(own.id, own.manifest, own.chunks)).rejects.toThrow('full');

    let isDone = false;
    void node.core.blobs.fetch(second.id).then(() => (isDone = true));
    await room.stranger(node, keeper(second));
    const before = peer.heard('getHave').length;
    await room.pass(3_000);
    expect([isDone, node.acceptingBlobs, peer.heard('getHave').length]).toEqual([false, false, before]);

    node.ports.blobs.putChunk = put;
    await node.core.blobs.keep(own.id, own.manifest, own.chunks);
    expect(node.acceptingBlobs).toBe(true);
    await room.until('fetched', () => isDone);
  });
});

it('thousands of documents are asked about in pieces, of whoever comes', async () => {
  const ids = Array.from({ length: 5_000 }, (_, i) => i.toString(16).padStart(64, '0') as BlobId);
  for (const id of ids) node.core.blobs.findHolders(id);
  const peer = await room.stranger(node, keeper(makeBlob(1)));
  await room.pass(10 * SURVEY_INTERVAL_MS);
  const early = peer.heard('getHave').length;
  expect([early >= 10 * SURVEY_AT_ONCE, early <= 12 * SURVEY_AT_ONCE]).toEqual([true, true]);
  await room.until('all asked about', () => node.core.blobs.holderCount(ids.at(-1)!) === 1);
  const asked = peer.heard('getHave').map(({ blobId }) => blobId);
  expect([new Set(asked).size, asked.length, peer.closed]).toEqual([5_000, 5_000, []]);
});

it('whoever does not answer is asked no more for a while', async () => {
  const ids = Array.from({ length: 200 }, (_, i) => i.toString(16).padStart(64, '0') as BlobId);
  for (const id of ids) node.core.blobs.findHolders(id);
  const peer = await room.stranger(node);
  await room.pass(SURVEY_PATIENCE_MS - 1_000);
  expect(peer.heard('getHave')).toHaveLength(SURVEY_AT_ONCE);
  await room.pass(2_000);
  expect(peer.heard('getHave')).toHaveLength(2 * SURVEY_AT_ONCE);
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
