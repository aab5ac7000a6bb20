import { describe, expect, test } from 'vitest';
import { bodyRootOf, encodeBlock } from '../../../src/core/block.ts';
import { equalBytes } from '../../../src/core/bytes.ts';
import {
  ALICE,
  BOB,
  createTx,
  GENESIS,
  MINER,
  slotOf,
  SPEC,
  TestChain,
  transferTx,
  updateTx,
} from '../../support/ledger-fixture.ts';

describe('a block template', () => {
  test('of nothing is a block with its coinbase', () => {
    const chain = new TestChain();
    const { header, body, reward } = chain.template([]);
    expect(body.transactions).toHaveLength(1);
    expect(reward).toBe(SPEC.subsidy);
    expect(header).toMatchObject({ version: 1, prevHash: GENESIS, extraNonce: 0, nonce: 0, bits: SPEC.powLimitBits });
    expect(equalBytes(header.bodyRoot, bodyRootOf(body))).toBe(true);
    expect(chain.submit({ header, body })).toEqual({ ok: true });
  });

  test('collects fees and passes over what does not apply', () => {
    const chain = new TestChain();
    chain.mine(1, ALICE);
    chain.mine(SPEC.maturityBlocks);
    const create = createTx(BOB, 1);
    const good = [transferTx(ALICE, BOB, 10n, { fee: 3n }), create, updateTx(BOB, slotOf(create), 2, 2)];
    const stale = [
      transferTx(ALICE, BOB, 10n, { fee: 4n }), // the place is taken
      updateTx(BOB, slotOf(create), 4, 4), // a gap
      transferTx(BOB, ALICE, 11n), // more than there is
      createTx(BOB, 3, { expiryHeight: chain.height }), // expired
      chain.coinbase(),
    ];
    const { header, body, reward } = chain.template([...good, ...stale]);
    expect(body.transactions.slice(1)).toEqual(good);
    expect(reward).toBe(SPEC.subsidy + 3n);
    expect(chain.submit({ header, body })).toEqual({ ok: true });
    expect(chain.balanceOf(MINER)).toBe(BigInt(SPEC.maturityBlocks + 1) * SPEC.subsidy + 3n);
  });

  test('fills the block and never more', () => {
    const candidates = Array.from({ length: 100 }, (_, i) => createTx(ALICE, i + 1));
    for (const blockBytesMax of [16_384, 16_500, 16_600]) {
      const chain = new TestChain({ ...SPEC, blockBytesMax });
      const block = chain.template(candidates);
      const bytes = encodeBlock(block).length;
      expect(bytes).toBeLessThanOrEqual(blockBytesMax);
      expect(bytes).toBeGreaterThan(blockBytesMax - 240);
      expect(chain.submit(block)).toEqual({ ok: true });
    }
  });
});
