import { describe, expect, it } from 'vitest';
import { makeCompactBlock } from '../../../src/core/compact-block.ts';
import { decodeHeader } from '../../../src/core/header.ts';
import { txIdOf } from '../../../src/core/transaction.ts';
import type { LogEvent } from '../../../src/node/api.ts';
import { TEMPLATE_DELAY_MS, TEMPLATES_PER_BLOCK } from '../../../src/node/params.ts';
import { SlotOwner } from '../../support/forge.ts';
import { feed, Room } from './node-fixture.ts';

describe('the mining loop', () => {
  it('makes blocks that pay its person, one on the other, and none when it is off', async () => {
    const room = new Room();
    const node = await room.open();
    await room.pass(30_000);
    expect(node.chain.tip.height).toBe(0);
    await node.api.setMining(true, 99);
    await room.until('three blocks', () => node.chain.tip.height === 3);
    expect([node.mining.threads, node.mining.blocksFound]).toEqual([1, 3]);
    const earned = () => node.person.walletView().immature + node.person.walletView().spendable;
    await room.until('the wallet has seen it', () => earned() === 3n * room.world.spec.subsidy, 1_000);
    const block = await node.api.getBlock(3);
    expect(block.ok && block.value.mine).toBe(true);
    await node.api.setMining(false, 1);
    const { height } = node.chain.tip;
    await room.pass(60_000);
    expect([node.chain.tip.height, node.mining.hashesPerSecond]).toEqual([height, 0]);
  });

  it('counts no block that its own node refuses', async () => {
    const room = new Room();
    const node = await room.open();
    await feed(node, room.forge.mineMany(12));
    // A device whose clock is so far behind that whatever it builds on the tip counts as of the future.
    room.node(0).clock!.skewMs = -(room.world.clock.nowMs() - room.world.spec.genesisTimeS * 1000) - 86_400_000;
    await node.api.setMining(true, 1);
    const noted = (type: LogEvent['type']) => node.log.rows.filter(({ event }) => event.type === type);
    await room.until('a block is refused', () => noted('own-block-refused').length > 0);
    const refused = { type: 'own-block-refused', height: 13, detail: 'time-too-new' };
    expect(noted('own-block-refused')[0]!.event).toEqual(refused);
    expect([node.mining.blocksFound, node.chain.tip.height]).toEqual([0, 12]);
    expect(noted('block-mined')).toEqual([]);
  });

  it('that is to go on after a reload begins as soon as the keys are open', async () => {
    const room = new Room();
    await (await room.open()).api.setPassphrase(undefined, 'correct horse');
    await room.world.close(room.node(0));
    const node = await room.open();
    node.mining.set(1);
    await room.pass(30_000);
    expect([node.person.vaultView().state, node.chain.tip.height]).toEqual(['locked', 0]);
    expect(await node.api.unlock('correct horse')).toMatchObject({ ok: true });
    await room.until('a block', () => node.chain.tip.height > 0);
  });

  it('takes in a transaction soon, and a stream of them at a pace', async () => {
    // Slow enough that a block takes minutes: the template is what is looked at.
    const room = new Room(1, { hashesPerSecond: 0.0001 });
    const node = await room.open();
    const jobs: number[] = [];
    const { miner } = node.ports;
    const mine = miner.mine.bind(miner);
    miner.mine = (job, threads) => {
      jobs.push(room.world.clock.nowMs());
      mine(job, threads);
    };
    await node.api.setMining(true, 1);
    const intervalMs = 1000 * room.world.spec.blockIntervalS;
    await room.pass(intervalMs / TEMPLATES_PER_BLOCK);
    const fromMs = room.world.clock.nowMs();
    for (let i = 0; room.world.clock.nowMs() < fromMs + intervalMs; i++) {
      await node.core.submitTransaction(new SlotOwner(room.forge, i + 1).createTx);
      await room.pass(TEMPLATE_DELAY_MS / 2);
    }
    const renewed = jobs.filter((atMs) => atMs > fromMs);
    expect(renewed[0]! - fromMs).toBe(TEMPLATE_DELAY_MS);
    expect(renewed.length).toBeGreaterThanOrEqual(TEMPLATES_PER_BLOCK - 1);
    expect(renewed.length).toBeLessThanOrEqual(TEMPLATES_PER_BLOCK);
  });

  it('tries again once a second while its workers die', async () => {
    const room = new Room();
    const node = await room.open();
    const { miner } = node.ports;
    let tries = 0;
    const start = miner.start.bind(miner);
    miner.start = (handlers) => {
      miner.mine = () => {
        tries++;
        handlers.onStopped('worker-died');
      };
      start(handlers);
    };
    node.mining.start();
    await node.api.setMining(true, 1);
    await room.pass(10_500);
    expect(tries).toBeGreaterThanOrEqual(10);
    expect(tries).toBeLessThanOrEqual(12);
  });

  it('puts what waits into the next block', async () => {
    const room = new Room();
    const node = await room.open();
    const { createTx } = new SlotOwner(room.forge, 1);
    await node.core.submitTransaction(createTx);
    await node.api.setMining(true, 1);
    await room.until('a block', () => node.chain.tip.height === 1);
    const block = await node.api.getBlock(1);
    expect(block.ok && block.value.transactions.map(({ txid }) => txid)).toContain(txIdOf(createTx));
    expect(node.mempool.count).toBe(0);
  });

  it('goes on when somebody shows a header and keeps its body to himself', async () => {
    const room = new Room();
    const node = await room.open();
    await node.api.setMining(true, 1);
    const hidden = room.forge.mine([new SlotOwner(room.forge, 1).createTx]);
    const header = decodeHeader(hidden.header);
    if (!header.ok) throw new Error(header.code);
    const miser = await room.stranger(node);
    miser.send(makeCompactBlock({ header: header.value, body: hidden.body }, new Uint8Array(8)));
    await room.pass(10);
    expect(node.index.get(hidden.hash)).toBeDefined();
    await room.until('a longer chain than his', () => node.chain.tip.height > 2, 60_000);
    expect(node.phase).toBe('running');
  });

  it('waits while a long chain is being fetched', async () => {
    const room = new Room(2, { latencyMs: [400, 400] });
    room.forge.mineMany(400);
    await room.forge.writeTo(room.node(0).disk);
    await room.open(0);
    const node = await room.open(1);
    await node.api.setMining(true, 1);
    await room.until('synced', () => node.chain.tip.height >= 400);
    // A second or two before the first headers came it could not know better.
    expect(node.mining.blocksFound).toBeLessThanOrEqual(3);
    expect(node.chain.at(400)!.hash).toBe(room.forge.blocks[399]!.hash);
  });
});
