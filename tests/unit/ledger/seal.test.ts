import { beforeEach, describe, expect, test } from 'vitest';
import { seal } from '../../../src/ledger/seal.ts';
import { decodeSlot, ERASED } from '../../../src/ledger/slot-state.ts';
import { accountKey, slotKey } from '../../../src/ledger/state-keys.ts';
import {
  ALICE,
  BOB,
  createTx,
  makeTx,
  person,
  sealed,
  sealTx,
  slotOf,
  SPEC,
  TestChain,
  updateTx,
} from '../../support/ledger-fixture.ts';

const ONE_TIME = person(42);
const create = createTx(ALICE, 1, {}, ONE_TIME);
const slotId = slotOf(create);
const erase = (version: number) =>
  sealTx(ALICE, { action: 'update', slotId, version, docHash: ERASED, sizeBucket: 0, hint: sealed(9).hint });

let chain: TestChain;
const slot = () => decodeSlot(chain.get(slotKey(slotId))!);

beforeEach(() => {
  chain = new TestChain();
});

describe('a sealed slot', () => {
  test('is made by anybody for any owner, who alone changes it, version by version', () => {
    expect(chain.submitAll(create)).toMatchObject({ ok: true });
    expect(slot()).toEqual({ ownerKey: ALICE.publicKey, version: 1, ...sealed(1), height: 1 });
    expect(chain.submitAll(updateTx(ALICE, slotId, 2, 2))).toMatchObject({ ok: true });
    expect(slot()).toEqual({ ownerKey: ALICE.publicKey, version: 2, ...sealed(2), height: 2 });
  });

  test('may be made and changed in one block', () => {
    expect(chain.submitAll(create, updateTx(ALICE, slotId, 2, 2), updateTx(ALICE, slotId, 3, 3))).toMatchObject({
      ok: true,
    });
    expect(slot()).toMatchObject({ version: 3, docHash: sealed(3).docHash });
  });

  test('leaves no account behind where no fee is paid', () => {
    chain.submit(chain.block([chain.coinbase(0n), create, updateTx(ALICE, slotId, 2, 2)]));
    expect([...chain.state.keys()]).toEqual([slotKey(slotId)]);
    const { ledger } = chain;
    expect(ledger.touches(create)).toEqual([slotKey(slotId)]);
    expect(ledger.checkTransaction(createTx(ALICE, 1, { accountNonce: 1 }))).toMatchObject({
      code: 'account-nonce-unused',
    });
  });

  test('uses the sender’s account where a fee is paid', () => {
    chain.mine(1, ONE_TIME);
    chain.mine(SPEC.maturityBlocks);
    const paid = createTx(ALICE, 1, { fee: 5n }, ONE_TIME);
    expect(chain.ledger.touches(paid)).toEqual([accountKey(ONE_TIME.account), slotKey(slotId)]);
    expect(chain.submitAll(createTx(ALICE, 1, { fee: 5n }))).toMatchObject({ code: 'insufficient-balance' });
    expect(chain.submitAll(createTx(ALICE, 1, { fee: 5n, accountNonce: 1 }, ONE_TIME))).toMatchObject({
      code: 'account-nonce-gap',
    });
    expect(chain.submitAll(paid)).toMatchObject({ ok: true });
    expect(chain.balanceOf(ONE_TIME)).toBe(SPEC.subsidy - 5n);
  });

  test('has the same id whoever sends its making, and another for other content', () => {
    expect(slotOf(createTx(ALICE, 1, { fee: 5n }, BOB))).toBe(slotId);
    expect(slotOf(createTx(BOB, 1))).not.toBe(slotId);
    expect(slotOf(createTx(ALICE, 2))).not.toBe(slotId);
    chain.submitAll(createTx(ALICE, 1, {}, BOB));
    expect(chain.submitAll(create)).toMatchObject({ code: 'slot-exists' });
  });

  test('is erased for good', () => {
    chain.submitAll(create);
    expect(chain.submitAll(erase(2))).toMatchObject({ ok: true });
    expect(slot()).toMatchObject({ version: 2, docHash: ERASED });
    expect(chain.submitAll(updateTx(ALICE, slotId, 3, 3))).toMatchObject({ code: 'slot-erased' });
    expect(chain.submitAll(erase(3))).toMatchObject({ code: 'slot-erased' });
    expect(chain.submitAll(create)).toMatchObject({ code: 'slot-exists' });
  });

  test.each([
    ['of a slot nobody made', () => updateTx(ALICE, slotOf(createTx(BOB, 7)), 2, 2), 'slot-unknown'],
    ['by its maker, who does not own it', () => updateTx(ONE_TIME, slotId, 3, 3), 'not-slot-owner'],
    ['with the version it has', () => updateTx(ALICE, slotId, 2, 3), 'slot-version-used'],
    ['with an older version', () => updateTx(ALICE, slotId, 1, 3), 'slot-version-used'],
    ['that skips a version', () => updateTx(ALICE, slotId, 4, 3), 'slot-version-gap'],
  ])('refuses a change %s', (_what, tx, code) => {
    expect(chain.submitAll(create, updateTx(ALICE, slotId, 2, 2))).toMatchObject({ ok: true });
    expect(chain.submitAll(tx())).toMatchObject({ code });
    expect(slot().version).toBe(2);
  });

  test('is not made empty, and has no size once erased', () => {
    const hint = sealed(1).hint;
    const empty = sealTx(ALICE, { action: 'create', ownerKey: ALICE.publicKey, docHash: ERASED, sizeBucket: 0, hint });
    expect(chain.ledger.checkTransaction(empty)).toMatchObject({ code: 'bad-doc-hash' });
    const sized = sealTx(ALICE, { action: 'update', slotId, version: 2, docHash: ERASED, sizeBucket: 1, hint });
    expect(chain.ledger.checkTransaction(sized)).toMatchObject({ code: 'bad-size-bucket' });
  });

  test('has versions of 32 bits, and an id that is frozen', () => {
    const update = updateTx(ALICE, slotId, 2 ** 32 - 1, 2);
    expect(chain.ledger.checkTransaction(update)).toEqual({ ok: true });
    const { payload } = updateTx(ALICE, slotId, 2 ** 32, 2);
    expect(chain.ledger.checkTransaction({ ...update, payload })).toMatchObject({ code: 'bad-payload' });
    expect(slotId).toBe('a5a951b762fe086cda853c17bfbf27cf8930f9d46fd6b5ab4c11910b6f22adb0');
  });

  test('has no payload of a third sort', () => {
    for (const { payload } of [create, updateTx(ALICE, slotId, 2, 2)]) {
      const third = makeTx(seal.number, ALICE, payload.with(0, 2));
      expect(chain.ledger.checkTransaction(third)).toMatchObject({ code: 'bad-payload' });
    }
  });

  test('says which slot, which version, and whether it is erased', () => {
    expect(seal.summary(create)).toEqual({ kind: 'seal', slot: slotId, version: 1, erased: false, sizeBucket: 3 });
    expect(seal.summary(erase(2))).toEqual({ kind: 'seal', slot: slotId, version: 2, erased: true, sizeBucket: 0 });
  });
});
