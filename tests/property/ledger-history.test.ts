import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Block } from '../../src/core/block.ts';
import { equalBytes } from '../../src/core/bytes.ts';
import { StateKey, type SlotId } from '../../src/core/ids.ts';
import { addElement, emptyAccumulator } from '../../src/core/lthash.ts';
import { StateView } from '../../src/core/state-view.ts';
import type { Transaction } from '../../src/core/transaction.ts';
import { readAccount } from '../../src/ledger/account-state.ts';
import { ERASED, readSlot } from '../../src/ledger/slot-state.ts';
import {
  createTx,
  identityTx,
  makeTx,
  person,
  sealTx,
  sealed,
  slotOf,
  SPEC,
  TestChain,
  transferTx,
  updateTx,
} from '../support/ledger-fixture.ts';

const PEOPLE = [1, 2, 3].map(person);
const someone = fc.constantFrom(...PEOPLE);
/** Mostly the right nonce or version, sometimes one beside it. */
const slip = fc.constantFrom(0, 0, 0, 0, 0, -1, 1);
const tag = fc.integer({ min: 1, max: 200 });
const fee = fc.constantFrom(0n, 0n, 1n, 1_000_000n);

const intent = fc.oneof(
  fc.record({ do: fc.constant('transfer' as const), from: someone, to: someone, share: fc.nat(17), fee, slip }),
  fc.record({ do: fc.constant('identity' as const), from: someone, fee, slip }),
  fc.record({ do: fc.constant('create' as const), from: someone, owner: someone, tag, fee, slip }),
  fc.record({ do: fc.constant('update' as const), from: someone, slot: fc.nat(), tag, fee, slip }),
  fc.record({ do: fc.constant('garbage' as const), from: someone, kind: fc.nat(5), payload: fc.uint8Array(), fee }),
);
type Intent = typeof intent extends fc.Arbitrary<infer T> ? T : never;

/** Turns an intent into a transaction on what the state is at the start of the block, and what the block did so far. */
function realise(chain: TestChain, view: StateView, slots: SlotId[], wish: Intent): Transaction {
  const { account } = wish.from;
  const { balance, accountNonce } = readAccount(view.get, account, chain.height + 1);
  const nonce = Math.max(0, accountNonce + ('slip' in wish ? wish.slip : 0));
  const paid = { fee: wish.fee, accountNonce: nonce };
  const seal = { fee: wish.fee, accountNonce: wish.fee > 0n ? nonce : 0 };
  switch (wish.do) {
    case 'transfer':
      return transferTx(wish.from, wish.to, (balance * BigInt(wish.share)) / 16n + 1n, paid);
    case 'identity':
      return identityTx(wish.from, paid);
    case 'create': {
      const tx = createTx(wish.owner, wish.tag, seal, wish.from);
      slots.push(slotOf(tx));
      return tx;
    }
    case 'update': {
      const slotId = slots[wish.slot % slots.length] ?? slotOf(createTx(wish.from, wish.tag));
      const slot = readSlot(view.get, slotId);
      const owner = PEOPLE.find(({ publicKey }) => slot && equalBytes(publicKey, slot.ownerKey));
      const sender = wish.fee === 0n && wish.tag > 20 ? (owner ?? wish.from) : wish.from;
      const version = Math.max(1, (slot?.version ?? 0) + 1 + wish.slip);
      if (wish.tag % 8 !== 0) return updateTx(sender, slotId, version, wish.tag, seal);
      const content = { ...sealed(wish.tag), docHash: ERASED, sizeBucket: 0 };
      return sealTx(sender, { action: 'update', slotId, version, ...content }, seal);
    }
    case 'garbage':
      return makeTx(wish.kind, wish.from, wish.payload, { fee: wish.fee });
  }
}

/** The wishes that can come true in one block. */
function realiseAll(chain: TestChain, slots: SlotId[], wishes: readonly Intent[]): Transaction[] {
  const view = new StateView(chain.get);
  return wishes.flatMap((wish) => {
    const tx = realise(chain, view, slots, wish);
    return chain.ledger.applyTransaction(view, tx, chain.height + 1).ok ? [tx] : [];
  });
}

const history = fc.array(fc.tuple(someone, fc.array(intent, { minLength: 2, maxLength: 10, size: 'max' })), {
  minLength: 3,
  maxLength: 10,
  size: 'max',
});

test('random histories: supply, accumulator, state root; undo is the identity, and going again ends in the same state', () => {
  let applied = 0;
  fc.assert(
    fc.property(history, fc.nat(), (blocks, depth) => {
      const chain = new TestChain();
      const slots: SlotId[] = [];
      // Everybody has something to spend from the first random block on.
      for (const who of PEOPLE) chain.mine(1, who);
      chain.mine(SPEC.maturityBlocks);
      const first = chain.height;
      const stages = [chain.fingerprint()];
      let issued = chain.supply();
      const connected: Block[] = [];
      for (const [miner, wishes] of blocks) {
        const transactions = realiseAll(chain, slots, wishes);
        applied += transactions.length;
        const block = chain.template(transactions, miner);
        expect(block.body.transactions).toHaveLength(transactions.length + 1);
        expect(chain.submit(block)).toEqual({ ok: true });
        connected.push(block);
        issued += chain.ledger.subsidyAt(chain.height);
        expect(chain.supply()).toBe(issued);
        stages.push(chain.fingerprint());
      }
      const fromScratch = emptyAccumulator();
      for (const [key, value] of chain.state) addElement(fromScratch, StateKey.toBytes(key), value);
      expect(equalBytes(chain.accumulator, fromScratch)).toBe(true);

      const keep = depth % (blocks.length + 1);
      while (chain.height > first + keep) {
        chain.undo();
        expect(chain.fingerprint()).toBe(stages[chain.height - first]);
      }
      for (const block of connected.slice(keep)) expect(chain.submit(block)).toEqual({ ok: true });
      expect(chain.fingerprint()).toBe(stages.at(-1));
    }),
    { numRuns: 20 },
  );
  expect(applied).toBeGreaterThan(150);
});

test('random payloads and fields are judged, never thrown at, and what is refused changes nothing', () => {
  const chain = new TestChain();
  chain.mine(4, PEOPLE[0]!);
  const transaction = fc.record({
    version: fc.constant(1 as const),
    kind: fc.nat(5),
    sender: fc.oneof(fc.constant(PEOPLE[0]!.publicKey), fc.uint8Array({ minLength: 33, maxLength: 33 })),
    accountNonce: fc.oneof(fc.constant(0), fc.maxSafeNat()),
    fee: fc.oneof(fc.constant(1n), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
    expiryHeight: fc.oneof(fc.constant(0), fc.nat(0xffff_ffff)),
    payload: fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ minLength: 28, maxLength: 28 }),
      fc
        .tuple(fc.constantFrom(0, 1), fc.uint8Array({ minLength: 106, maxLength: 110 }))
        .map(([head, rest]) => Uint8Array.of(head, ...rest)),
    ),
    stamp: fc.uint8Array({ minLength: 8, maxLength: 8 }),
    signature: fc.uint8Array({ minLength: 65, maxLength: 65 }),
  });
  fc.assert(
    fc.property(transaction, (tx) => {
      const view = new StateView(chain.get);
      const verdict = chain.ledger.applyTransaction(view, tx, chain.height + 1);
      if (!verdict.ok) expect(view.changes().size).toBe(0);
      const touched = new Set(chain.ledger.touches(tx));
      for (const key of view.changes().keys()) expect(touched).toContain(key);
      const block = chain.block([chain.coinbase(), tx]);
      expect(chain.ledger.applyBlock(chain.get, chain.accumulator, block, chain.height + 1).ok).toBe(verdict.ok);
    }),
    { numRuns: 500 },
  );
});
