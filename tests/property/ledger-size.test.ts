import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBlock } from '../../src/core/block.ts';
import { genesisHeader } from '../../src/core/genesis.ts';
import { blockBytes, transactionBytes, transactionBytesInBody } from '../../src/core/size.ts';
import { encodeTransaction } from '../../src/core/transaction.ts';
import { transaction } from '../support/chain-values.ts';
import { SPEC } from '../support/ledger-fixture.ts';

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
