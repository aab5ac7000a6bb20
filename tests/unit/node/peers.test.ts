import { beforeEach, describe, expect, it, vi } from 'vitest';
import { makeCompactBlock } from '../../../src/core/compact-block.ts';
import { decodeHeader, hashHeader } from '../../../src/core/header.ts';
import { BlockHash } from '../../../src/core/ids.ts';
import { encodeMessage, type Hello, type PeerMessage } from '../../../src/core/wire.ts';
import { encodeTransaction } from '../../../src/core/transaction.ts';
import { makeSessionKey, type SessionKey } from '../../../src/node/handshake.ts';
import {
  BAN_MS,
  LINKS_MAX,
  OWN_LINKS_MIN,
  MISBEHAVIOR_MAX,
  PEER_MESSAGES_BURST,
  PROMISES_CREDITED,
} from '../../../src/node/params.ts';
import type { NodeService } from '../../../src/node/service.ts';
import { SlotOwner, type Forged } from '../../support/forge.ts';
import { Seeded } from '../../support/seeded.ts';
import { feed, Room, serving } from './node-fixture.ts';

let room: Room;
let node: NodeService;

beforeEach(async () => {
  room = new Room();
  node = await room.open();
  await room.pass(10);
});

/** What the Node page shows of links that ended, newest first. */
const gone = () => node.peers.gone.map(({ reason, banned }) => (banned ? `${reason}, banned` : reason));

describe('the handshake', () => {
  it('makes a peer of who speaks our protocol on our network', async () => {
    const peer = await room.stranger(node);
    expect([node.peers.peers().map(({ id }) => id), peer.heard('ping').length]).toEqual([[peer.key.peerId], 1]);
  });

  it('is followed by pings to who is silent, and now and then to who is not, to know how far away it is', async () => {
    const [silent, talker] = [await room.stranger(node), await room.stranger(node)];
    for (let s = 0; s < 60; s++) {
      talker.send({ type: 'inv', kind: 'block', ids: [] });
      await room.pass(1_000);
    }
    expect([silent.heard('ping').length, talker.heard('ping').length]).toEqual([7, 2]);
  });

  it('is followed by pings though our clock was set back, and by a time-out', async () => {
    const answering = await room.stranger(node);
    await room.stranger(node, { silent: 'after-handshake' });
    await room.pass(5_000);
    room.node(0).clock!.skewMs -= 3_600_000;
    await room.pass(40_000);
    expect([gone(), answering.heard('ping').length > 3]).toEqual([['timeout'], true]);
  });

  it.each<[string, (honest: Hello, theirs: Hello) => Hello]>([
    ['other-network', (hello) => ({ ...hello, genesisHash: BlockHash.of(new Uint8Array(32).fill(1)) })],
    ['protocol-version', (hello) => ({ ...hello, protocolVersion: 99 })],
    ['self', (hello, theirs) => ({ ...hello, nodeKey: theirs.nodeKey })],
    ['bad-auth', (hello) => ({ ...hello, nodeKey: new Uint8Array(33).fill(2) })],
  ])('ends with %s for who says something else', async (reason, hello) => {
    await room.stranger(node, { hello });
    expect([gone(), node.peers.peers()]).toEqual([[reason], []]);
  });

  it('ends with bad-auth when somebody sits between the two: each has a channel of its own with him', async () => {
    await room.stranger(node, { binding: (honest) => honest.map((byte) => byte ^ 1) });
    expect([gone(), node.peers.peers()]).toEqual([['bad-auth'], []]);
  });

  it('comes before everything else', async () => {
    const peer = await room.stranger(node, { silent: 'always' });
    peer.send({ type: 'getHeaders', locator: [], stop: undefined, max: 10 });
    await room.pass(10);
    expect([gone(), peer.heard('headers')]).toEqual([['message-before-handshake'], []]);
  });

  it('is not waited for for ever', async () => {
    await room.stranger(node, { silent: 'always' });
    await room.pass(10_000);
    expect(gone()).toEqual(['handshake-timeout']);
  });

  it('is done once', async () => {
    const peer = await room.stranger(node);
    peer.send({ type: 'auth', signature: new Uint8Array(65) });
    await room.pass(10);
    expect(gone()).toEqual(['repeated-handshake, banned']);
  });

  it('of the same node on a second link ends that link', async () => {
    const first = await room.stranger(node);
    await room.stranger(node, { key: first.key });
    expect([gone(), node.peers.peers().length]).toEqual([['duplicate'], 1]);
  });

  it.each(['lower', 'higher'] as const)(
    'of a node on two links keeps the one that the lower id dialled; here its id is %s',
    async (side) => {
      const isLower = (key: SessionKey) => key.peerId < node.sessionKey.peerId;
      const rng = new Seeded(1);
      let key = makeSessionKey(rng);
      while (isLower(key) !== (side === 'lower')) key = makeSessionKey(rng);
      const host = room.host({ key });
      await room.until('dialled by our node', () => node.peers.peers().length === 1, 10_000);
      const guest = await room.stranger(node, { key });
      const [peer] = node.peers.peers();
      expect([gone(), peer!.outbound]).toEqual([['duplicate'], side === 'higher']);
      expect([host.closed.length, guest.closed.length]).toEqual(side === 'higher' ? [0, 1] : [1, 0]);
    },
  );
});

describe('a peer that misbehaves', () => {
  it.each<[string, Uint8Array]>([
    ['message-truncated', new Uint8Array(0)],
    ['message-unknown-type', Uint8Array.of(0xee, 1, 2, 3)],
    ['message-truncated', encodeMessage({ type: 'ping', nonce: 1 }).subarray(0, 3)],
    ['message-oversized', Uint8Array.of(...encodeMessage({ type: 'ping', nonce: 1 }), 0)],
    ['message-bad-value', Uint8Array.of(0x14, 9)],
    ['message-non-canonical', Uint8Array.of(0x10, 0x80, 0x00)],
  ])('by garbage is dropped and banned, and the reason kept: %s', async (reason, bytes) => {
    const peer = await room.stranger(node);
    peer.sendBytes(bytes);
    await room.pass(10);
    expect([gone(), peer.closed]).toEqual([[`${reason}, banned`], [`remote:${reason}`]]);
    expect(node.peers.gone[0]!.peerId).toBe(peer.key.peerId);
    // It is not let in again under the same key.
    await room.stranger(node, { key: peer.key });
    expect(gone()[0]).toBe('banned');
  });

  it('is let in again when its ban is over', async () => {
    const peer = await room.stranger(node);
    peer.sendBytes(Uint8Array.of(0xee));
    await room.pass(BAN_MS - 1_000);
    await room.stranger(node, { key: peer.key });
    expect([gone()[0], node.peers.peers()]).toEqual(['banned', []]);
    await room.pass(1_000);
    await room.stranger(node, { key: peer.key });
    expect(node.peers.peers().map(({ id }) => id)).toEqual([peer.key.peerId]);
  });

  it('by a pong to another ping than ours collects points, and its true pong still counts', async () => {
    const peer = await room.stranger(node, { silent: 'after-handshake' });
    const { nonce } = peer.heard('ping')[0]!;
    peer.send({ type: 'pong', nonce: nonce + 1 });
    await room.pass(10);
    expect(room.peerOf(node, peer)).toMatchObject({ score: 10, latencyMs: undefined });
    peer.send({ type: 'pong', nonce });
    await room.pass(10);
    expect(room.peerOf(node, peer)).toMatchObject({ score: 10, latencyMs: expect.any(Number) as number });
  });

  it('by not reading what it is told is dropped, but not for what it asked for in bulk', async () => {
    const narrow = new Room(1, { bytesPerMs: 10 });
    const teller = await narrow.open();
    await narrow.pass(10);
    await narrow.stranger(teller);
    const [peer] = teller.peers.peers();
    const told: PeerMessage = {
      type: 'inv',
      kind: 'block',
      ids: Array<BlockHash>(1_000).fill(narrow.forge.genesisHash),
    };
    while (teller.peers.send(peer!, told, 'bulk'));
    expect(teller.peers.gone).toEqual([]);
    while (teller.peers.send(peer!, told));
    await narrow.pass(10);
    expect(teller.peers.gone.map(({ reason }) => reason)).toEqual(['slow-reader']);
  });

  it('by telling what nobody asked for collects points, each time the same', async () => {
    const owner = new SlotOwner(room.forge, 1);
    const block = room.forge.mine();
    const unasked: PeerMessage[] = [
      { type: 'headers', headers: [{ header: block.header, seal: new Uint8Array(0) }] },
      { type: 'block', header: block.header, body: block.bytes },
      { type: 'blockTxs', blockHash: block.hash, transactions: [] },
      { type: 'tx', transaction: encodeTransaction(owner.createTx) },
      { type: 'pong', nonce: 77 },
    ];
    const peer = await room.stranger(node);
    const scores: number[] = [];
    for (const message of unasked) {
      peer.send(message);
      await room.pass(10);
      scores.push(room.peerOf(node, peer)!.score);
    }
    expect(scores).toEqual([20, 40, 60, 70, 80]);
    expect([node.index.tip.height, node.chain.tip.height, node.mempool.count]).toEqual([0, 0, 0]);
    peer.send(unasked[1]!);
    await room.pass(10);
    expect([gone(), MISBEHAVIOR_MAX]).toEqual([['unasked-block, banned'], 100]);
  });

  it('by telling of blocks that it never shows collects points, and does not set the miner to work', async () => {
    const jobs = vi.spyOn(node.ports.miner, 'mine').mockImplementation(() => undefined);
    await node.api.setMining(true, 1);
    const peer = await room.stranger(node, {
      on: (self, message) => message.type === 'getHeaders' && self.send({ type: 'headers', headers: [] }),
    });
    jobs.mockClear();
    for (let i = 0; i < PROMISES_CREDITED + 20; i++) {
      expect(room.peerOf(node, peer)!.score).toBe(5 * Math.max(0, i - PROMISES_CREDITED));
      peer.send({ type: 'inv', kind: 'block', ids: [BlockHash.of(new Uint8Array(32).fill(i + 1))] });
      await room.pass(10);
    }
    expect([gone(), jobs.mock.calls.length]).toEqual([['headers-withheld, banned'], 0]);
  });

  it('is forgiven a point a minute', async () => {
    const peer = await room.stranger(node);
    peer.send({ type: 'pong', nonce: 77 });
    await room.pass(10);
    expect(room.peerOf(node, peer)!.score).toBe(10);
    await room.pass(4 * 60_000);
    expect(room.peerOf(node, peer)!.score).toBe(6);
    await room.pass(10 * 60_000);
    expect(room.peerOf(node, peer)!.score).toBe(0);
  });

  it('by a flood of messages is dropped long before it costs anybody anything', async () => {
    const peer = await room.stranger(node);
    for (let nonce = 0; nonce < PEER_MESSAGES_BURST + 500; nonce++) peer.send({ type: 'ping', nonce });
    await room.pass(10);
    expect(gone()).toEqual(['message-flood, banned']);
    expect(peer.heard('pong').length).toBeLessThanOrEqual(PEER_MESSAGES_BURST);
  });

  it('by asking for more than it reads is told so', async () => {
    const narrow = new Room(1, { bytesPerMs: 100 });
    const server = await narrow.open();
    const { hash, header, bytes } = narrow.forge.mine();
    await server.chain.submitBlock(header, bytes);
    await narrow.pass(10);
    const peer = await narrow.stranger(server);
    for (let i = 0; i < 125; i++) peer.send({ type: 'getBlocks', hashes: Array<BlockHash>(64).fill(hash) });
    await narrow.pass(5_000);
    expect(server.peers.gone.map(({ reason }) => reason)).toEqual(['request-flood']);
  });
});

describe('a peer that falls silent', () => {
  it('is given up after a while', async () => {
    await room.stranger(node, { silent: 'after-handshake' });
    await room.pass(19_000);
    expect(gone()).toEqual([]);
    await room.pass(7_000);
    expect(gone()).toEqual(['timeout']);
  });

  it('is not blamed when it was we who slept', async () => {
    const peer = await room.stranger(node);
    room.node(0).clock!.skewMs = 60_000;
    await room.pass(26_000);
    expect([gone(), room.peerOf(node, peer)!.score]).toEqual([[], 0]);
  });
});

it('thirty that dial at once are let in up to a bound, and the rest told so', async () => {
  const strangers = await Promise.all(Array.from({ length: 30 }, () => room.stranger(node)));
  await room.pass(100);
  const letIn = LINKS_MAX - OWN_LINKS_MIN;
  expect(node.peers.peers()).toHaveLength(letIn);
  expect(strangers.flatMap(({ closed }) => closed)).toEqual(Array(30 - letIn).fill('remote:links-full'));
  // Links of its own choice have places, and are dialled, whoever came first.
  for (let i = 0; i < OWN_LINKS_MIN + 1; i++) room.host();
  await room.until('own links', () => node.peers.peers().length === LINKS_MAX, 10_000);
  await room.pass(20_000);
  expect(node.peers.peers().filter(({ outbound }) => outbound)).toHaveLength(OWN_LINKS_MIN);
});

it('those that never answer do not keep a node from those that would', async () => {
  const { network } = room.world;
  for (let i = 0; i < 20; i++) {
    room.host();
    network.cut(room.node(0).tab, room.lastStranger);
  }
  await room.pass(1_000);
  const honest = Array.from({ length: 5 }, () => room.host());
  await room.until('linked', () => honest.every((host) => room.peerOf(node, host) !== undefined));
});

it('names of those who left are kept, not for ever', async () => {
  for (let i = 0; i < 33; i++) {
    const peer = await room.stranger(node);
    peer.sendBytes(Uint8Array.of(0xee));
    await room.pass(10);
  }
  expect(gone()).toEqual(Array(30).fill('message-unknown-type, banned'));
});

describe('a clock so slow that new blocks are of the future', () => {
  const behindMs = 3_600_000;
  const noted = () => node.log.rows.filter(({ event }) => event.type === 'clock-slow');
  const slowDown = (lastS: number) => {
    const { clock } = room.world;
    room.node(0).clock!.skewMs = lastS * 1000 - behindMs - clock.nowMs();
  };

  it('is found out by the headers that a peer shows, and noted once', async () => {
    const blocks = room.forge.mineMany(60);
    slowDown(room.world.spec.genesisTimeS + 60 * room.world.spec.blockIntervalS);
    const peer = await room.stranger(node, serving(blocks));
    expect([node.chain.tip.height, room.peerOf(node, peer)!.score]).toEqual([0, 0]);
    expect(Math.abs(node.clockWatch.offsetMs - behindMs)).toBeLessThan(60_000);
    peer.send({ type: 'inv', kind: 'block', ids: [blocks[59]!.hash] });
    await room.pass(100);
    expect(noted()).toHaveLength(1);
  });

  it('is found out by blocks that are announced; one told of again and again does not count', async () => {
    const blocks = room.forge.mineMany(60);
    slowDown(room.world.spec.genesisTimeS + 60 * room.world.spec.blockIntervalS);
    const peer = await room.stranger(node);
    const announce = ({ header, body }: Forged) => {
      const decoded = decodeHeader(header);
      if (!decoded.ok) throw new Error(decoded.code);
      peer.send(makeCompactBlock({ header: decoded.value, body }, new Uint8Array(8)));
    };
    for (let i = 0; i < 5; i++) announce(blocks[57]!);
    announce(blocks[58]!);
    await room.pass(10);
    expect([node.clockWatch.offsetMs, noted()]).toEqual([0, []]);
    announce(blocks[59]!);
    await room.pass(10);
    expect(Math.abs(node.clockWatch.offsetMs - behindMs)).toBeLessThan(60_000);
  });

  it('set back by a year holds up nothing that is here, and everything new until it is right again', async () => {
    const blocks = room.forge.mineMany(20);
    await feed(node, blocks.slice(0, 15));
    await room.world.close(room.node(0));
    node = await room.open(0, -365 * 86_400_000);
    expect([node.phase, node.chain.tip.height]).toEqual(['running', 15]);
    const peer = await room.stranger(node, serving(blocks));
    expect([node.chain.tip.height, noted().length]).toEqual([15, 1]);
    room.node(0).clock!.skewMs = 0;
    peer.send({ type: 'inv', kind: 'block', ids: [blocks[19]!.hash] });
    await room.until('all blocks', () => node.chain.tip.height === 20);
  });

  it('is not believed of headers without work', async () => {
    const blocks = room.forge.mineMany(60).map((block) => {
      const header = block.header.slice();
      // Their work is in the hash: another nonce has none.
      do new DataView(header.buffer).setUint32(108, new DataView(header.buffer).getUint32(108) + 1);
      while (!hashHeader(header).startsWith('f'));
      return { ...block, header };
    });
    slowDown(room.world.spec.genesisTimeS + 60 * room.world.spec.blockIntervalS);
    node.clockWatch.onRefused(blocks.map(({ header }) => header));
    expect([node.clockWatch.offsetMs, noted()]).toEqual([0, []]);
  });
});
