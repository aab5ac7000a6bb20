import { beforeEach, describe, expect, it, vi } from 'vitest';
import { InlineVerifier } from '../../../src/adapters/verifier/inline-verifier.ts';
import { makeCompactBlock } from '../../../src/core/compact-block.ts';
import { decodeHeader } from '../../../src/core/header.ts';
import { NO_STAMP } from '../../../src/core/stamp.ts';
import { encodeTransaction, txIdOf, type Transaction } from '../../../src/core/transaction.ts';
import type { MessageOf, PeerMessage } from '../../../src/core/wire.ts';
import { ERASED } from '../../../src/ledger/slot-state.ts';
import {
  ADMISSION_QUEUE_MAX,
  BLOCK_REST_DELAY_MS,
  BLOCKS_TOLD_AT_ONCE,
  TURNED_AWAY_RETRY_MS,
  TX_REQUESTS_IN_FLIGHT_PER_PEER,
  TX_REST_DELAY_MS,
  TXS_TOLD_AT_ONCE,
} from '../../../src/node/params.ts';
import type { NodeService } from '../../../src/node/service.ts';
import { SlotOwner, type Forged } from '../../support/forge.ts';
import type { ScriptedPeer } from '../../support/scripted-peer.ts';
import { feed, Room, serving } from './node-fixture.ts';

let room: Room;
let node: NodeService;
let owner: SlotOwner;

beforeEach(async () => {
  room = new Room();
  node = await room.open();
  owner = new SlotOwner(room.forge, 1);
  await room.pass(10);
});

const inv = (...txs: Transaction[]): PeerMessage => ({ type: 'inv', kind: 'tx', ids: txs.map(txIdOf) });
const gone = () => node.peers.gone.map(({ reason }) => reason);

/** Of transactions that nobody has. */
function tellOfThousands(peer: ScriptedPeer): void {
  for (let i = 0; i < 5; i++) {
    const ids = Array.from({ length: 1_000 }, (_, n) => (1_000 * i + n).toString(16).padStart(64, '0'));
    peer.send({ type: 'inv', kind: 'tx', ids: ids as ReturnType<typeof txIdOf>[] });
  }
}

function compact({ header, body }: Forged): PeerMessage {
  const decoded = decodeHeader(header);
  if (!decoded.ok) throw new Error(decoded.code);
  return makeCompactBlock({ header: decoded.value, body }, new Uint8Array(8).fill(3));
}

/** Gives what it is asked for. */
const giving = (...txs: Transaction[]) => ({
  on(peer: ScriptedPeer, message: PeerMessage) {
    if (message.type !== 'getTx') return;
    for (const id of message.ids) {
      const tx = txs.find((candidate) => txIdOf(candidate) === id);
      if (tx) peer.send({ type: 'tx', transaction: encodeTransaction(tx) });
      else peer.send({ type: 'notFound', kind: 'tx', ids: [id] });
    }
  },
});

async function many(count: number): Promise<ScriptedPeer[]> {
  const strangers: ScriptedPeer[] = [];
  while (strangers.length < count) strangers.push(await room.stranger(node));
  return strangers;
}

describe('a transaction', () => {
  it('is pulled from who told of it, admitted, and told to the others only', async () => {
    const [teller, listener] = [await room.stranger(node, giving(owner.createTx)), await room.stranger(node)];
    teller.send(inv(owner.createTx));
    teller.send(inv(owner.createTx));
    await room.pass(200);
    expect(node.mempool.count).toBe(1);
    expect(teller.heard('getTx').map(({ ids }) => ids)).toEqual([[txIdOf(owner.createTx)]]);
    expect([teller.heard('inv').length, listener.heard('inv')]).toEqual([0, [inv(owner.createTx)]]);
    listener.send({ type: 'getTx', ids: [txIdOf(owner.createTx)] });
    await room.pass(10);
    expect(listener.heard('tx').map(({ transaction }) => transaction)).toEqual([encodeTransaction(owner.createTx)]);
  });

  it('is not asked for, nor remembered of peers, once it is in a block; it is again when the block is gone', async () => {
    const peer = await room.stranger(node, giving(owner.createTx));
    const others = room.forge.fork(2);
    await node.core.submitTransaction(owner.createTx);
    await room.pass(200);
    await feed(node, [room.forge.mine([owner.createTx])]);
    peer.send(inv(owner.createTx));
    await room.pass(200);
    const known = () => room.peerOf(node, peer)!.knownTxs.size;
    expect([peer.heard('inv').length, peer.heard('getTx').length, known()]).toEqual([1, 0, 0]);
    await feed(node, others.mineMany(2));
    await room.pass(200);
    expect([node.mempool.count, peer.heard('inv').length, known()]).toEqual([1, 2, 1]);
  });

  it('is told to a few at once, and a little later to those who have not told us of it meanwhile', async () => {
    const strangers = await many(8);
    await node.core.submitTransaction(owner.createTx);
    await room.pass(200);
    const heard = () => strangers.filter((peer) => peer.heard('inv').length > 0);
    expect(heard()).toHaveLength(TXS_TOLD_AT_ONCE);
    const knowing = strangers.find((peer) => !heard().includes(peer))!;
    knowing.send(inv(owner.createTx));
    await room.pass(TX_REST_DELAY_MS);
    expect(strangers.map((peer) => peer.heard('inv').length)).toEqual(
      strangers.map((peer) => (peer === knowing ? 0 : 1)),
    );
  });

  it('that a block took meanwhile is told to nobody any more', async () => {
    const strangers = await many(8);
    await node.core.submitTransaction(owner.createTx);
    await room.pass(200);
    await feed(node, [room.forge.mine([owner.createTx])]);
    await room.pass(TX_REST_DELAY_MS);
    expect(strangers.filter((peer) => peer.heard('inv').length > 0)).toHaveLength(TXS_TOLD_AT_ONCE);
  });

  it('is told to a newcomer', async () => {
    await node.core.submitTransaction(owner.createTx);
    const newcomer = await room.stranger(node);
    expect(newcomer.heard('inv')).toEqual([inv(owner.createTx)]);
  });

  it('is asked of another when the first does not give it', async () => {
    const [silent, other] = [await room.stranger(node), await room.stranger(node, giving(owner.createTx))];
    silent.send(inv(owner.createTx));
    await room.pass(10);
    other.send(inv(owner.createTx));
    await room.pass(10);
    expect([silent.heard('getTx').length, other.heard('getTx').length, node.mempool.count]).toEqual([1, 0, 0]);
    await room.pass(5_000);
    expect([other.heard('getTx').length, node.mempool.count]).toEqual([1, 1]);
  });

  it('that nobody could have signed ends the link; one that merely comes too early does not', async () => {
    const early = owner.updateTx(2);
    const forged = {
      ...owner.createTx,
      signature: owner.createTx.signature.map((byte, i) => (i === 33 ? byte ^ 1 : byte)),
    };
    const [honest, cheat] = [await room.stranger(node, giving(early)), await room.stranger(node, giving(forged))];
    honest.send(inv(early));
    cheat.send(inv(forged));
    await room.pass(200);
    expect([gone(), node.mempool.count, room.peerOf(node, honest)!.score]).toEqual([['bad-signature'], 0, 0]);
    // A transaction's id does not cover its signature: the true one is still welcome.
    const peer = await room.stranger(node, giving(owner.createTx));
    room.forge.mine();
    const [block] = room.forge.blocks;
    await node.chain.submitBlock(block!.header, block!.bytes);
    peer.send(inv(owner.createTx));
    await room.pass(200);
    expect(node.mempool.count).toBe(1);
  });

  it.each<[string, (cheat: SlotOwner) => Transaction]>([
    ['bad-doc-hash', (cheat) => cheat.cheatTx({}, { docHash: ERASED })],
    ['stamp-too-low', (cheat) => cheat.cheatTx({ stamp: NO_STAMP })],
    ['account-nonce-unused', (cheat) => cheat.cheatTx({ accountNonce: 1 })],
    ['bad-payload', (cheat) => cheat.cheatTx({ payload: new Uint8Array(3) })],
    ['unknown-kind', (cheat) => cheat.cheatTx({ kind: 99 })],
  ])('that no chain would take ends the link: %s', async (code, make) => {
    const bad = make(owner);
    const cheat = await room.stranger(node, giving(bad));
    cheat.send(inv(bad));
    await room.pass(200);
    expect([gone(), node.mempool.count]).toEqual([[code], 0]);
  });

  it.each<[string, (honest: SlotOwner) => Transaction]>([
    ['expired', (honest) => honest.cheatTx({ expiryHeight: 1 })],
    ['slot-unknown', (honest) => honest.updateTx(2)],
    ['insufficient-balance', (honest) => honest.cheatTx({ fee: 5n })],
  ])('that another chain might have taken costs nothing: %s', async (_code, make) => {
    await feed(node, room.forge.mineMany(2));
    const tx = make(owner);
    const honest = await room.stranger(node, giving(tx));
    honest.send(inv(tx));
    await room.pass(200);
    expect([honest.heard('getTx').length, node.mempool.count, room.peerOf(node, honest)?.score]).toEqual([1, 0, 0]);
  });

  it('that came while too many waited for the verifier is asked for again, though told of only once', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const inline = new InlineVerifier();
    const busy = new Room(1, { verifier: { verify: (items) => held.then(() => inline.verify(items)) } });
    const target = await busy.open();
    const [mine, other] = [new SlotOwner(busy.forge, 1).createTx, new SlotOwner(busy.forge, 2).createTx];
    const peer = await busy.stranger(target, giving(other));
    // The first is with the verifier already.
    const waiting = Array.from({ length: ADMISSION_QUEUE_MAX + 1 }, () => target.core.submitTransaction(mine));
    peer.send(inv(other));
    await busy.pass(100);
    release();
    await Promise.all(waiting);
    expect([peer.heard('getTx').length, target.mempool.count]).toEqual([1, 1]);
    await busy.pass(TURNED_AWAY_RETRY_MS);
    expect([peer.heard('getTx').length, target.mempool.count]).toEqual([2, 2]);
  });

  it('that was refused is not looked at again on the same tip', async () => {
    await feed(node, room.forge.mineMany(2));
    const verify = vi.spyOn(node.ports.verifier, 'verify');
    const tx = owner.updateTx(2);
    const peer = await room.stranger(node, giving(tx));
    peer.send(inv(tx));
    await room.pass(100);
    const looks = verify.mock.calls.length;
    for (let i = 0; i < 3; i++) peer.send({ type: 'tx', transaction: encodeTransaction(tx) });
    await room.pass(100);
    expect([looks, verify.mock.calls.length, room.peerOf(node, peer)!.score]).toEqual([1, 1, 0]);
  });

  it('told of by the thousand is asked for up to a bound', async () => {
    const peer = await room.stranger(node);
    tellOfThousands(peer);
    await room.pass(100);
    expect(peer.heard('getTx').flatMap(({ ids }) => ids).length).toBe(TX_REQUESTS_IN_FLIGHT_PER_PEER);
  });

  it('is asked for though another peer tells of thousands that nobody has', async () => {
    const flooder = await room.stranger(node);
    tellOfThousands(flooder);
    const id = txIdOf(owner.createTx);
    const honest = await room.stranger(node, {
      on: (self, message) =>
        message.type === 'getTx' && self.send({ type: 'tx', transaction: encodeTransaction(owner.createTx) }),
    });
    honest.send({ type: 'inv', kind: 'tx', ids: [id] });
    await room.pass(100);
    expect(node.mempool.byTxId(id)).toBeDefined();
  });
});

describe('a new block', () => {
  it('goes out as a compact block, once to each, and costs who knows its transactions nothing more', async () => {
    await node.core.submitTransaction(owner.createTx);
    const [one, two] = [await room.stranger(node), await room.stranger(node)];
    const block = room.forge.mine([owner.createTx]);
    await node.chain.submitBlock(block.header, block.bytes);
    await room.pass(10);
    for (const peer of [one, two]) {
      expect(peer.heard('compactBlock').map(({ header, shortIds }) => [header, shortIds.length])).toEqual([
        [block.header, 1],
      ]);
    }
    expect(node.mempool.count).toBe(0);
  });

  it('goes to a few at once, and a moment later to those who have not shown it by then', async () => {
    const strangers = await many(9);
    const block = room.forge.mine();
    await node.chain.submitBlock(block.header, block.bytes);
    await room.pass(20);
    const told = () => strangers.filter((peer) => peer.heard('compactBlock').length > 0);
    expect(told()).toHaveLength(BLOCKS_TOLD_AT_ONCE);
    const knowing = strangers.find((peer) => !told().includes(peer))!;
    knowing.send(compact(block));
    await room.pass(BLOCK_REST_DELAY_MS);
    expect(strangers.map((peer) => peer.heard('compactBlock').length)).toEqual(
      strangers.map((peer) => (peer === knowing ? 0 : 1)),
    );
  });

  it('that is followed by another is told to the others as that one', async () => {
    const strangers = await many(9);
    const blocks = room.forge.mineMany(2);
    await feed(node, blocks);
    await room.pass(BLOCK_REST_DELAY_MS + 20);
    const last = strangers.map((peer) => peer.heard('compactBlock').at(-1)?.header);
    expect(last).toEqual(strangers.map(() => blocks[1]!.header));
  });

  it('whose coinbase is no transaction costs its teller points, and nothing is asked', async () => {
    const block = room.forge.mine();
    const peer = await room.stranger(node);
    peer.send({ ...(compact(block) as MessageOf<'compactBlock'>), coinbase: Uint8Array.of(1, 2, 3) });
    await room.pass(10);
    expect([room.peerOf(node, peer)!.score, peer.heard('getBlockTxs')]).toEqual([20, []]);
  });

  it('is put together from what waits here', async () => {
    await node.core.submitTransaction(owner.createTx);
    const peer = await room.stranger(node);
    const block = room.forge.mine([owner.createTx]);
    peer.send(compact(block));
    await room.pass(10);
    expect([node.chain.tip.hash, peer.heard('getBlockTxs').length]).toEqual([block.hash, 0]);
  });

  it('is completed by asking for what is missing, by position', async () => {
    await node.core.submitTransaction(owner.createTx);
    const strange = new SlotOwner(room.forge, 2).createTx;
    const block = room.forge.mine([owner.createTx, strange]);
    const position = block.body.transactions.findIndex((tx) => txIdOf(tx) === txIdOf(strange));
    const peer = await room.stranger(node, {
      on(self, message) {
        if (message.type !== 'getBlockTxs') return;
        self.send({ type: 'blockTxs', blockHash: message.blockHash, transactions: [encodeTransaction(strange)] });
      },
    });
    peer.send(compact(block));
    await room.pass(10);
    expect(peer.heard('getBlockTxs').map(({ indexes }) => indexes)).toEqual([[position]]);
    expect([node.chain.tip.hash, room.peerOf(node, peer)!.score]).toEqual([block.hash, 0]);
  });

  it('whose teller is silent about what is missing comes from another soon, and a late answer costs nothing', async () => {
    const block = room.forge.mine();
    const announced = compact(block) as MessageOf<'compactBlock'>;
    const liar = await room.stranger(node);
    const honest = await room.stranger(node, {
      on(self, message) {
        if (message.type === 'getBlocks') self.send({ type: 'block', header: block.header, body: block.bytes });
      },
    });
    liar.send({ ...announced, shortIds: [1n, 2n] });
    await room.pass(20);
    // What others say of it does not count.
    honest.send({ type: 'blockTxs', blockHash: block.hash, transactions: [] });
    honest.send(announced);
    await room.until('connected', () => node.chain.tip.hash === block.hash, 2_500);
    expect([liar, honest].map((peer) => room.peerOf(node, peer)!.score)).toEqual([0, 20]);
    liar.send({ type: 'blockTxs', blockHash: block.hash, transactions: [] });
    await room.pass(10);
    expect(room.peerOf(node, liar)!.score).toBe(20);
  });

  it('that is completed wrongly costs its teller points each time, and comes from another at once', async () => {
    const block = room.forge.mine([owner.createTx]);
    const liar = await room.stranger(node, {
      on(self, message) {
        const wrong = encodeTransaction(new SlotOwner(room.forge, 2).createTx);
        if (message.type === 'getBlockTxs')
          self.send({ type: 'blockTxs', blockHash: block.hash, transactions: [wrong] });
      },
    });
    const { on } = serving([block]);
    const honest = await room.stranger(node, { on: on! });
    liar.send(compact(block));
    honest.send(compact(block));
    await room.pass(20);
    expect([liar, honest].map((peer) => room.peerOf(node, peer)!.score)).toEqual([20, 0]);
    expect([liar.heard('getBlocks').length, node.chain.tip.hash]).toEqual([0, block.hash]);
  });

  it('that is said to be empty and is not costs its teller points, and keeps nobody waiting', async () => {
    await node.core.submitTransaction(owner.createTx);
    const block = room.forge.mine([owner.createTx]);
    const [liar, honest] = [await room.stranger(node), await room.stranger(node)];
    liar.send({ ...(compact(block) as MessageOf<'compactBlock'>), shortIds: [] });
    await room.pass(10);
    expect([room.peerOf(node, liar)!.score, node.chain.tip.height]).toEqual([20, 0]);
    honest.send(compact(block));
    await room.pass(10);
    expect([node.chain.tip.hash, room.peerOf(node, honest)!.score]).toEqual([block.hash, 0]);
  });

  it('that another peer shows whole does not wait for the one who was asked first; his answer costs nothing', async () => {
    await node.core.submitTransaction(owner.createTx);
    const block = room.forge.mine([owner.createTx]);
    const [slow, honest] = [await room.stranger(node), await room.stranger(node)];
    slow.send({ ...(compact(block) as MessageOf<'compactBlock'>), shortIds: [1n] });
    await room.pass(10);
    expect(slow.heard('getBlockTxs').length).toBe(1);
    honest.send(compact(block));
    await room.pass(10);
    expect(node.chain.tip.hash).toBe(block.hash);
    slow.send({ type: 'blockTxs', blockHash: block.hash, transactions: [encodeTransaction(owner.createTx)] });
    await room.pass(10);
    expect([slow, honest].map((peer) => room.peerOf(node, peer)!.score)).toEqual([0, 0]);
  });

  it('whose parent is not known yet makes us ask for headers', async () => {
    const [first, second] = room.forge.mineMany(2);
    const peer = await room.stranger(node);
    peer.send(compact(second!));
    await room.pass(10);
    expect(peer.heard('getHeaders').length).toBe(1);
    peer.send({
      type: 'headers',
      headers: [first!, second!].map(({ header }) => ({ header, seal: new Uint8Array(0) })),
    });
    await room.pass(10);
    expect(peer.heard('getBlocks').map(({ hashes }) => hashes)).toEqual([[first!.hash, second!.hash]]);
  });

  it('is told by its id when it is asked for as such', async () => {
    const block = room.forge.mine();
    const peer = await room.stranger(node);
    peer.send({ type: 'inv', kind: 'block', ids: [block.hash] });
    await room.pass(10);
    expect(peer.heard('getHeaders').length).toBe(1);
  });

  it('that came while hands were shaken is told when they are', async () => {
    const slow = new Room(2, { latencyMs: [400, 400] });
    const [one, other] = [await slow.open(0), await slow.open(1)];
    const opened = vi.spyOn(one.ports.transport, 'send');
    await slow.until('the hello is out', () => opened.mock.calls.length > 0);
    const [block] = slow.forge.mineMany(1) as [Forged];
    await feed(one, [block]);
    expect(one.peers.peers()).toEqual([]);
    await slow.until('heard of', () => other.chain.tip.hash === block.hash, 10_000);
  });
});
