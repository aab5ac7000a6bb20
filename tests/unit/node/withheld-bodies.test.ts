/**
 * A header chain proves its work, not that its bodies can be had. Whoever shows a heavier chain and keeps its bodies to
 * himself must hold up nobody: not a newcomer's sync, not the network's mining.
 */
import { describe, expect, it } from 'vitest';
import { makeCompactBlock } from '../../../src/core/compact-block.ts';
import { decodeHeader } from '../../../src/core/header.ts';
import type { PeerMessage } from '../../../src/core/wire.ts';
import { BLOCK_TIMEOUT_MS, BLOCK_WINDOW } from '../../../src/node/params.ts';
import type { Forged } from '../../support/forge.ts';
import type { ScriptedPeer } from '../../support/scripted-peer.ts';
import { feed, Room, serving } from './node-fixture.ts';

/** Nobody waits for a time-out in less than this. */
const SOON_MS = BLOCK_TIMEOUT_MS / 5;

/** Two chains from one trunk: what the network builds on, and a heavier one that one peer has to himself. */
function rivals(room: Room, { shared = 20, honest = 30, withheld = 50 } = {}) {
  room.forge.mineMany(shared);
  const [ours, theirs] = [room.forge.fork(2), room.forge.fork(3)];
  ours.mineMany(honest);
  theirs.mineMany(withheld);
  return { ours, theirs };
}

/** Serves the blocks up to a height and is silent about the others: by default what everybody has. */
function withholding(blocks: readonly Forged[], height = 20) {
  const honest = serving(blocks);
  const given = hashesOf(blocks.slice(0, height));
  return {
    ...honest,
    on(peer: ScriptedPeer, message: PeerMessage) {
      if (message.type !== 'getBlocks') return honest.on!(peer, message);
      const hashes = message.hashes.filter((hash) => given.has(hash));
      honest.on!(peer, { ...message, hashes });
    },
  };
}

const asked = (peer: ScriptedPeer) => peer.heard('getBlocks').flatMap(({ hashes }) => hashes);
const hashesOf = (blocks: readonly Forged[]) => new Set(blocks.map(({ hash }) => hash));

describe('a newcomer to whom a heavier chain is shown, but not its bodies', () => {
  it('fetches the one that can be had, though it hears of that one later', async () => {
    const room = new Room();
    const { ours, theirs } = rivals(room);
    const node = await room.open();
    await room.stranger(node, withholding(theirs.blocks));
    expect(node.index.tip.height).toBe(70);
    await room.stranger(node, serving(ours.blocks));
    await room.until('synced', () => node.chain.tip.height === 50, SOON_MS);
    expect(node.index.tip.height).toBe(70);
  });

  it('goes on with the one it has begun', async () => {
    const room = new Room();
    const { ours, theirs } = rivals(room, { honest: 4 * BLOCK_WINDOW, withheld: 4 * BLOCK_WINDOW + 10 });
    const node = await room.open();
    await room.stranger(node, serving(ours.blocks));
    const withholder = await room.stranger(node, withholding(theirs.blocks));
    await room.until('synced', () => node.chain.tip.height === ours.height, SOON_MS);
    expect(node.index.tip.height).toBe(theirs.height);
    // Two links, two kinds of questions: nobody is asked for what his chain does not have, once its headers are here.
    const notHis = hashesOf(ours.blocks.slice(20 + BLOCK_WINDOW));
    expect(asked(withholder).filter((hash) => notHis.has(hash))).toEqual([]);
  });

  it('is not held up by ever new ones who withhold, nor by bodies that come up to some height', async () => {
    const room = new Room();
    const { ours, theirs } = rivals(room, { honest: 2 * BLOCK_WINDOW, withheld: 2 * BLOCK_WINDOW + 10 });
    const node = await room.open();
    for (const height of [20, 25, 40]) await room.stranger(node, withholding(theirs.blocks, height));
    await room.stranger(node, serving(ours.blocks));
    await room.until('synced', () => node.chain.tip.height === ours.height, SOON_MS);
    for (let i = 0; i < 3; i++) {
      await room.stranger(node, withholding(theirs.blocks, 30));
      const [block] = ours.mineMany(1) as [Forged];
      const messenger = await room.stranger(node, serving(ours.blocks));
      await room.until('one more', () => node.chain.tip.hash === block.hash, SOON_MS);
      expect(room.peerOf(node, messenger)!.score).toBe(0);
    }
  });

  it('asks who has shown that he has a block, not who claims to have them all', async () => {
    const room = new Room();
    const node = await room.open();
    // First in line, and always idle.
    const tip = { hash: room.forge.fork(9).mine().hash, height: 1_000_000, chainwork: 1n << 250n };
    const boaster = await room.stranger(node, {
      tip,
      on: (self, message) => message.type === 'getHeaders' && self.send({ type: 'headers', headers: [] }),
    });
    await room.stranger(node, serving(room.forge.mineMany(2 * BLOCK_WINDOW)));
    await room.until('synced', () => node.chain.tip.height === 2 * BLOCK_WINDOW, SOON_MS);
    expect(asked(boaster)).toEqual([]);
  });

  it('goes over to it when somebody gives the bodies after all', async () => {
    const room = new Room();
    const { ours, theirs } = rivals(room);
    const node = await room.open();
    await room.stranger(node, withholding(theirs.blocks));
    await room.stranger(node, serving(ours.blocks));
    await room.until('synced', () => node.chain.tip.height === 50, SOON_MS);
    await room.pass(6 * BLOCK_TIMEOUT_MS);
    await room.stranger(node, serving(theirs.blocks));
    await room.until('the heavier one', () => node.chain.tip.height === 70, SOON_MS);
    expect(node.lastReorg!.depth).toBe(30);
  });

  it('asks again who did not answer, now and then, and no more often', async () => {
    const room = new Room();
    const [block] = room.forge.mineMany(1) as [Forged];
    const node = await room.open();
    const slow = await room.stranger(node, serving([block], ['getBlocks']));
    await room.pass(45_000);
    expect(asked(slow)).toEqual([block.hash, block.hash, block.hash]);
    slow.send({ type: 'block', header: block.header, body: block.bytes });
    await room.pass(100);
    expect(node.chain.tip.hash).toBe(block.hash);
  });
});

describe('a node that mines', () => {
  it('goes on while somebody shows a far heavier chain without bodies', async () => {
    const room = new Room();
    const { ours, theirs } = rivals(room, { honest: 5, withheld: 200 });
    const node = await room.open();
    await feed(node, ours.blocks);
    await node.api.setMining(true, 1);
    await room.until('mining', () => node.mining.blocksFound > 0);
    const before = node.mining.blocksFound;
    await room.stranger(node, withholding(theirs.blocks));
    expect(node.index.tip.height).toBe(220);
    expect(node.isSynced).toBe(true);
    await room.until('three more', () => node.mining.blocksFound >= before + 3);
    expect(node.syncView.state).toBe('idle');
  });

  it('takes its peers’ blocks meanwhile, one by one', async () => {
    const room = new Room();
    const { ours, theirs } = rivals(room);
    const node = await room.open();
    await feed(node, ours.blocks);
    await room.stranger(node, withholding(theirs.blocks));
    const honest = await room.stranger(node, serving(ours.blocks));
    for (const block of ours.mineMany(5)) {
      const header = decodeHeader(block.header);
      if (!header.ok) throw new Error(header.code);
      honest.send(makeCompactBlock({ header: header.value, body: block.body }, new Uint8Array(8)));
      await room.pass(100);
      expect(node.chain.tip.hash).toBe(block.hash);
    }
  });
});

it('bodies that came out of order on a chain that is not the best connect when the first is there', async () => {
  const room = new Room();
  const { ours, theirs } = rivals(room, { shared: 3, honest: 3, withheld: 6 });
  const node = await room.open();
  await feed(node, ours.blocks.slice(0, 3));
  for (const { header } of [...theirs.blocks, ...ours.blocks]) node.chain.submitHeader(header);
  for (const { header, bytes } of ours.blocks.slice(3).reverse()) await node.chain.submitBlock(header, bytes);
  expect(node.chain.tip.hash).toBe(ours.blocks.at(-1)!.hash);
});
