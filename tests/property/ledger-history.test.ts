import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StateView } from '../../src/core/state-view.ts';
import { TestChain } from '../support/ledger-fixture.ts';
import { PEOPLE } from '../support/ledger-histories.ts';

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
