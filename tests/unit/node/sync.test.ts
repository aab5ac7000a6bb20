import { describe, expect, it } from 'vitest';
import type { BlockHash } from '../../../src/core/ids.ts';
import { HEADERS_MAX } from '../../../src/core/wire.ts';
import { BLOCK_TIMEOUT_MS, BLOCK_WINDOW, CONNECT_BATCH_BLOCKS } from '../../../src/node/params.ts';
import { VERIFY_ITEM_BYTES, type Verifier } from '../../../src/node/ports.ts';
import type { NodeService } from '../../../src/node/service.ts';
import { SlotOwner } from '../../support/forge.ts';
import { diskPicture } from '../../support/chain-fixture.ts';
import { feed, Room, serving } from './node-fixture.ts';

const reasons = (node: NodeService) => node.peers.gone.map(({ reason }) => reason);

/** What is measured is the node: the signatures of a long chain would take most of the time otherwise. */
const trusting: Verifier = {
  verify: (items) => Promise.resolve(new Uint8Array(items.length / VERIFY_ITEM_BYTES).fill(1)),
};

describe('a newcomer', () => {
  it('fetches 5,000 headers and 500 blocks of 20 transactions, a window at a time', { timeout: 120_000 }, async () => {
    const room = new Room(2, { verifier: trusting });
    const { forge } = room;
    const owner = new SlotOwner(forge, 1, false);
    forge.mineMany(4_500);
    for (let block = 0; block < 500; block++) {
      forge.mine(Array.from({ length: 20 }, () => owner.createAnother()));
    }
    await forge.writeTo(room.node(0).disk);
    const server = await room.open(0);
    const newcomer = await room.open(1);
    let mostWaiting = 0;
    room.world.watchers.push((node) => {
      if (node.index !== 1) return;
      mostWaiting = Math.max(mostWaiting, newcomer.chain.waitingBodies);
    });
    await room.until('the same tip', () => newcomer.chain.tip.hash === server.chain.tip.hash);
    expect([newcomer.chain.tip.height, newcomer.index.size]).toEqual([5_000, 5_001]);
    expect(mostWaiting).toBeLessThanOrEqual(BLOCK_WINDOW + CONNECT_BATCH_BLOCKS);
    expect([reasons(newcomer), reasons(server)]).toEqual([[], []]);
    expect(newcomer.syncView).toEqual({ state: 'idle', done: 0, total: 0 });
    expect(diskPicture(room.node(1).disk) === diskPicture(room.node(0).disk)).toBe(true);
  });

  it(
    'follows a chain of more headers than one message holds, though its first part has less work than ours',
    { timeout: 30_000 },
    async () => {
      const room = new Room();
      const ours = room.forge.fork(2);
      const node = await room.open();
      await feed(node, ours.mineMany(HEADERS_MAX + 200));
      const theirs = room.forge.fork(3);
      theirs.mineMany(HEADERS_MAX + 400);
      const peer = await room.stranger(node, serving(theirs.blocks));
      await room.pass(1_000);
      expect(node.index.tip.height).toBe(HEADERS_MAX + 400);
      // Three questions: the last one finds that there is no more.
      expect(peer.heard('getHeaders').length).toBe(2);
    },
  );

  it('is not held up by a peer that sends the same headers for ever', async () => {
    const room = new Room();
    room.forge.mineMany(HEADERS_MAX);
    const node = await room.open();
    const all = room.forge.blocks.map(({ header }) => ({ header, seal: new Uint8Array(0) }));
    const tip = { hash: room.forge.blocks.at(-1)!.hash, height: 9_999, chainwork: 1n << 200n };
    const peer = await room.stranger(node, {
      tip,
      on(self, message) {
        // "For ever" is five times here: whoever asks a third time would ask for ever.
        if (message.type !== 'getHeaders' || self.heard('getHeaders').length > 5) return;
        self.send({ type: 'headers', headers: all });
      },
    });
    await room.pass(5_000);
    expect(peer.heard('getHeaders').length).toBe(2);
  });

  it('crosses over to a heavier branch that forks deeper than its window', async () => {
    const room = new Room(2);
    const trunk = room.forge;
    trunk.mineMany(5);
    const [ours, theirs] = [trunk.fork(2), trunk.fork(3)];
    ours.mineMany(BLOCK_WINDOW + 60);
    theirs.mineMany(BLOCK_WINDOW + 70);
    const one = await room.open(0);
    await feed(one, ours.blocks);
    const other = await room.open(1);
    await feed(other, theirs.blocks);
    await room.until('one tip', () => one.chain.tip.hash === other.chain.tip.hash);
    expect([one.chain.tip.hash, one.lastReorg!.depth]).toEqual([theirs.blocks.at(-1)!.hash, BLOCK_WINDOW + 60]);
  });
});

describe('a peer that does not keep what it promised', () => {
  it('stalls: it is dropped after a while, and another takes its place', async () => {
    const room = new Room(2);
    room.forge.mineMany(40);
    const node = await room.open(0);
    const staller = await room.stranger(node, serving(room.forge.blocks, ['getBlocks']));
    expect([node.index.tip.height, node.chain.tip.height]).toEqual([40, 0]);
    await room.pass(2 * BLOCK_TIMEOUT_MS);
    expect(reasons(node)).toEqual([]);
    await room.until('dropped', () => !room.peerOf(node, staller), 4 * BLOCK_TIMEOUT_MS);
    expect(reasons(node)).toEqual(['block-stall']);
    const honest = await room.open(1);
    await feed(honest, room.forge.blocks);
    await room.until('synced', () => node.chain.tip.height === 40);
  });

  it('pauses once, with many blocks under way: it goes on', async () => {
    const room = new Room();
    room.forge.mineMany(60);
    const node = await room.open();
    const honest = serving(room.forge.blocks);
    let pausedMs = BLOCK_TIMEOUT_MS + 200;
    const peer = await room.stranger(node, {
      ...honest,
      on(self, message) {
        if (message.type !== 'getBlocks') return honest.on!(self, message);
        room.world.clock.after(pausedMs, () => honest.on!(self, message));
        pausedMs = 10;
      },
    });
    await room.until('synced', () => node.chain.tip.height === 60);
    expect([reasons(node), room.peerOf(node, peer)!.score]).toEqual([[], 0]);
  });

  it('is not blamed when it was we who slept', async () => {
    const room = new Room();
    room.forge.mineMany(3);
    const node = await room.open();
    const peer = await room.stranger(node, serving(room.forge.blocks, ['getBlocks', 'getHeaders']));
    await room.pass(10_000);
    room.node(0).clock!.skewMs = 3_600_000;
    await room.pass(10_000);
    expect([reasons(node), room.peerOf(node, peer)?.score]).toEqual([[], 0]);
  });

  it('answers slowly: nothing is held against it, and it is asked again for what came too late', async () => {
    const room = new Room();
    const [block] = room.forge.mineMany(1);
    const node = await room.open();
    const peer = await room.stranger(node, serving(room.forge.blocks, ['getBlocks']));
    await room.pass(10_500);
    expect([node.chain.tip.height, peer.heard('getBlocks').length]).toEqual([0, 1]);
    await room.until('asked again', () => peer.heard('getBlocks').length === 2, 15_000);
    peer.send({ type: 'block', header: block!.header, body: block!.bytes });
    await room.pass(100);
    expect([node.chain.tip.height, room.peerOf(node, peer)!.score]).toEqual([1, 0]);
  });

  it('answers after the time-out, block after block: each connects, and nothing is held against it', async () => {
    const room = new Room();
    const [first, ...rest] = room.forge.mineMany(8);
    const node = await room.open();
    const shown = [first!];
    const honest = serving(shown);
    const peer = await room.stranger(node, {
      ...honest,
      on(self, message) {
        const delayMs = message.type === 'getBlocks' && shown.length % 2 === 1 ? BLOCK_TIMEOUT_MS + 500 : 50;
        room.world.clock.after(delayMs, () => serving(shown).on!(self, message));
      },
    });
    for (const block of rest) {
      await room.pass(25_000);
      expect([node.chain.tip.height, room.peerOf(node, peer)?.score]).toEqual([shown.length, 0]);
      shown.push(block);
      peer.send({ type: 'inv', kind: 'block', ids: [block.hash] });
    }
  });

  it('brings all but the next block, one now and then: that one comes from another in time', async () => {
    const room = new Room();
    const blocks = room.forge.mineMany(16);
    const node = await room.open();
    const owed: BlockHash[] = [];
    const dripping = serving(blocks, ['getBlocks']);
    const dripper = await room.stranger(node, {
      ...dripping,
      on(self, message) {
        if (message.type === 'getBlocks') owed.push(...message.hashes);
        else dripping.on!(self, message);
      },
    });
    expect(owed).toEqual(blocks.map(({ hash }) => hash));
    await room.stranger(node, serving(blocks));
    for (let drop = 0; drop < 4; drop++) {
      await room.pass(BLOCK_TIMEOUT_MS / 3);
      const last = blocks.find(({ hash }) => hash === owed.at(-1))!;
      owed.pop();
      dripper.send({ type: 'block', header: last.header, body: last.bytes });
    }
    await room.pass(100);
    expect(node.chain.tip.height).toBeGreaterThan(0);
  });

  it('claims work that it never shows: it costs one question', async () => {
    const room = new Room(2);
    const node = await room.open(0);
    const tip = { hash: room.forge.genesisHash, height: 1_000_000, chainwork: 1n << 250n };
    const boaster = await room.stranger(node, {
      tip,
      on: (self, message) => message.type === 'getHeaders' && self.send({ type: 'headers', headers: [] }),
    });
    const honest = await room.open(1);
    await feed(honest, room.forge.mineMany(3));
    await room.until('synced', () => node.chain.tip.height === 3);
    expect(boaster.heard('getHeaders').length).toBe(1);
  });

  it('tells of a block and goes over to another chain before it is asked: no offence', async () => {
    const room = new Room();
    const trunk = room.forge.mineMany(3);
    const left = room.forge.fork(2).mine();
    let shown = trunk;
    const node = await room.open();
    const peer = await room.stranger(node, {
      ...serving(trunk),
      on: (self, message) => serving(shown).on?.(self, message),
    });
    await room.until('synced', () => node.chain.tip.height === 3);
    shown = [...trunk, ...room.forge.mineMany(2)];
    peer.send({ type: 'inv', kind: 'block', ids: [left.hash] });
    await room.until('synced', () => node.chain.tip.height === 5);
    expect(room.peerOf(node, peer)!.score).toBe(0);
  });

  it('does not answer for headers at all: it is dropped', async () => {
    const room = new Room();
    const node = await room.open();
    await room.stranger(node, { tip: { hash: room.forge.genesisHash, height: 10, chainwork: 1n << 50n } });
    await room.pass(16_000);
    expect(reasons(node)).toEqual(['headers-timeout']);
  });

  it('shows headers whose bodies break a rule: it is dropped with the rule, and its branch left', async () => {
    const room = new Room();
    room.forge.mineMany(2);
    const bad = room.forge.mine([], { header: { stateRoot: new Uint8Array(32).fill(1) } });
    const rest = room.forge.mineHeadersOn(bad, 2);
    const node = await room.open();
    await room.stranger(node, serving([...room.forge.blocks, bad, ...rest]));
    await room.pass(1_000);
    expect(node.peers.gone.map(({ reason, banned }) => [reason, banned])).toEqual([['bad-state-root', true]]);
    expect([node.chain.tip.height, node.index.tip.height]).toEqual([2, 2]);
    expect(node.log.rows.some(({ event }) => event.type === 'block-refused' && event.height === 3)).toBe(true);
  });

  it('makes a block of transactions that the ledger refuses: it is dropped, whichever rule they break', async () => {
    const room = new Room();
    const owner = new SlotOwner(room.forge, 1);
    const bad = room.forge.mine([owner.createTx], { transactions: (honest) => [...honest, owner.createTx] });
    const node = await room.open();
    await room.stranger(node, serving([bad]));
    await room.pass(1_000);
    expect(node.peers.gone.map(({ reason, banned }) => [reason, banned])).toEqual([['slot-exists', true]]);
  });

  it('changes a body on the way: it is dropped, and the block comes from another', async () => {
    const room = new Room(2);
    const owner = new SlotOwner(room.forge, 1);
    const other = room.forge.fork(2);
    const block = room.forge.mine([owner.createTx]);
    const swapped = { ...block, bytes: other.mine().bytes };
    const node = await room.open(0);
    await room.stranger(node, serving([swapped]));
    await room.pass(100);
    expect(reasons(node)).toEqual(['bad-body-root']);
    const honest = await room.open(1);
    await feed(honest, [block]);
    await room.until('synced', () => node.chain.tip.hash === block.hash);
  });

  it('sends headers without work, or on blocks nobody knows', async () => {
    const room = new Room();
    room.forge.mineMany(3);
    const node = await room.open();
    const [, second] = room.forge.blocks;
    const lazy = { ...second!, header: second!.header.map((byte, i) => (i >= 104 && i < 108 ? 0x03 : byte)) };
    await room.stranger(node, {
      ...serving(room.forge.blocks),
      on: (self, message) =>
        message.type === 'getHeaders' &&
        self.send({
          type: 'headers',
          headers: [room.forge.blocks[0]!, lazy].map(({ header }) => ({ header, seal: new Uint8Array(0) })),
        }),
    });
    await room.pass(100);
    expect([reasons(node), node.index.size]).toEqual([['bad-bits'], 2]);
  });

  it('sends headers on a block that nobody knows: five points, since it may be a reorg of its own', async () => {
    const room = new Room();
    const [, second] = room.forge.mineMany(2);
    const node = await room.open();
    const peer = await room.stranger(node, {
      ...serving(room.forge.blocks),
      on: (self, message) =>
        message.type === 'getHeaders' &&
        self.send({ type: 'headers', headers: [{ header: second!.header, seal: new Uint8Array(0) }] }),
    });
    await room.pass(100);
    expect([room.peerOf(node, peer)!.score, node.index.size]).toEqual([5, 1]);
  });

  it('sends a seal beside a header that needs none', async () => {
    const room = new Room();
    room.forge.mineMany(3);
    const node = await room.open();
    const headers = room.forge.blocks.map(({ header }, i) => ({ header, seal: new Uint8Array(i === 2 ? 65_536 : 0) }));
    await room.stranger(node, {
      ...serving(room.forge.blocks),
      on: (self, message) => message.type === 'getHeaders' && self.send({ type: 'headers', headers }),
    });
    await room.pass(100);
    expect([reasons(node), node.index.size]).toEqual([['bad-seal'], 3]);
  });
});
