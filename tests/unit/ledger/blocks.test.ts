import { describe, expect, test } from 'vitest';
import { encodeBlock } from '../../../src/core/block.ts';
import { verify } from '../../../src/core/ecdsa.ts';
import { AssertionError } from '../../../src/core/result.ts';
import { NO_STAMP } from '../../../src/core/stamp.ts';
import { preloadedState, StateView } from '../../../src/core/state-view.ts';
import { encodeTransaction, signTransaction } from '../../../src/core/transaction.ts';
import {
  ALICE,
  BOB,
  createTx,
  GENESIS,
  makeTx,
  MINER,
  person,
  SPEC,
  stamped,
  TestChain,
  transferTx,
} from '../../support/ledger-fixture.ts';

/** A chain where Alice has three subsidies to spend. */
function richAlice(): TestChain {
  const chain = new TestChain();
  chain.mine(3, ALICE);
  chain.mine(SPEC.maturityBlocks);
  return chain;
}

describe('the shape of a block', () => {
  test.each([
    ['nothing at all', (_chain: TestChain) => [], 'coinbase-missing'],
    ['no coinbase first', (chain: TestChain) => [createTx(ALICE, 1), chain.coinbase()], 'coinbase-missing'],
    ['a second coinbase', (chain: TestChain) => [chain.coinbase(), chain.coinbase(1n, BOB)], 'coinbase-misplaced'],
    [
      'a kind nobody knows',
      (chain: TestChain) => [chain.coinbase(), makeTx(99, ALICE, new Uint8Array(0))],
      'unknown-kind',
    ],
  ])('%s', (_what, transactions, code) => {
    const chain = new TestChain();
    expect(chain.submit(chain.block(transactions(chain)))).toMatchObject({ ok: false, code });
  });

  test('names the transaction that broke a rule', () => {
    const chain = richAlice();
    const verdict = chain.submitAll(transferTx(ALICE, BOB, 1n), transferTx(ALICE, BOB, 1n, { accountNonce: 2 }));
    expect(verdict).toMatchObject({ code: 'account-nonce-gap', detail: expect.stringMatching(/^transaction 2: /) });
  });

  test('above the size cap, by one byte', () => {
    const chain = new TestChain();
    const block = chain.block([chain.coinbase(), ...Array.from({ length: 130 }, (_, i) => createTx(ALICE, i + 1))]);
    const bytes = encodeBlock(block).length;
    expect(new TestChain({ ...SPEC, blockBytesMax: bytes - 1 }).submit(block)).toMatchObject({
      code: 'block-too-large',
    });
    expect(new TestChain({ ...SPEC, blockBytesMax: bytes }).submit(block)).toEqual({ ok: true });
  });

  test('a header that commits to another state', () => {
    const chain = new TestChain();
    const { header, body } = chain.template([]);
    expect(chain.submit({ header: { ...header, stateRoot: header.bodyRoot }, body })).toMatchObject({
      code: 'bad-state-root',
    });
    expect(chain.submit({ header, body })).toMatchObject({ ok: true });
  });

  test('a refused block leaves no trace', () => {
    const chain = richAlice();
    const before = new Map(chain.state);
    const accumulator = chain.accumulator.slice();
    expect(chain.submitAll(transferTx(ALICE, BOB, 5n), transferTx(BOB, ALICE, 6n))).toMatchObject({ ok: false });
    expect(chain.state).toEqual(before);
    expect(chain.accumulator).toEqual(accumulator);
  });
});

describe('what every transaction must bring', () => {
  test('a fee, or a stamp of this network', () => {
    const chain = richAlice();
    const bare = createTx(ALICE, 3, { stamp: NO_STAMP });
    expect(chain.submitAll(stamped(bare, SPEC.stampBits - 1))).toMatchObject({ code: 'stamp-too-low' });
    expect(chain.submitAll(stamped(bare, SPEC.stampBits))).toMatchObject({ ok: true });
    expect(chain.submitAll(createTx(ALICE, 2, { fee: 1n }))).toMatchObject({ ok: true });
  });

  test('a payload of its kind, to the last byte', () => {
    const { ledger } = new TestChain();
    const good = transferTx(ALICE, BOB, 5n);
    for (const payload of [good.payload.subarray(1), Uint8Array.of(...good.payload, 0)]) {
      const bad = makeTx(good.kind, ALICE, payload);
      expect(ledger.checkTransaction(bad)).toMatchObject({ code: 'bad-payload' });
      expect(ledger.touches(bad)).toEqual([]);
      expect(ledger.claims(bad)).toEqual([]);
    }
  });

  test('an expiry that has not passed', () => {
    const chain = richAlice();
    const next = chain.height + 1;
    expect(chain.submitAll(createTx(ALICE, 1, { expiryHeight: next - 1 }))).toMatchObject({ code: 'expired' });
    expect(chain.submitAll(createTx(ALICE, 1, { expiryHeight: next }))).toMatchObject({ ok: true });
  });
});

describe('a transaction counts once', () => {
  test.each([
    ['account nonce', () => transferTx(ALICE, BOB, 5n), 'account-nonce-used'],
    ['slot', () => createTx(ALICE, 1), 'slot-exists'],
    ['slot, paid for', () => createTx(ALICE, 1, { fee: 3n }), 'account-nonce-used'],
  ])('by its %s, in one block and in two', (_guard, make, code) => {
    const chain = richAlice();
    expect(chain.submitAll(make(), make())).toMatchObject({ code });
    expect(chain.submitAll(make())).toMatchObject({ ok: true });
    expect(chain.submitAll(make())).toMatchObject({ code });
  });
});

describe('what the engine asks of the ledger', () => {
  test('one verifier item for each signature, none for a coinbase', () => {
    const chain = new TestChain();
    const tx = signTransaction(transferTx(ALICE, BOB, 5n), ALICE.secret, GENESIS);
    const item = chain.ledger.signatureItem(tx)!;
    expect(item).toHaveLength(32 + 65 + 33);
    expect(verify(item.subarray(0, 32), item.subarray(32, 97), item.subarray(97))).toBe(true);
    const forged = chain.ledger.signatureItem({ ...tx, fee: 1n })!;
    expect(verify(forged.subarray(0, 32), forged.subarray(32, 97), forged.subarray(97))).toBe(false);
    expect(chain.ledger.signatureItem(chain.coinbase())).toBeUndefined();
  });

  test('a key that was not loaded is a bug, not an empty account', () => {
    const { ledger } = new TestChain();
    const tx = transferTx(ALICE, BOB, 5n);
    const [first, ...rest] = ledger.touches(tx);
    const view = new StateView(
      preloadedState(
        rest,
        rest.map(() => undefined),
      ),
    );
    expect(first).toBeDefined();
    expect(() => ledger.applyTransaction(view, tx, 1)).toThrow(AssertionError);
  });

  test('a transaction that fails half way leaves the view as it was', () => {
    const chain = richAlice();
    const view = new StateView(chain.get);
    const all = chain.balanceOf(ALICE);
    expect(chain.ledger.applyTransaction(view, transferTx(ALICE, BOB, all, { fee: 1n }), 6)).toMatchObject({
      code: 'insufficient-balance',
    });
    expect(view.changes().size).toBe(0);
    expect(chain.ledger.applyTransaction(view, transferTx(ALICE, BOB, all - 1n, { fee: 1n }), 6).ok).toBe(true);
    expect(view.changes().size).toBe(2);
  });

  test('a coinbase of its own that fits the smallest block', () => {
    const { ledger } = new TestChain();
    const coinbase = ledger.makeCoinbase(MINER.publicKey, 0xffff_ffff, 2n ** 64n - 1n);
    expect(ledger.checkTransaction(coinbase)).toEqual({ ok: true });
    expect(encodeTransaction(coinbase).length).toBeLessThan(140);
    expect(ledger.claims(coinbase)).toEqual([]);
    expect(ledger.touches(coinbase)).toHaveLength(1);
  });

  test('claims: places that exclude each other', () => {
    const { ledger } = new TestChain();
    const place = (tx: Parameters<typeof ledger.claims>[0]) => ledger.claims(tx);
    expect(place(transferTx(ALICE, BOB, 1n))).toEqual(place(transferTx(ALICE, person(9), 2n)));
    expect(place(transferTx(ALICE, BOB, 1n, { accountNonce: 1 }))).not.toEqual(place(transferTx(ALICE, BOB, 1n)));
    expect(place(createTx(ALICE, 1))).toHaveLength(1);
    expect(place(createTx(ALICE, 1, { fee: 1n }))).toHaveLength(2);
    expect(place(createTx(ALICE, 1))).toEqual(place(createTx(ALICE, 1, {}, BOB)));
  });
});
