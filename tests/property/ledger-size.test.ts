import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBlock } from '../../src/core/block.ts';
import { genesisHeader } from '../../src/core/genesis.ts';
import { blockBytes, transactionBytes, transactionBytesInBody } from '../../src/core/size.ts';
import { encodeTransaction, type Transaction } from '../../src/core/transaction.ts';
import { ALICE, SPEC } from '../support/ledger-fixture.ts';

const transaction: fc.Arbitrary<Transaction> = fc.record({
  version: fc.constant(1 as const),
  kind: fc.nat(255),
  sender: fc.constant(ALICE.publicKey),
  accountNonce: fc.oneof(fc.nat(200), fc.maxSafeNat()),
  fee: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  expiryHeight: fc.oneof(fc.nat(200), fc.nat(0xffff_ffff)),
  payload: fc.uint8Array({ maxLength: 400, size: 'max' }),
  stamp: fc.constant(new Uint8Array(8)),
  signature: fc.constant(new Uint8Array(65)),
});

test('sizes worked out are those of the encoding', () => {
  fc.assert(
    fc.property(fc.array(transaction, { maxLength: 150 }), fc.uint8Array({ maxLength: 300 }), (transactions, seal) => {
      for (const tx of transactions) expect(transactionBytes(tx)).toBe(encodeTransaction(tx).length);
      const content = transactions.reduce((sum, tx) => sum + transactionBytesInBody(tx), 0);
      const encoded = encodeBlock({ header: genesisHeader(SPEC), body: { seal, transactions } });
      expect(blockBytes(seal.length, transactions.length, content)).toBe(encoded.length);
    }),
  );
});
