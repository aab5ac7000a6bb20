/**
 * A reorg deeper than our undo data, or larger than our memory, breaks no rule: we stay where we are and say so. Whoever
 * is on the other side is as honest as we are, and is neither banned nor asked again and again. The bounds are small here.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Verifier } from '../../../src/node/ports.ts';
import { VERIFY_ITEM_BYTES } from '../../../src/node/ports.ts';
import type { NodeService } from '../../../src/node/service.ts';
import { SlotOwner, type Forge } from '../../support/forge.ts';
import type { ScriptedPeer } from '../../support/scripted-peer.ts';
import { feed, Room, serving } from './node-fixture.ts';

const bounds = vi.hoisted(() => ({ bodies: 40 }));
vi.mock('../../../src/node/params.ts', async (original) => ({
  ...(await original<object>()),
  UNDO_DEPTH: 20,
  PENDING_BODY_BYTES_MAX: 64 * 1024,
  get PENDING_BODIES_MAX() {
    return bounds.bodies;
  },
}));
afterEach(() => {
  bounds.bodies = 40;
});

/** Signatures are not what is looked at. */
const trusting: Verifier = {
  verify: (items) => Promise.resolve(new Uint8Array(items.length / VERIFY_ITEM_BYTES).fill(1)),
};
const options = { verifier: trusting, spec: { blockBytesMax: 32 * 1024 } };

/** A block of about 8 KiB. */
function mineLarge(forge: Forge, owner: SlotOwner, count: number): void {
  for (let i = 0; i < count; i++) {
    const block = forge.mine(Array.from({ length: 34 }, () => owner.createAnother()));
    expect(Math.abs(block.bytes.length - 8 * 1024)).toBeLessThan(2 * 1024);
  }
}

const asked = (peer: ScriptedPeer) => peer.heard('getBlocks').flatMap(({ hashes }) => hashes);
const warnings = (node: NodeService) => node.log.rows.filter(({ level }) => level === 'warn').map(({ event }) => event);

/** What an honest peer does who goes on with his chain. */
async function announce(room: Room, peer: ScriptedPeer, forge: Forge): Promise<void> {
  const block = forge.mine();
  peer.send({ type: 'inv', kind: 'block', ids: [block.hash] });
  await room.pass(100);
}

describe('a chain with more work that forks below the undo data kept', () => {
  it('is not followed and not fetched; its peers stay, whatever they go on to send; a person is told once', async () => {
    const room = new Room(1, options);
    const [ours, theirs] = [room.forge.fork(2), room.forge.fork(3)];
    ours.mineMany(21);
    theirs.mineMany(25);
    const node = await room.open();
    await feed(node, ours.blocks);
    const other = await room.stranger(node, { ...serving(theirs.blocks) });
    for (let i = 0; i < 5; i++) await announce(room, other, theirs);
    await room.pass(60_000);
    expect(node.chain.tip.hash).toBe(ours.blocks.at(-1)!.hash);
    expect(node.index.tip.hash).toBe(theirs.blocks.at(-1)!.hash);
    expect([asked(other), room.peerOf(node, other)!.score]).toEqual([[], 0]);
    expect(warnings(node)).toEqual([{ type: 'reorg-refused', depth: 21, detail: 'too-deep' }]);
    expect([node.isSynced, node.syncView.state]).toEqual([true, 'idle']);
  });

  it('leaves two halves of a network at peace with each other, each on its chain', async () => {
    const room = new Room(2, options);
    const [ours, theirs] = [room.forge.fork(2), room.forge.fork(3)];
    ours.mineMany(22);
    theirs.mineMany(23);
    const [one, other] = [await room.open(0), await room.open(1)];
    await feed(one, ours.blocks);
    await feed(other, theirs.blocks);
    await room.world.mineOn(room.world.nodes);
    await room.until('both went on', () => Math.min(one.chain.tip.height, other.chain.tip.height) > 30);
    expect([one.peers.gone, other.peers.gone]).toEqual([[], []]);
    expect([one.chain.at(22)!.hash, other.chain.at(23)!.hash]).toEqual([
      ours.blocks[21]!.hash,
      theirs.blocks[22]!.hash,
    ]);
    expect(
      [...warnings(one), ...warnings(other)].filter(
        (event) => event.type !== 'reorg-refused' || event.detail !== 'too-deep',
      ).length,
    ).toBe(0);
  });

  it('just above them is followed', async () => {
    const room = new Room(1, options);
    const [ours, theirs] = [room.forge.fork(2), room.forge.fork(3)];
    ours.mineMany(20);
    theirs.mineMany(21);
    const node = await room.open();
    await feed(node, ours.blocks);
    await room.stranger(node, serving(theirs.blocks));
    await room.until('crossed over', () => node.chain.tip.hash === theirs.blocks.at(-1)!.hash);
    expect([node.lastReorg!.depth, warnings(node)]).toEqual([20, []]);
  });
});

describe('a chain with more work whose bodies are larger than what may wait', () => {
  it('is given up once that shows, and its bodies are not fetched again', async () => {
    const room = new Room(1, options);
    const [ours, theirs] = [room.forge.fork(2), room.forge.fork(3)];
    ours.mineMany(12);
    mineLarge(theirs, new SlotOwner(theirs, 1, false), 14);
    const node = await room.open();
    await feed(node, ours.blocks);
    const other = await room.stranger(node, serving(theirs.blocks));
    await room.pass(1_000);
    for (let i = 0; i < 3; i++) await announce(room, other, theirs);
    await room.pass(60_000);
    expect(node.chain.tip.hash).toBe(ours.blocks.at(-1)!.hash);
    expect([new Set(asked(other)).size, asked(other).length < 14]).toEqual([asked(other).length, true]);
    expect([node.chain.waitingBodies, room.peerOf(node, other)!.score]).toEqual([0, 0]);
    expect(warnings(node)).toEqual([{ type: 'reorg-refused', depth: 12, detail: 'too-large' }]);
    const [next] = ours.mineMany(1);
    await feed(node, [next!]);
    expect(node.chain.tip.hash).toBe(next!.hash);
  });

  it('is followed when it fits, though others’ bodies took its room', async () => {
    const room = new Room(1, options);
    const [ours, theirs, withheld] = [room.forge.fork(2), room.forge.fork(3), room.forge.fork(4)];
    ours.mineMany(5);
    mineLarge(theirs, new SlotOwner(theirs, 1, false), 6);
    mineLarge(withheld, new SlotOwner(withheld, 2, false), 6);
    withheld.mineMany(2);
    const node = await room.open();
    await feed(node, ours.blocks);
    for (const { header } of withheld.blocks) node.chain.submitHeader(header);
    for (const { header, bytes } of withheld.blocks.slice(1, 6)) await node.chain.submitBlock(header, bytes);
    expect(node.chain.waitingBytes).toBeGreaterThan(32 * 1024);
    await room.stranger(node, serving(theirs.blocks));
    await room.until('crossed over', () => node.chain.tip.hash === theirs.blocks.at(-1)!.hash, 1_000);
    expect(warnings(node)).toEqual([]);
  });

  it('by their number alone is none of the chains to fetch', async () => {
    const room = new Room(1, options);
    const [ours, theirs] = [room.forge.fork(2), room.forge.fork(3)];
    ours.mineMany(15);
    theirs.mineMany(16);
    const node = await room.open();
    await feed(node, ours.blocks);
    bounds.bodies = 10;
    const other = await room.stranger(node, serving(theirs.blocks));
    await room.pass(60_000);
    expect([asked(other), room.peerOf(node, other)!.score]).toEqual([[], 0]);
    expect(warnings(node)).toEqual([{ type: 'reorg-refused', depth: 15, detail: 'too-large' }]);
  });

  it('is none that only goes on from our tip: however large, each body is fetched once', async () => {
    const room = new Room(1, options);
    mineLarge(room.forge, new SlotOwner(room.forge, 1, false), 40);
    const node = await room.open();
    const server = await room.stranger(node, serving(room.forge.blocks));
    await room.until('synced', () => node.chain.tip.height === 40);
    expect(new Set(asked(server)).size).toBe(40);
    expect(asked(server).length).toBe(40);
  });

  it('is no less so when part of it was ours before, and lies on the disk', async () => {
    const room = new Room(1, options);
    const [first, second] = [room.forge.fork(2), room.forge.fork(3)];
    mineLarge(first, new SlotOwner(first, 1, false), 7);
    second.mineMany(8);
    const node = await room.open();
    await feed(node, first.blocks);
    await feed(node, second.blocks);
    expect(node.chain.tip.hash).toBe(second.blocks.at(-1)!.hash);
    mineLarge(first, new SlotOwner(first, 2, false), 3);
    const other = await room.stranger(node, serving(first.blocks));
    await room.pass(60_000);
    expect([node.phase, node.chain.tip.hash]).toEqual(['running', second.blocks.at(-1)!.hash]);
    expect(warnings(node)).toEqual([{ type: 'reorg-refused', depth: 8, detail: 'too-large' }]);
    expect(asked(other).length).toBeLessThan(20);
  });
});
