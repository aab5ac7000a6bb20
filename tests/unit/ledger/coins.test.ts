import { describe, expect, test } from 'vitest';
import { formatAddress } from '../../../src/core/account.ts';
import { StateView } from '../../../src/core/state-view.ts';
import type { Transaction } from '../../../src/core/transaction.ts';
import { decodeAccount, encodeAccount, readAccount, writeAccount } from '../../../src/ledger/account-state.ts';
import { coinbase, subsidyAt } from '../../../src/ledger/coinbase.ts';
import { accountKey } from '../../../src/ledger/state-keys.ts';
import { transfer } from '../../../src/ledger/transfer.ts';
import { ALICE, BOB, MINER, person, SPEC, TestChain, transferTx } from '../../support/ledger-fixture.ts';

const UINT64_MAX = 2n ** 64n - 1n;

function withBalance(chain: TestChain, who: typeof ALICE, balance: bigint, accountNonce = 0): TestChain {
  chain.state.set(accountKey(who.account), encodeAccount({ balance, accountNonce, immature: [] }));
  return chain;
}

describe('coinbase', () => {
  test('pays subsidy and fees, and not a grain more', () => {
    const chain = withBalance(new TestChain(), ALICE, 1000n);
    const paying = [transferTx(ALICE, BOB, 1n, { fee: 7n }), transferTx(ALICE, BOB, 1n, { fee: 5n, accountNonce: 1 })];
    const block = (amount: bigint) => chain.block([chain.coinbase(amount), ...paying]);
    expect(chain.submit(block(SPEC.subsidy + 13n))).toMatchObject({ code: 'coinbase-too-large' });
    expect(chain.submit(block(SPEC.subsidy + 12n))).toMatchObject({ ok: true });
    expect(chain.balanceOf(MINER)).toBe(SPEC.subsidy + 12n);
    expect(chain.balanceOf(ALICE)).toBe(1000n - 2n - 12n);
  });

  test('cannot be judged where subsidy and fees are beyond a uint64', () => {
    const chain = withBalance(new TestChain(), ALICE, UINT64_MAX);
    const paying = (fee: bigint) => transferTx(ALICE, ALICE, 1n, { fee });
    const most = UINT64_MAX - SPEC.subsidy;
    for (const [fee, verdict] of [
      [most + 1n, { code: 'amount-overflow' }],
      [most, { ok: true }],
    ] as const) {
      expect(chain.submit(chain.block([chain.coinbase(1n), paying(fee)]))).toMatchObject(verdict);
    }
  });

  test('may take less, or nothing: then the miner has no account', () => {
    const chain = new TestChain();
    expect(chain.submit(chain.block([chain.coinbase(0n)]))).toMatchObject({ ok: true });
    expect(chain.state.size).toBe(0);
  });

  test('belongs to its height', () => {
    const chain = new TestChain();
    chain.mine(1);
    for (const height of [1, 3]) {
      expect(chain.submit(chain.block([chain.coinbase(1n, MINER, height)]))).toMatchObject({
        code: 'bad-coinbase-height',
      });
    }
  });

  test.each([
    ['fee', { fee: 1n }],
    ['expiry', { expiryHeight: 5 }],
    ['stamp', { stamp: new Uint8Array(8).fill(1) }],
    ['signature', { signature: new Uint8Array(65).fill(1) }],
  ])('has no %s', (_field, change: Partial<Transaction>) => {
    const chain = new TestChain();
    expect(chain.submit(chain.block([{ ...chain.coinbase(), ...change }]))).toMatchObject({ code: 'bad-coinbase' });
  });

  test('holds up to 32 bytes of the miner’s own', () => {
    const payload = coinbase.codec.encode({ amount: 1n, extra: new Uint8Array(32) });
    expect(coinbase.codec.decode(payload)).toMatchObject({ ok: true });
    const longer = coinbase.codec.encode({ amount: 1n, extra: new Uint8Array(33) });
    expect(coinbase.codec.decode(longer)).toMatchObject({ ok: false, code: 'oversized' });
  });

  test('matures after so many blocks, with nobody doing anything', () => {
    const chain = new TestChain();
    chain.mine(1, ALICE); // height 1, so spendable from height 3
    expect(chain.submitAll(transferTx(ALICE, BOB, 1n))).toMatchObject({ code: 'insufficient-balance' });
    chain.mine(1);
    const before = chain.state.get(accountKey(ALICE.account))!;
    expect(decodeAccount(before)).toMatchObject({ balance: 0n, immature: [{ matureHeight: 3, amount: SPEC.subsidy }] });
    expect(readAccount(chain.get, ALICE.account, 2).balance).toBe(0n);
    expect(readAccount(chain.get, ALICE.account, 3).balance).toBe(SPEC.subsidy);
    expect(chain.submitAll(transferTx(ALICE, BOB, SPEC.subsidy))).toMatchObject({ ok: true });
    expect(decodeAccount(chain.get(accountKey(ALICE.account))!)).toEqual({
      balance: 0n,
      accountNonce: 1,
      immature: [],
    });
  });

  test('is not spent in its own block, even where maturity is zero', () => {
    const chain = new TestChain({ ...SPEC, maturityBlocks: 0 });
    const spend = transferTx(MINER, BOB, 1n);
    expect(chain.submitAll(spend)).toMatchObject({ code: 'insufficient-balance' });
    chain.mine(1);
    expect(chain.submitAll(spend)).toMatchObject({ ok: true });
  });

  test('halves on schedule, down to nothing', () => {
    const { subsidy, halvingBlocks } = SPEC;
    expect(subsidyAt(SPEC, 0)).toBe(0n);
    expect(subsidyAt(SPEC, 1)).toBe(subsidy);
    expect(subsidyAt(SPEC, halvingBlocks - 1)).toBe(subsidy);
    expect(subsidyAt(SPEC, halvingBlocks)).toBe(subsidy / 2n);
    expect(subsidyAt(SPEC, 3 * halvingBlocks)).toBe(subsidy / 8n);
    expect(subsidyAt(SPEC, 64 * halvingBlocks)).toBe(0n);
    expect(subsidyAt(SPEC, 0xffff_ffff)).toBe(0n);
  });
});

describe('transfer', () => {
  test('moves coins and counts the account nonce', () => {
    const chain = withBalance(new TestChain(), ALICE, 100n);
    expect(chain.submitAll(transferTx(ALICE, BOB, 60n, { fee: 5n }))).toMatchObject({ ok: true });
    expect(readAccount(chain.get, ALICE.account, 2)).toMatchObject({ balance: 35n, accountNonce: 1 });
    expect(readAccount(chain.get, BOB.account, 2)).toMatchObject({ balance: 60n, accountNonce: 0 });
  });

  test('to oneself costs the fee only', () => {
    const chain = withBalance(new TestChain(), ALICE, 100n);
    expect(chain.submitAll(transferTx(ALICE, ALICE, 95n, { fee: 5n }))).toMatchObject({ ok: true });
    expect(readAccount(chain.get, ALICE.account, 2)).toMatchObject({ balance: 95n, accountNonce: 1 });
  });

  test('several in one block, each on what the one before left', () => {
    const chain = withBalance(new TestChain(), ALICE, 100n);
    expect(
      chain.submitAll(
        transferTx(ALICE, BOB, 100n),
        transferTx(BOB, person(9), 70n),
        transferTx(BOB, ALICE, 30n, { accountNonce: 1 }),
      ),
    ).toMatchObject({ ok: true });
    expect([ALICE, BOB, person(9)].map((who) => chain.balanceOf(who))).toEqual([30n, 0n, 70n]);
  });

  test.each([
    ['nothing', 0n, {}, 'bad-amount'],
    ['more than there is', 101n, {}, 'insufficient-balance'],
    ['all, and a fee on top', 100n, { fee: 1n }, 'insufficient-balance'],
    ['amount and fee that overflow together', UINT64_MAX, { fee: UINT64_MAX }, 'insufficient-balance'],
    ['a fee that is all and more', 1n, { fee: UINT64_MAX }, 'insufficient-balance'],
    ['an account nonce of the past', 1n, { accountNonce: 2 }, 'account-nonce-used'],
    ['an account nonce ahead', 1n, { accountNonce: 4 }, 'account-nonce-gap'],
  ])('refuses %s', (_what, amount, overrides, code) => {
    const chain = withBalance(new TestChain(), ALICE, 100n, 3);
    const tx = transferTx(ALICE, BOB, amount, { accountNonce: 3, ...overrides });
    expect(chain.submitAll(tx)).toMatchObject({ ok: false, code });
  });

  test('never lets an account hold more than a uint64, immature coins included', () => {
    const chain = withBalance(new TestChain(), ALICE, 100n);
    const immature = [{ matureHeight: 50, amount: 10n }];
    chain.state.set(accountKey(BOB.account), encodeAccount({ balance: UINT64_MAX - 20n, accountNonce: 0, immature }));
    expect(chain.submitAll(transferTx(ALICE, BOB, 11n))).toMatchObject({ code: 'amount-overflow' });
    expect(chain.submitAll(transferTx(ALICE, BOB, 10n))).toMatchObject({ ok: true });
    expect(chain.submit(chain.block([chain.coinbase(1n, BOB)]))).toMatchObject({ code: 'amount-overflow' });
  });

  test('lets an account hold all of a uint64, be it with a coinbase', () => {
    const chain = withBalance(new TestChain(), BOB, UINT64_MAX - 1n);
    expect(chain.submit(chain.block([chain.coinbase(2n, BOB)]))).toMatchObject({ code: 'amount-overflow' });
    expect(chain.submit(chain.block([chain.coinbase(1n, BOB)]))).toMatchObject({ ok: true });
  });

  test('says who paid whom', () => {
    expect(transfer.summary(transferTx(ALICE, BOB, 5n))).toEqual({
      kind: 'transfer',
      from: formatAddress(ALICE.account),
      to: formatAddress(BOB.account),
      amount: 5n,
    });
  });
});

test('an account that is as if it had never been is not in the state', () => {
  const view = new StateView(() => undefined);
  writeAccount(view, ALICE.account, { balance: 0n, accountNonce: 0, immature: [] });
  expect(view.changes().size).toBe(0);
  writeAccount(view, ALICE.account, { balance: 0n, accountNonce: 1, immature: [] });
  expect(view.changes().size).toBe(1);
});
