/** Coins of a person, over real nodes: mined, sent, received, and taken back by a reorg. */
import { describe, expect, it } from 'vitest';
import { openRoom, until, value, type TestTab } from './harness.ts';

const COIN = 100_000_000n;

function history(tab: TestTab) {
  return tab.model.wallet.history.map(({ type, amount, height }) => ({ type, amount, height }));
}

describe('coins', () => {
  it('are mined, mature, and are as good as spent from the moment they are sent', async () => {
    const room = openRoom();
    const [ada, bob] = [await room.open('ada'), await room.open('bob')];
    await until('they meet', () => ada.model.peers.peers.length === 1);
    await room.mine(ada);
    await until('the reward shows', () => ada.model.wallet.immature === 50n * COIN);
    expect(ada.model.wallet.spendable).toBe(0n);
    const to = bob.model.wallet.address;
    expect(await ada.api.transfer({ to, amount: 1n, fee: 0n })).toMatchObject({ problem: { code: 'balance-too-low' } });

    await room.mine(ada);
    await until('matured', () => ada.model.wallet.spendable === 50n * COIN);
    const sent = await Promise.all([
      ada.api.transfer({ to, amount: 20n * COIN, fee: COIN }),
      ada.api.transfer({ to, amount: 10n * COIN, fee: 0n }),
    ]);
    for (const outcome of sent) value(outcome);
    expect(ada.model.wallet.spendable).toBe(19n * COIN);
    expect(await ada.api.transfer({ to, amount: 20n * COIN, fee: 0n })).toMatchObject({
      problem: { code: 'balance-too-low' },
    });
    await until('on its way', () => bob.model.mempool.count === 2);
    await room.mine(bob);
    await until('received', () => bob.model.wallet.spendable === 30n * COIN);
    expect(history(bob).map(({ type }) => type)).toEqual(['received', 'received', 'mined']);
    await until('confirmed', () => history(ada).every(({ height }) => height !== undefined));
    expect(history(ada).map(({ type }) => type)).toEqual(['sent', 'sent', 'mined', 'mined']);
  });

  it('come back into waiting when a reorg takes their block off, also over a reload', async () => {
    const room = openRoom();
    const ada = await room.open('ada');
    for (let block = 0; block < 2; block++) await room.mine(ada);
    await until('matured', () => ada.model.wallet.spendable > 0n);
    const bob = await room.open('bob');
    await until(
      'they meet',
      () => bob.service.chain.tip === bob.service.index.tip && bob.service.chain.tip.height === 2,
    );
    await bob.stop();
    value(await ada.api.transfer({ to: ada.model.wallet.address, amount: COIN, fee: 0n }));
    await room.mine(ada);
    await until('confirmed', () => history(ada).filter(({ height }) => height === 3).length === 2);
    expect(history(ada).filter(({ type }) => type === 'mined')).toHaveLength(3);
    await ada.stop();

    // Bob's branch is longer, and holds nothing of Ada's.
    await bob.start();
    for (let block = 0; block < 2; block++) await room.mine(bob);
    await ada.start();
    await until('reorganised', () => ada.service.chain.tip.height === 4);
    await until('waiting again', () =>
      history(ada).some(({ type, height }) => type === 'sent' && height === undefined),
    );
    expect(history(ada).filter(({ type }) => type === 'mined')).toHaveLength(2);
    await ada.mineBlock();
    await until('confirmed', () => history(ada).filter(({ height }) => height === 5).length === 2);
  });

  it('are counted anew when the stored chain had to go', async () => {
    const room = openRoom();
    const [ada, bob] = [await room.open('ada'), await room.open('bob')];
    await until('they meet', () => ada.model.peers.peers.length === 1);
    for (let block = 0; block < 3; block++) await room.mine(ada);
    await until('walked', () => history(ada).length === 3);
    const before = history(ada);
    await ada.stop();
    ada.disk.forgetChain();
    await ada.start();
    expect(ada.service.log.rows.map(({ event }) => event)).toContainEqual({ type: 'started', height: 0 });
    await until(
      'fetched again',
      () => ada.service.chain.tip === ada.service.index.tip && ada.service.chain.tip.height === 3,
    );
    await until('walked again', () => history(ada).length === 3);
    expect(history(ada)).toEqual(before);
    expect(bob.model.wallet.history).toEqual([]);
  });

  it('are not sent to nobody, and not in impossible amounts', async () => {
    const ada = await openRoom().open('ada');
    const to = ada.model.wallet.address;
    expect(await ada.api.transfer({ to: `${to}q`, amount: 1n, fee: 0n })).toMatchObject({
      problem: { code: 'address-invalid' },
    });
    for (const [amount, fee] of [
      [0n, 0n],
      [-1n, 0n],
      [1n, -1n],
      [2n ** 64n, 0n],
    ] as const) {
      expect(await ada.api.transfer({ to, amount, fee })).toMatchObject({ problem: { code: 'amount-invalid' } });
    }
  });
});
