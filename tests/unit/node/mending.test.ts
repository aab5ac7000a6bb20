import { describe, expect, it } from 'vitest';
import { slotKey } from '../../../src/ledger/state-keys.ts';
import type { NodeService } from '../../../src/node/service.ts';
import { SlotOwner } from '../../support/forge.ts';
import { Room } from './node-fixture.ts';

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

  it('is not mended with what only looks like it', async () => {
    const room = new Room();
    const block = room.forge.mine([new SlotOwner(room.forge, 1).createTx]);
    await room.forge.writeTo(room.node(0).disk);
    const other = room.forge.fork(2).mine();
    const node = await room.open();
    const cheat = await room.stranger(node, {
      tip: { hash: block.hash, height: 1, chainwork: 3n },
      on(self, message) {
        if (message.type === 'getBlocks') self.send({ type: 'block', header: block.header, body: other.bytes });
      },
    });
    room.node(0).disk.damage(`block ${block.hash}`);
    await node.api.getBlock(1);
    await room.pass(100);
    expect(room.peerOf(node, cheat)).toBeUndefined();
    expect(node.peers.gone.map(({ reason }) => reason)).toEqual(['bad-body-root']);
    expect(damaged(node)).toEqual([[`block ${block.hash}`, false]]);
  });
});

describe('damage that cannot be mended row by row', () => {
  it('to the tip is found at the start: the chain is let go and fetched again, keys stay', async () => {
    const { room, node } = await makePair();
    const address = node.person.walletView().address;
    await room.world.close(room.node(0));
    room.node(0).disk.damage('tip');
    const refused = await room.open(0);
    expect(refused.phase).toBe('halted');
    await room.until('a new node', () => room.node(0).service !== refused && room.node(0).service?.phase === 'running');
    const again = room.node(0).service!;
    expect(again.person.walletView().address).toBe(address);
    await room.until('synced', () => again.chain.tip.height === 10);
    expect(room.node(0).disk.chain.state).toEqual(room.node(1).disk.chain.state);
  });

  it('to the state is found when a block needs it', async () => {
    const { room, node, owner } = await makePair();
    room.node(0).disk.damage(`state ${slotKey(owner.slotId)}`);
    const block = room.forge.mine([owner.updateTx(2)]);
    const other = room.node(1).service!;
    await other.chain.submitBlock(block.header, block.bytes);
    await room.until('a new node', () => room.node(0).service !== node && room.node(0).service?.phase === 'running');
    const again = room.node(0).service!;
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
  });
});
