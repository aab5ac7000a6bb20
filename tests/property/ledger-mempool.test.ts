import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Mempool } from '../../src/core/mempool.ts';
import { transactionBytes } from '../../src/core/size.ts';
import { StateView, type StateChange } from '../../src/core/state-view.ts';
import type { StateKey } from '../../src/core/ids.ts';
import type { Transaction } from '../../src/core/transaction.ts';
import { readAccount } from '../../src/ledger/account-state.ts';
import { readSlot } from '../../src/ledger/slot-state.ts';
import { accountKey, slotKey } from '../../src/ledger/state-keys.ts';
import {
  createTx,
  GENESIS,
  person,
  slotOf,
  SPEC,
  TestChain,
  transferTx,
  updateTx,
  type Person,
} from '../support/ledger-fixture.ts';

const PEOPLE = [1, 2, 3].map(person);
const LIMITS = { bytesMax: 4000, countMax: 16, chainMax: 5 };
const someone = fc.constantFrom(...PEOPLE);
const fee = fc.constantFrom(0n, 0n, 2000n, 3000n, 5000n, 50_000n);

/** Mostly the next place in line, sometimes one taken already or one too far. */
const slip = fc.constantFrom(0, 0, 0, 0, -1, -2, 1);
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('transfer' as const),
      from: someone,
      to: someone,
      fee,
      amount: fc.constantFrom(1n, 20_000_000n),
      slip,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('seal' as const),
      from: someone,
      tag: fc.integer({ min: 1, max: 3 }),
      fee,
      slip,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('mine' as const), take: fc.nat(6), miner: someone }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reorg' as const), off: fc.integer({ min: 1, max: 3 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A node in small: a chain and a mempool that follows it. */
class Rig {
  readonly chain = new TestChain();
  readonly mempool: Mempool;
  private readonly bodies: (readonly Transaction[])[] = [];

  constructor() {
    for (const who of PEOPLE) this.chain.mine(1, who);
    this.chain.mine(SPEC.maturityBlocks);
    this.mempool = new Mempool(this.chain.ledger, { genesisHash: GENESIS, stampBits: 4 }, this.chain.height, LIMITS);
  }

  take(action: Step): void {
    switch (action.do) {
      case 'transfer':
        return this.offer(
          transferTx(action.from, action.to, action.amount, {
            fee: action.fee,
            accountNonce: this.nextNonce(action.from, action.slip),
          }),
        );
      case 'seal':
        return this.offer(this.sealAfterLast(action.from, action.tag, action.fee, action.slip));
      case 'mine':
        return this.move(0, action.take, action.miner);
      case 'reorg':
        return this.move(action.off, 0);
    }
  }

  private nextNonce({ account }: Person, slip: number): number {
    const { accountNonce } = readAccount(this.chain.get, account, this.chain.height);
    return Math.max(0, this.mempool.nextFree(accountKey(account), accountNonce) + slip);
  }

  private sealAfterLast(owner: Person, tag: number, paid: bigint, slip: number): Transaction {
    const overrides = { fee: paid, accountNonce: paid > 0n ? this.nextNonce(owner, 0) : 0 };
    const create = createTx(owner, tag, overrides);
    const version = readSlot(this.chain.get, slotOf(create))?.version ?? 0;
    const next = this.mempool.nextFree(slotKey(slotOf(create)), version + 1) + slip;
    return next <= 1 ? create : updateTx(owner, slotOf(create), next, tag, overrides);
  }

  private offer(tx: Transaction): void {
    const keys = this.chain.ledger.touches(tx);
    this.mempool.admit(tx, (key) => {
      expect(keys).toContain(key);
      return this.chain.get(key);
    });
  }

  /** Takes `off` blocks off, then puts on one of the best that wait, and as many empty ones as outweigh those. */
  private move(off: number, take: number, miner = PEOPLE[0]!): void {
    const before = new Map(this.chain.state);
    const count = Math.min(off, this.bodies.length);
    const disconnected = this.bodies.splice(this.bodies.length - count).flat();
    for (let i = 0; i < count; i++) this.chain.undo();
    const confirmed: Transaction[] = [];
    for (const candidates of [this.mempool.candidates(1e6).slice(0, take), ...Array<Transaction[]>(count).fill([])]) {
      const block = this.chain.template(candidates, miner);
      expect(this.chain.submit(block)).toEqual({ ok: true });
      this.bodies.push(block.body.transactions);
      confirmed.push(...block.body.transactions);
    }
    const changes = new Map<StateKey, StateChange>();
    for (const key of new Set([...before.keys(), ...this.chain.state.keys()])) {
      const change = { before: before.get(key), after: this.chain.get(key) };
      if (change.before !== change.after) changes.set(key, change);
    }
    this.mempool.onTip({ height: this.chain.height, changes, confirmed, disconnected, state: this.chain.get });
  }

  expectSound(allApply: boolean): void {
    const entries = this.mempool.ordered();
    const bytes = entries.reduce((sum, { tx }) => sum + transactionBytes(tx), 0);
    expect(this.mempool.bytes).toBe(bytes);
    expect(this.mempool.count).toBe(entries.length);
    expect(bytes).toBeLessThanOrEqual(LIMITS.bytesMax);
    expect(entries.length).toBeLessThanOrEqual(LIMITS.countMax);
    expect(entries.every((entry) => this.mempool.byTxId(entry.id) === entry)).toBe(true);
    if (!allApply) return;
    const view = new StateView(this.chain.get);
    const broken = this.mempool
      .candidates(1e6)
      .filter((tx) => !this.chain.ledger.applyTransaction(view, tx, this.chain.height + 1).ok);
    expect(broken).toEqual([]);
  }
}

test('whatever is offered and mined, all that waits can be mined, best first, within the bounds', () => {
  let waited = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), (steps) => {
      const rig = new Rig();
      let reorged = false;
      for (const action of steps) {
        rig.take(action);
        // After a reorg, coins that somebody else's waiting transaction promises may have counted.
        reorged ||= action.do === 'reorg';
        rig.expectSound(!reorged);
        waited += rig.mempool.count;
      }
    }),
    { numRuns: 40 },
  );
  expect(waited).toBeGreaterThan(2000);
});
