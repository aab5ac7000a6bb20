import { beforeEach, describe, expect, test } from 'vitest';
import type { Block } from '../../../src/core/block.ts';
import { Mempool, type Dropped } from '../../../src/core/mempool.ts';
import type { MempoolLimits } from '../../../src/core/mempool-policy.ts';
import { transactionBytes } from '../../../src/core/size.ts';
import { NO_STAMP } from '../../../src/core/stamp.ts';
import type { StateChange } from '../../../src/core/state-view.ts';
import type { StateKey } from '../../../src/core/ids.ts';
import { txIdOf, type Transaction } from '../../../src/core/transaction.ts';
import { accountKey } from '../../../src/ledger/state-keys.ts';
import {
  ALICE,
  BOB,
  createTx,
  GENESIS,
  makeTx,
  person,
  slotOf,
  SPEC,
  stamped,
  TestChain,
  transferTx,
  updateTx,
} from '../../support/ledger-fixture.ts';

let chain: TestChain;
let mempool: Mempool;
let connectedBlocks: Block[];

/** Alice and Bob each have a subsidy to spend. */
beforeEach(() => {
  chain = new TestChain();
  chain.mine(1, ALICE);
  chain.mine(1, BOB);
  chain.mine(SPEC.maturityBlocks);
  mempool = newMempool();
  connectedBlocks = [];
});

function newMempool(limits?: MempoolLimits): Mempool {
  return new Mempool(chain.ledger, { genesisHash: GENESIS, stampBits: SPEC.stampBits }, chain.height, limits);
}

function admit(tx: Transaction): string {
  const verdict = mempool.admit(tx, chain.get);
  return verdict.ok ? 'admitted' : verdict.code;
}

function waiting(): Transaction[] {
  return mempool.ordered().map((entry) => entry.tx);
}

/** Puts blocks on after taking some off, and tells the mempool as the node does. */
function follow(count: number, connect: readonly (readonly Transaction[])[]): Dropped[] {
  const before = new Map(chain.state);
  const disconnected: Transaction[] = [];
  for (let i = 0; i < count; i++) {
    disconnected.unshift(...connectedBlocks.pop()!.body.transactions);
    chain.undo();
  }
  for (const transactions of connect) {
    const block = chain.block([chain.coinbase(), ...transactions]);
    expect(chain.submit(block)).toEqual({ ok: true });
    connectedBlocks.push(block);
  }
  const changes = new Map<StateKey, StateChange>();
  for (const key of new Set([...before.keys(), ...chain.state.keys()])) {
    if (before.get(key) !== chain.state.get(key)) changes.set(key, { before: before.get(key), after: chain.get(key) });
  }
  const confirmed = connectedBlocks.slice(connectedBlocks.length - connect.length).flatMap((b) => b.body.transactions);
  return mempool.onTip({ height: chain.height, changes, confirmed, disconnected, state: chain.get });
}

/** Pays so many grains for each of its bytes. */
function paying(feePerByte: number, from = ALICE, accountNonce = 0): Transaction {
  const fee = BigInt(feePerByte * transactionBytes(transferTx(from, BOB, 1n, { fee: 1n })));
  return transferTx(from, BOB, 1n, { fee, accountNonce });
}

function sealOf(tag: number, bits: number): Transaction {
  return stamped(createTx(BOB, tag, { stamp: NO_STAMP }), bits);
}

describe('admitting', () => {
  test('takes what pays or carries a stamp, once', () => {
    const tx = paying(10);
    expect(admit(tx)).toBe('admitted');
    expect(admit(tx)).toBe('already-known');
    expect(admit(createTx(BOB, 1))).toBe('admitted');
    expect(mempool.count).toBe(2);
    expect(mempool.byTxId(txIdOf(tx))).toMatchObject({ tx, feePerByte: 10, bytes: transactionBytes(tx) });
    expect(mempool.bytes).toBe(transactionBytes(tx) + transactionBytes(createTx(BOB, 1)));
  });

  test.each([
    ['a coinbase', () => chain.coinbase(), 'coinbase-misplaced'],
    ['an unknown kind', () => makeTx(77, ALICE, new Uint8Array(0)), 'unknown-kind'],
    ['a payload that is none', () => ({ ...createTx(BOB, 1), payload: new Uint8Array(3) }), 'bad-payload'],
    ['neither stamp nor fee', () => createTx(BOB, 3, { stamp: NO_STAMP }), 'stamp-too-low'],
    [
      'a fee of one grain',
      () => transferTx(ALICE, BOB, 1n, { fee: 1n, stamp: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1) }),
      'fee-too-low',
    ],
    ['a passed expiry', () => createTx(BOB, 1, { expiryHeight: chain.height }), 'expired'],
    ['an account nonce gap', () => paying(10, ALICE, 1), 'account-nonce-gap'],
    ['more than the account has', () => transferTx(ALICE, BOB, SPEC.subsidy + 1n), 'insufficient-balance'],
    ['an unknown slot', () => updateTx(BOB, slotOf(createTx(BOB, 1)), 2, 2), 'slot-unknown'],
  ])('refuses %s', (_what, tx, code) => {
    expect(admit(tx())).toBe(code);
    expect(mempool.count).toBe(0);
  });

  test('a used account nonce', () => {
    follow(0, [[transferTx(ALICE, BOB, 1n)]]);
    expect(admit(paying(10))).toBe('account-nonce-used');
  });

  test('builds on what waits: account nonces and slot versions in order', () => {
    const create = createTx(BOB, 1);
    expect(admit(updateTx(BOB, slotOf(create), 2, 2))).toBe('slot-unknown');
    for (const tx of [create, updateTx(BOB, slotOf(create), 2, 2), updateTx(BOB, slotOf(create), 3, 3)]) {
      expect(admit(tx)).toBe('admitted');
    }
    for (const nonce of [0, 1, 2]) expect(admit(paying(10, ALICE, nonce))).toBe('admitted');
    const line = accountKey(ALICE.account);
    expect(mempool.nextFree(line, 0)).toBe(3);
    expect(mempool.nextFree(accountKey(person(9).account), 0)).toBe(0);
  });

  test('counts what waiting transactions spend, not what they promise', () => {
    const half = SPEC.subsidy / 2n;
    expect(admit(transferTx(ALICE, person(9), half))).toBe('admitted');
    expect(admit(transferTx(ALICE, BOB, half + 1n, { accountNonce: 1 }))).toBe('insufficient-balance');
    expect(admit(transferTx(ALICE, BOB, half, { accountNonce: 1 }))).toBe('admitted');
    expect(admit(transferTx(person(9), BOB, 1n))).toBe('insufficient-balance');
  });

  test('keeps a chain of waiting transactions short', () => {
    mempool = newMempool({ bytesMax: 5_000_000, countMax: 100, chainMax: 3 });
    for (const nonce of [0, 1, 2]) expect(admit(paying(10, ALICE, nonce))).toBe('admitted');
    expect(admit(paying(10, ALICE, 3))).toBe('too-many-pending');
  });
});

describe('replacing', () => {
  test('takes a tenth more in fees, and what was built on the old one goes too', () => {
    const old = [paying(100), paying(100, ALICE, 1)];
    old.forEach(admit);
    expect(admit(paying(105))).toBe('conflict');
    expect(admit(paying(200))).toBe('conflict'); // pays for one of the two
    const better = paying(300);
    const verdict = mempool.admit(better, chain.get);
    expect(verdict).toMatchObject({ ok: true, value: { removed: old.map(txIdOf) } });
    expect(waiting()).toEqual([better]);
  });

  test('takes a grain more than that tenth', () => {
    const bid = (fee: bigint) => admit(transferTx(ALICE, BOB, 1n, { fee }));
    expect([5_000n, 5_500n, 5_501n].map(bid)).toEqual(['admitted', 'conflict', 'admitted']);
  });

  test('without fees takes more work', () => {
    const create = createTx(BOB, 1);
    admit(create);
    const update = (tag: number, bits: number) =>
      stamped(updateTx(BOB, slotOf(create), 2, tag, { stamp: NO_STAMP }), bits);
    const first = update(2, 6);
    expect(admit(first)).toBe('admitted');
    expect(admit(update(3, 6))).toBe('conflict');
    expect(admit(update(3, 7))).toBe('admitted');
    expect(waiting()).not.toContain(first);
  });

  test('never takes a fee back for a stamp', () => {
    admit(transferTx(ALICE, BOB, 1n, { fee: 5000n }));
    expect(admit(stamped(transferTx(ALICE, BOB, 2n, { stamp: NO_STAMP }), 12))).toBe('conflict');
  });

  test('leaves the old one where the new one does not hold', () => {
    const old = paying(10);
    admit(old);
    expect(admit(transferTx(ALICE, BOB, SPEC.subsidy, { fee: 100_000n }))).toBe('insufficient-balance');
    expect(waiting()).toEqual([old]);
  });
});

describe('the order', () => {
  test('is fee per byte, then stamp, then arrival', () => {
    const [low, high] = [paying(20), paying(30, BOB)];
    const [late, early, strong] = [sealOf(1, 5), sealOf(2, 5), sealOf(3, 6)];
    for (const tx of [early, low, late, high, strong]) expect(admit(tx)).toBe('admitted');
    expect(waiting()).toEqual([high, low, strong, early, late]);
  });

  test('a transaction never comes before one it builds on, whatever it pays', () => {
    const [cheap, dear, middle] = [paying(10), paying(90, ALICE, 1), paying(50, BOB)];
    [cheap, dear, middle].forEach(admit);
    expect(waiting()).toEqual([middle, cheap, dear]);
    expect(mempool.candidates(2 * transactionBytes(cheap) + 4)).toEqual([middle, cheap]);
  });
});

describe('a full mempool', () => {
  const limits: MempoolLimits = { bytesMax: 5_000_000, countMax: 4, chainMax: 64 };

  test('raises both floors from half full on, up to 2^8', () => {
    mempool = newMempool({ ...limits, countMax: 16 });
    expect(mempool.floors()).toEqual({ feePerByte: 10, stampBits: SPEC.stampBits });
    for (let i = 0; i < 8; i++) admit(sealOf(i + 1, 4));
    expect(mempool.floors()).toEqual({ feePerByte: 10, stampBits: SPEC.stampBits });
    admit(sealOf(9, 4));
    expect(mempool.floors()).toEqual({ feePerByte: 20, stampBits: SPEC.stampBits + 1 });
    expect(admit(stamped(paying(19), 0))).toBe('fee-too-low');
    for (let i = 9; i < 16; i++) admit(sealOf(i + 1, 12));
    expect(mempool.floors()).toEqual({ feePerByte: 10 * 2 ** 8, stampBits: SPEC.stampBits + 8 });
  });

  test('lets go the least for something better, and refuses what is no better', () => {
    mempool = newMempool(limits);
    const seals = [1, 2, 3, 4].map((tag) => sealOf(tag, 12));
    for (const seal of seals) expect(admit(seal)).toBe('admitted');
    const least = waiting().at(-1)!;
    expect(mempool.admit(paying(3000), chain.get)).toMatchObject({ ok: true, value: { removed: [txIdOf(least)] } });
    expect(mempool.count).toBe(4);
    for (const tx of [paying(4000, BOB), paying(3000, ALICE, 1), paying(3000, BOB, 1)])
      expect(admit(tx)).toBe('admitted');
    expect(admit(sealOf(9, 12))).toBe('mempool-full');
    expect(admit(paying(3000, ALICE, 2))).toBe('mempool-full');
  });

  test('bounds bytes as well', () => {
    const one = paying(10);
    mempool = newMempool({ bytesMax: 2 * transactionBytes(one), countMax: 100, chainMax: 64 });
    expect(admit(paying(5000))).toBe('admitted');
    expect(admit(paying(5000, BOB))).toBe('admitted');
    expect(admit(paying(5000, BOB, 1))).toBe('mempool-full');
    expect(mempool.bytes).toBe(2 * transactionBytes(one));
  });

  test('lets a replacement in without pushing others out', () => {
    mempool = newMempool({ ...limits, countMax: 2 });
    const other = paying(9000, BOB);
    [paying(5000), other].forEach(admit);
    expect(admit(paying(8000))).toBe('admitted');
    expect(waiting()).toContain(other);
  });
});

describe('a new tip', () => {
  test('lets go what it confirms, and what waits on that stays', () => {
    const [first, second] = [paying(10), paying(20, ALICE, 1)];
    const create = createTx(BOB, 1);
    const update = updateTx(BOB, slotOf(create), 2, 2);
    for (const tx of [first, second, create, update]) expect(admit(tx)).toBe('admitted');
    expect(follow(0, [[first, create]])).toEqual([]);
    expect(waiting()).toEqual([second, update]); // second is no longer held back by what it built on
    expect(mempool.byTxId(txIdOf(second))).toBeDefined();
    expect(follow(0, [[second, update]])).toEqual([]);
    expect([mempool.count, mempool.bytes]).toEqual([0, 0]);
  });

  test('excludes what took the same place, and all that was built on it', () => {
    const mine = [paying(10), paying(10, ALICE, 1)];
    mine.forEach(admit);
    const theirs = transferTx(ALICE, BOB, SPEC.subsidy);
    expect(follow(0, [[theirs]])).toEqual([
      { id: txIdOf(mine[0]!), code: 'account-nonce-used' },
      { id: txIdOf(mine[1]!), code: 'insufficient-balance' },
    ]);
    expect(mempool.count).toBe(0);
  });

  test('lets go what has expired, though nothing it touches changed', () => {
    const brief = createTx(BOB, 1, { expiryHeight: chain.height + 1 });
    const update = updateTx(BOB, slotOf(brief), 2, 2);
    const lasting = createTx(BOB, 3);
    [brief, update, lasting].forEach(admit);
    expect(follow(0, [[]])).toEqual([
      { id: txIdOf(brief), code: 'expired' },
      { id: txIdOf(update), code: 'slot-unknown' },
    ]);
    expect(waiting()).toEqual([lasting]);
  });

  test('judges later arrivals on the new state', () => {
    admit(paying(10, ALICE));
    follow(0, [[transferTx(BOB, ALICE, SPEC.subsidy)]]);
    expect(admit(paying(10, BOB, 1))).toBe('insufficient-balance');
    expect(admit(transferTx(ALICE, BOB, SPEC.subsidy + 1n, { accountNonce: 1 }))).toBe('admitted');
  });

  test('after a reorg takes back what came off, below what still waits on it', () => {
    const [first, second, third] = [paying(10), paying(10, ALICE, 1), paying(10, ALICE, 2)];
    const create = createTx(BOB, 1);
    follow(0, [[first, create], [second]]);
    expect(admit(third)).toBe('admitted');
    expect(follow(2, [[], [create], []])).toEqual([]);
    expect(new Set(waiting())).toEqual(new Set([first, second, third]));
    expect(waiting()).toEqual([first, second, third]);
    expect(follow(0, [[first, second, third]])).toEqual([]);
    expect(mempool.count).toBe(0);
  });

  test('after a reorg drops what the other branch excludes', () => {
    const spent = transferTx(ALICE, BOB, SPEC.subsidy);
    const next = transferTx(BOB, ALICE, 2n * SPEC.subsidy);
    follow(0, [[spent]]);
    expect(admit(next)).toBe('admitted');
    expect(follow(1, [[transferTx(ALICE, person(9), SPEC.subsidy)], []])).toEqual([
      { id: txIdOf(spent), code: 'account-nonce-used' },
      { id: txIdOf(next), code: 'insufficient-balance' },
    ]);
    expect(mempool.count).toBe(0);
  });

  test('after a reorg keeps chains of waiting transactions short', () => {
    mempool = newMempool({ bytesMax: 5_000_000, countMax: 100, chainMax: 2 });
    const off = [paying(10), paying(10, ALICE, 1), paying(10, ALICE, 2)];
    follow(0, [off]);
    expect(follow(1, [[], []])).toEqual([{ id: txIdOf(off[2]!), code: 'too-many-pending' }]);
    expect(waiting()).toEqual(off.slice(0, 2));
  });

  test('after a reorg keeps its bounds', () => {
    mempool = newMempool({ bytesMax: 5_000_000, countMax: 2, chainMax: 64 });
    const off = [paying(5000, ALICE), paying(4000, BOB)];
    follow(0, [off]);
    const on = [sealOf(1, 12), sealOf(2, 12)];
    on.forEach(admit);
    expect(follow(1, [[], []]).map(({ code }) => code)).toEqual(['mempool-full', 'mempool-full']);
    expect(waiting()).toEqual(off);
  });
});
