/**
 * Valid chains that reach into the corners of the rules: what two implementations are most likely to see differently.
 * Every test run makes the same ones.
 */
import { BlobId, type SlotId } from '../../src/core/ids.ts';
import { medianTimePast } from '../../src/core/indexed-header.ts';
import type { Transaction } from '../../src/core/transaction.ts';
import { slotIdOf } from '../../src/ledger/seal.ts';
import { EASY_SPEC, LATE_S } from '../support/mining.ts';
import { Seeded } from '../support/seeded.ts';
import { LabChain, Person } from './lab-chain.ts';

export interface Slot {
  readonly owner: Person;
  readonly slotId: SlotId;
  readonly version: number;
}

/** A chain, and what is to be found on it. */
export interface Story {
  readonly chain: LabChain;
  /** Has coins to spend, and some that are not yet mature. */
  readonly miner: Person;
  /** Has an identity. */
  readonly clinic: Person;
  /** Has never been heard of. */
  readonly stranger: Person;
  /** Owns a slot at version 2 or above. */
  readonly live: Slot;
  readonly erased: Slot;
  /** Each on the chain already. */
  readonly past: { readonly transfer: Transaction; readonly create: Transaction; readonly update: Transaction };
}

/** Room for two transactions of the largest size. */
const SMALL_BLOCKS = 16_384;
const RANDOM_BLOCKS = 80;
const HURRIED_BLOCKS = 8;

/** Of about 130 blocks: everything that the four kinds can do, six halvings, difficulty that rises and falls. */
export function tellStory(): Story {
  const chain = new LabChain({
    ...EASY_SPEC,
    name: 'Second opinion',
    stampBits: 4,
    maturityBlocks: 3,
    halvingBlocks: 25,
    subsidy: 100_000_003n,
    blockBytesMax: SMALL_BLOCKS,
  });
  const [miner, other, clinic, owner, oneTime, newcomer] = [1, 2, 3, 4, 5, 6].map(
    (seed) => new Person(chain, seed),
  ) as [Person, Person, Person, Person, Person, Person];
  const lot = new Seeded(2024);
  const mine = (transactions: readonly Transaction[] = [], by = miner, timeS?: number): void =>
    chain.mine([chain.coinbase(by, transactions), ...transactions], timeS === undefined ? {} : { timeS });
  const late = (seconds: number) => chain.tip.timeS + seconds;

  // Blocks of nothing but a coinbase, one of which claims nothing and so changes no state, one less than it could.
  for (let i = 0; i < 4; i++) mine();
  chain.mine([chain.coinbase(miner, [], { amount: 0n })]);
  chain.mine([chain.coinbase(miner, [], { amount: 7n, extra: lot.bytes(32) })]);
  mine([], other);

  // Free ones, by people without coins; a slot for somebody else, and one of a key that is none.
  const created = oneTime.create({ ownerKey: owner.publicKey });
  const slotId = slotIdOf(created.payload);
  mine([clinic.identity(), created, owner.create({ ownerKey: new Uint8Array(33).fill(0xff), sizeBucket: 255 })]);

  // Coins: to somebody new, on in the same block, to oneself, and a free one; an expiry on the last height allowed.
  const paid = miner.transfer(clinic, 5_000n, { fee: 1_000n, expiryHeight: chain.nextHeight });
  mine([
    paid,
    clinic.transfer(other, 2_000n, { fee: 1n, expiryHeight: 4_294_967_295 }),
    miner.transfer(miner, chain.account(miner).balance - 6_000n, { accountNonce: 1 }),
  ]);
  // All that one has, as amount, as fee, and as both.
  mine([clinic.transfer(owner, chain.account(clinic).balance)]);
  mine([owner.create({ sizeBucket: 1 }, { fee: chain.account(owner).balance })], other);
  mine([other.transfer(newcomer, chain.account(other).balance - 9n, { fee: 9n, stamp: lot.bytes(8) })]);
  mine([newcomer.transfer(other, 10n, { fee: chain.account(newcomer).balance - 10n })]);

  // A slot's life, also within one block; updates with and without a fee; a profile as long as it may be.
  const updated = owner.update(slotId, 2, { docHash: BlobId.of(lot.bytes(32)) });
  mine([updated, miner.transfer(owner, 10_000n)]);
  mine([owner.update(slotId, 3, { sizeBucket: 200 }, { fee: 100n }), clinic.identity({ name: 'é'.repeat(40) })], other);
  const brief = owner.create({ sizeBucket: 9 });
  const briefId = slotIdOf(brief.payload);
  mine([brief, owner.update(briefId, 2), owner.erase(briefId, 3)]);
  mine([miner.identity({ name: 'İ 医院 \u{1f3e5}', role: 'manufacturer' }, { fee: 2n })], clinic);

  // Much later; on schedule until the median has followed; late again, and back to the earliest second allowed.
  mine([], other, late(200_000));
  for (let i = 0; i < 11; i++) mine([], other);
  mine([], miner, late(40));
  mine([], other, medianTimePast(chain.tip) + 1);

  const slots: Slot[] = [];
  const spenders = [miner, other];
  for (let i = 0; i < RANDOM_BLOCKS; i++) {
    const transactions: Transaction[] = [];
    const [by, spender] = [spenders[lot.below(2)]!, spenders[lot.below(2)]!];
    if (lot.below(3) === 0) transactions.push(spender.transfer(clinic, BigInt(1 + lot.below(900)), { fee: 30n }));
    if (lot.below(3) === 0) {
      const create = oneTime.create({
        ownerKey: owner.publicKey,
        docHash: BlobId.of(lot.bytes(32)),
        hint: lot.bytes(41),
      });
      transactions.push(create);
      slots.push({ owner, slotId: slotIdOf(create.payload), version: 1 });
    }
    const at = lot.below(2 * slots.length + 2);
    const slot = slots[at];
    if (slot) {
      const isLast = lot.below(4) === 0;
      const version = slot.version + 1;
      transactions.push(isLast ? owner.erase(slot.slotId, version) : owner.update(slot.slotId, version));
      slots.splice(at, 1, ...(isLast ? [] : [{ ...slot, version }]));
    }
    if (lot.below(12) === 0) transactions.push(clinic.identity({ name: `Clínica ${i}`, role: 'pharmacy' }));
    const seconds = [1, 1, 2, 3, 5, 5, 9, 30, -4][lot.below(9)]!;
    mine(transactions, by, Math.max(medianTimePast(chain.tip) + 1, late(seconds)));
  }
  // Ahead of the schedule, so that the limit is not the target of what follows; and what follows has half the subsidy.
  for (let i = 0; i < HURRIED_BLOCKS || chain.nextHeight % chain.spec.halvingBlocks !== 0; i++)
    mine([], miner, late(1));
  return {
    chain,
    miner,
    clinic,
    stranger: new Person(chain, 9),
    live: { owner, slotId, version: 3 },
    erased: { owner, slotId: briefId, version: 3 },
    past: { transfer: paid, create: created, update: updated },
  };
}

/** Without maturity, stamps and, from height 3 on, subsidy; its last block is as late as anybody's clock allows. */
export function tellShortStory(): LabChain {
  const chain = new LabChain({
    ...EASY_SPEC,
    name: '!',
    stampBits: 0,
    maturityBlocks: 0,
    halvingBlocks: 1,
    subsidy: 7n,
    futureCapS: 1,
    halfLifeS: 5,
  });
  const [miner, other] = [new Person(chain, 1), new Person(chain, 2)];
  for (let i = 0; i < 4; i++) chain.mine([chain.coinbase(miner)], { timeS: chain.tip.timeS + 1 });
  const spent = miner.transfer(other, 1n, { fee: 1n });
  chain.mine([chain.coinbase(miner, [spent]), spent, other.create()]);
  chain.mine([chain.coinbase(other)], { timeS: LATE_S + chain.spec.futureCapS });
  return chain;
}
