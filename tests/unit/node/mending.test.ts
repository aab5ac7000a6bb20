import { describe, expect, it } from 'vitest';
import { MemoryChainStore } from '../../../src/adapters/memory/memory-chain-store.ts';
import { faultAtPoint, noFaults } from '../../../src/adapters/memory/memory-disk.ts';
import { encodeBody } from '../../../src/core/block.ts';
import { slotKey } from '../../../src/ledger/state-keys.ts';
import {
  BLOCK_TIMEOUT_MS,
  CONNECT_BATCH_BLOCKS,
  DAMAGED_ROWS_SHOWN,
  RESUME_DELAY_MS,
  STORAGE_READ_INTERVAL_MS,
} from '../../../src/node/params.ts';
import { StoreFault } from '../../../src/node/ports.ts';
import type { NodeService } from '../../../src/node/service.ts';
import { SlotOwner, type Forged } from '../../support/forge.ts';
import { feed, Room, serving } from './node-fixture.ts';

const damaged = (node: NodeService) => node.mender.damaged.map(({ row, mended }) => [row, mended]);

/** Two linked nodes that hold the same ten blocks; a slot was made in the first. */
async function makePair(): Promise<{ room: Room; node: NodeService; owner: SlotOwner }> {
  const room = new Room(2);
  const owner = new SlotOwner(room.forge, 1);
  room.forge.mine([owner.createTx]);
  room.forge.mineMany(9);
  for (const { disk } of room.world.nodes) await room.forge.writeTo(disk);
  const node = await room.open(0);
  await room.open(1);
  await room.until('linked', () => node.peers.peers().length === 1);
  return { room, node, owner };
}

describe('a damaged block', () => {
  it('is named when it is read, and fetched again from whoever has it', async () => {
    const { room, node } = await makePair();
    const { hash } = room.forge.blocks[3]!;
    room.node(0).disk.damage(`block ${hash}`);
    expect(await node.api.getBlock(4)).toMatchObject({ ok: false, problem: { detail: `block ${hash}` } });
    expect(damaged(node)).toEqual([[`block ${hash}`, false]]);
    await room.pass(100);
    expect(damaged(node)).toEqual([[`block ${hash}`, true]]);
    expect(await node.api.getBlock(4)).toMatchObject({ ok: true, value: { hash } });
  });

  it('does not keep a node from starting, nor from serving the others', async () => {
    const { room } = await makePair();
    await room.world.closeAll();
    const { hash } = room.forge.blocks[8]!;
    room.node(0).disk.damage(`block ${hash}`);
    const node = await room.open(0);
    expect([node.phase, damaged(node), node.recent.newestFirst.length]).toEqual([
      'running',
      [[`block ${hash}`, false]],
      10,
    ]);
    const asker = await room.stranger(node);
    asker.send({ type: 'getBlocks', hashes: [hash, room.forge.blocks[9]!.hash] });
    await room.pass(100);
    expect([asker.heard('notFound').length, asker.heard('block').length]).toEqual([1, 1]);
    await room.open(1);
    await room.until('mended', () => damaged(node)[0]?.[1] === true);
  });

  it.each<[string, (block: Forged, other: Forged) => Uint8Array]>([
    ['bad-body-root', (_block, other) => other.bytes],
    // The root does not cover the seal: served on, such a body would have us banned.
    ['bad-seal', ({ body }) => encodeBody({ ...body, seal: Uint8Array.of(1) })],
    ['body-truncated', ({ bytes }) => bytes.subarray(0, bytes.length - 1)],
  ])('is not mended with what only looks like it: %s', async (code, bodyOf) => {
    const room = new Room();
    const block = room.forge.mine([new SlotOwner(room.forge, 1).createTx]);
    await room.forge.writeTo(room.node(0).disk);
    const other = room.forge.fork(2).mine();
    const node = await room.open();
    const cheat = await room.stranger(node, {
      tip: { hash: block.hash, height: 1, chainwork: 3n },
      on(self, message) {
        if (message.type === 'getBlocks')
          self.send({ type: 'block', header: block.header, body: bodyOf(block, other) });
      },
    });
    room.node(0).disk.damage(`block ${block.hash}`);
    await node.api.getBlock(1);
    await room.pass(100);
    expect(room.peerOf(node, cheat)).toBeUndefined();
    expect(node.peers.gone.map(({ reason }) => reason)).toEqual([code]);
    expect(damaged(node)).toEqual([[`block ${block.hash}`, false]]);
  });
});

it('a block that mends after its time-out is no offence, whether it is still wanted or not', async () => {
  const room = new Room();
  const { hash } = room.forge.mine();
  await room.forge.writeTo(room.node(0).disk);
  const node = await room.open();
  const honest = serving(room.forge.blocks);
  const delayMs = [BLOCK_TIMEOUT_MS + 500, BLOCK_TIMEOUT_MS + 500];
  const slow = await room.stranger(node, {
    ...honest,
    on: (self, message) => void room.world.clock.after(delayMs.pop() ?? 10, () => honest.on!(self, message)),
  });
  room.node(0).disk.damage(`block ${hash}`);
  await node.api.getBlock(1);
  await room.pass(3 * BLOCK_TIMEOUT_MS);
  expect(slow.heard('getBlocks').length).toBe(2);
  expect([damaged(node), room.peerOf(node, slow)?.score]).toEqual([[[`block ${hash}`, true]], 0]);
});

describe('more damaged blocks than are shown', () => {
  /** Holds 80 blocks, 60 of them damaged and read. */
  async function makeDamaged(): Promise<{ room: Room; node: NodeService }> {
    const room = new Room();
    const blocks = room.forge.mineMany(80);
    await room.forge.writeTo(room.node(0).disk);
    const node = await room.open();
    for (const { hash } of blocks.slice(0, 60)) room.node(0).disk.damage(`block ${hash}`);
    for (let height = 1; height <= 60; height++) await node.api.getBlock(height);
    return { room, node };
  }

  const isWhole = ({ room }: { room: Room }) =>
    room.forge.blocks.every(({ hash }) => !room.node(0).disk.isDamaged(`block ${hash}`));

  it('are all mended, a few at a time', async () => {
    const made = await makeDamaged();
    const { room, node } = made;
    expect(damaged(node)).toHaveLength(DAMAGED_ROWS_SHOWN);
    const helper = await room.stranger(node, serving(room.forge.blocks));
    await room.until('mended', () => isWhole(made));
    expect(helper.heard('getBlocks')).toHaveLength(60);
    expect(damaged(node).every(([, mended]) => mended)).toBe(true);
  });

  it('are mended though somebody keeps silent about the first of them', async () => {
    const made = await makeDamaged();
    const { room, node } = made;
    await room.stranger(node, serving(room.forge.blocks, ['getBlocks']));
    await room.pass(1_000);
    expect(isWhole(made)).toBe(false);
    await room.stranger(node, serving(room.forge.blocks));
    await room.until('mended', () => isWhole(made));
  });

  it('make room for others in what is shown, those mended first', async () => {
    const { room, node } = await makeDamaged();
    await room.stranger(node, serving(room.forge.blocks));
    await room.until('mended', () => damaged(node).every(([, mended]) => mended));
    room.world.network.crash('stranger 1');
    for (const { hash, height } of room.forge.blocks.slice(60, 65)) {
      room.node(0).disk.damage(`block ${hash}`);
      await node.api.getBlock(height);
    }
    expect(damaged(node)).toHaveLength(DAMAGED_ROWS_SHOWN);
    const shown = damaged(node).flatMap(([row, mended]) => (mended ? [] : row));
    expect(shown).toEqual(room.forge.blocks.slice(60, 65).map(({ hash }) => `block ${hash}`));
  });
});

it('a damaged block of a branch that lost does not keep the node on it', async () => {
  const room = new Room();
  const node = await room.open();
  const other = room.forge.fork(2);
  const ours = room.forge.mineMany(3);
  const theirs = other.mineMany(5);
  await feed(node, ours);
  room.node(0).disk.damage(`block ${ours[1]!.hash}`);
  await room.stranger(node, serving(theirs));
  await room.until('reorganised', () => node.chain.tip.hash === theirs[4]!.hash);
  expect([node.phase, damaged(node)]).toEqual(['running', [[`block ${ours[1]!.hash}`, false]]]);
});

describe('damage that cannot be mended row by row', () => {
  /** The node that runs once the one before has repaired its chain. */
  async function successor(room: Room, before: NodeService): Promise<NodeService> {
    const isNew = () => room.node(0).service !== before && room.node(0).service?.phase === 'running';
    await room.until('a new node', isNew);
    return room.node(0).service!;
  }

  it('costs no block, though nobody else has one', async () => {
    const room = new Room();
    const owner = new SlotOwner(room.forge, 1);
    room.forge.mine([owner.createTx]);
    room.forge.mineMany(49);
    const { disk } = room.node(0);
    let node = await room.open();
    await feed(node, room.forge.blocks);
    const before = structuredClone(disk.chain);
    for (const row of ['tip', `undo ${room.forge.blocks[48]!.hash}`, `state ${slotKey(owner.slotId)}`]) {
      disk.damage(row);
      node.reportFault(new StoreFault('corrupt-row', 'met by a reader', row));
      expect([node.phase, node.halted]).toEqual(['halted', { code: 'storage-failed', detail: row }]);
      node = await successor(room, node);
      expect(structuredClone(disk.chain)).toEqual(before);
      expect(node.log.rows.map(({ event }) => event)).toEqual([
        { type: 'connecting-stored', count: 50 },
        { type: 'connected-stored', height: 50 },
        { type: 'started', height: 50 },
      ]);
    }
  });

  it('and blocks besides: those alone are fetched', async () => {
    const { room } = await makePair();
    await room.world.close(room.node(0));
    const { disk } = room.node(0);
    const lost = room.forge.blocks[6]!;
    for (const row of ['tip', `block ${lost.hash}`]) disk.damage(row);
    const served: string[] = [];
    const other = room.node(1).service!;
    const read = other.chain.readBody.bind(other.chain);
    other.chain.readBody = (block) => {
      served.push(block.hash);
      return read(block);
    };
    const again = await successor(room, await room.open(0));
    expect([again.chain.tip.height, damaged(again)]).toEqual([6, [[`block ${lost.hash}`, false]]]);
    await room.until('synced', () => again.chain.tip.height === 10);
    expect([served, damaged(again)]).toEqual([[lost.hash], [[`block ${lost.hash}`, true]]]);
  });

  it('is taken up again by the next start when the tab dies on the way', async () => {
    const room = new Room();
    room.forge.mineMany(CONNECT_BATCH_BLOCKS + 10);
    const { disk } = room.node(0);
    await room.forge.writeTo(disk);
    const state = new Map(disk.chain.state);
    await new MemoryChainStore(disk).dropChainstate();
    disk.faults = faultAtPoint(1, 'crash', ({ call, step }) => call === 'commit' && step === 'commit');
    // Nobody is left to be told of it.
    await room.open();
    room.world.crash(room.node(0));
    disk.faults = noFaults;
    expect(disk.chain.tip?.height).toBe(CONNECT_BATCH_BLOCKS);
    const node = await room.open();
    expect([node.chain.tip.height, new Map(disk.chain.state)]).toEqual([CONNECT_BATCH_BLOCKS + 10, state]);
  });

  it('to headers is mended from the stored blocks', async () => {
    const { room } = await makePair();
    await room.world.closeAll();
    room.node(0).disk.damage('headers 4-4');
    const again = await successor(room, await room.open(0));
    expect([again.chain.tip.height, again.log.rows.map(({ event }) => event)]).toEqual([
      10,
      [{ type: 'started', height: 10 }],
    ]);
  });

  it('leaves a halted node, and says so, where the disk fails meanwhile', async () => {
    const room = new Room();
    const node = await room.open();
    await feed(node, room.forge.mineMany(3));
    room.node(0).disk.faults = ({ call }) => (call === 'dropChainstate' ? 'unknown' : undefined);
    node.reportFault(new StoreFault('corrupt-row', 'met by a reader', 'tip'));
    await room.pass(1_000);
    expect([node, node.phase]).toEqual([room.node(0).service, 'halted']);
    expect(node.log.rows.at(-1)?.event).toEqual({
      type: 'chain-not-repaired',
      detail: expect.stringMatching(/^StoreFault/),
    });
    expect(room.node(0).disk.chain.blocks.size).toBe(3);
  });

  it('to the tip is found at the start, and keys stay', async () => {
    const { room, node } = await makePair();
    const address = node.person.walletView().address;
    await room.world.close(room.node(0));
    room.node(0).disk.damage('tip');
    const refused = await room.open(0);
    expect(refused.phase).toBe('halted');
    const again = await successor(room, refused);
    expect([again.chain.tip.height, again.person.walletView().address]).toEqual([10, address]);
    expect(room.node(0).disk.chain.state).toEqual(room.node(1).disk.chain.state);
  });

  it('to the state is found when a block needs it', async () => {
    const { room, node, owner } = await makePair();
    room.node(0).disk.damage(`state ${slotKey(owner.slotId)}`);
    const block = room.forge.mine([owner.updateTx(2)]);
    const other = room.node(1).service!;
    await other.chain.submitBlock(block.header, block.bytes);
    const again = await successor(room, node);
    await room.until('synced', () => again.chain.tip.hash === block.hash);
    expect(room.node(0).disk.chain.state).toEqual(room.node(1).disk.chain.state);
    expect([node.phase, node.halted?.code]).toEqual(['halted', 'storage-failed']);
  });
});

describe('a disk without room', () => {
  it('is said to be full; the node keeps what it has, and goes on when there is room again', async () => {
    const { room, node } = await makePair();
    const other = room.node(1).service!;
    room.node(0).disk.faults = ({ step }) => (step === 'write' ? 'quota-exceeded' : undefined);
    const [block] = room.forge.mineMany(1);
    await other.chain.submitBlock(block!.header, block!.bytes);
    await room.pass(100);
    expect([node.phase, node.acceptingBlobs, node.chain.tip.height, other.chain.tip.height]).toEqual([
      'running',
      false,
      10,
      11,
    ]);
    room.node(0).disk.faults = () => undefined;
    const [next] = room.forge.mineMany(1);
    await other.chain.submitBlock(next!.header, next!.bytes);
    await room.pass(100);
    expect(node.chain.tip.hash).toBe(next!.hash);
    await room.until('documents again', () => node.acceptingBlobs, STORAGE_READ_INTERVAL_MS);
  });

  it('connects what came meanwhile when there is room again, though no other block follows', async () => {
    const { room, node } = await makePair();
    room.node(0).disk.faults = ({ step }) => (step === 'write' ? 'quota-exceeded' : undefined);
    const [block] = room.forge.mineMany(1);
    await room.node(1).service!.chain.submitBlock(block!.header, block!.bytes);
    await room.pass(100);
    expect(node.chain.tip.height).toBe(10);
    room.node(0).disk.faults = () => undefined;
    await room.until(
      'connected',
      () => node.chain.tip.hash === block!.hash,
      STORAGE_READ_INTERVAL_MS + RESUME_DELAY_MS,
    );
  });
});
