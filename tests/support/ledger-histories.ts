/** Random valid histories: what several people wish for, block by block, and the transactions that come of it. */
import fc from 'fast-check';
import { equalBytes } from '../../src/core/bytes.ts';
import type { SlotId, StateKey } from '../../src/core/ids.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { assert } from '../../src/core/result.ts';
import { StateView, type StateReader } from '../../src/core/state-view.ts';
import type { Transaction } from '../../src/core/transaction.ts';
import { readAccount } from '../../src/ledger/account-state.ts';
import { decodeSlot, ERASED, readSlot } from '../../src/ledger/slot-state.ts';
import {
  createTx,
  identityTx,
  makeTx,
  person,
  sealed,
  sealTx,
  slotOf,
  transferTx,
  updateTx,
} from './ledger-fixture.ts';

/** A chain of SPEC (ledger-fixture.ts), at a tip. */
interface Chain {
  readonly ledger: Ledger;
  readonly height: number;
  readonly get: StateReader;
}

export const PEOPLE = [1, 2, 3].map(person);
export const someone = fc.constantFrom(...PEOPLE);
/** Mostly the right nonce or version, sometimes one beside it. */
const slip = fc.constantFrom(0, 0, 0, 0, 0, -1, 1);
const tag = fc.integer({ min: 1, max: 200 });
const fee = fc.constantFrom(0n, 0n, 1n, 1_000_000n);

export const intent = fc.oneof(
  fc.record({ do: fc.constant('transfer' as const), from: someone, to: someone, share: fc.nat(17), fee, slip }),
  fc.record({ do: fc.constant('identity' as const), from: someone, fee, slip }),
  fc.record({ do: fc.constant('create' as const), from: someone, owner: someone, tag, fee, slip }),
  fc.record({ do: fc.constant('update' as const), from: someone, slot: fc.nat(), tag, fee, slip }),
  fc.record({ do: fc.constant('garbage' as const), from: someone, kind: fc.nat(5), payload: fc.uint8Array(), fee }),
);
export type Intent = typeof intent extends fc.Arbitrary<infer T> ? T : never;

/** Turns an intent into a transaction on what the state is at the start of the block, and what the block did so far. */
function realise(chain: Chain, view: StateView, slots: SlotId[], wish: Intent): Transaction {
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

/** The wishes that can come true in the next block. */
export function realiseAll(chain: Chain, slots: SlotId[], wishes: readonly Intent[]): Transaction[] {
  const view = new StateView(chain.get);
  return wishes.flatMap((wish) => {
    const tx = realise(chain, view, slots, wish);
    return chain.ledger.applyTransaction(view, tx, chain.height + 1).ok ? [tx] : [];
  });
}

/** Slots only grow: none disappears, no version sinks, what is erased stays as it is. */
export function assertSlotsGrew(
  before: ReadonlyMap<StateKey, Uint8Array>,
  after: ReadonlyMap<StateKey, Uint8Array>,
): void {
  for (const [key, row] of before) {
    if (!key.startsWith('03')) continue;
    const now = after.get(key);
    assert(now, `slot ${key} is gone`);
    if (equalBytes(row, now)) continue;
    const [old, grown] = [decodeSlot(row), decodeSlot(now)];
    assert(grown.version > old.version, `slot ${key} from version ${old.version} to ${grown.version}`);
    assert(old.docHash !== ERASED, `slot ${key} changed after it was erased`);
    assert(equalBytes(old.ownerKey, grown.ownerKey), `slot ${key} has another owner`);
  }
}
