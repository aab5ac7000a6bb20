import { describe, expect, test } from 'vitest';
import { encodeBody } from '../../../src/core/block.ts';
import { completeBody, makeCompactBlock, matchCompactBlock } from '../../../src/core/compact-block.ts';
import { encodeTransaction } from '../../../src/core/transaction.ts';
import { decodeMessage, encodeMessage } from '../../../src/core/wire.ts';
import { ALICE, createTx, TestChain } from '../../support/ledger-fixture.ts';

const SALT = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const known = [1, 2, 3, 4].map((tag) => createTx(ALICE, tag));
const unknown = createTx(ALICE, 5);
const block = new TestChain().template([known[0]!, unknown, known[2]!]);
const compact = makeCompactBlock(block, SALT);

describe('a compact block', () => {
  test('crosses the wire in eight bytes a transaction', () => {
    const bytes = encodeMessage(compact);
    expect(bytes.length).toBeLessThan(1 + 112 + 1 + 8 + 140 + 1 + 3 * 8);
    expect(decodeMessage(bytes)).toEqual({ ok: true, value: compact });
  });

  test('is completed from what waits here and what is asked for', () => {
    const partial = matchCompactBlock(compact, known)!;
    expect(partial.missing).toEqual([2]);
    const body = completeBody(compact, partial, [encodeTransaction(unknown)])!;
    expect(encodeBody(body)).toEqual(encodeBody(block.body));
    // All that is known of them is known already.
    expect([body.transactions[1], body.transactions[3]]).toEqual([known[0], known[2]]);
    expect(body.transactions[1]).toBe(known[0]);
  });

  test('is whole at once where nothing is missing', () => {
    const partial = matchCompactBlock(compact, [...known, unknown])!;
    expect(partial.missing).toEqual([]);
    expect(encodeBody(completeBody(compact, partial, [])!)).toEqual(encodeBody(block.body));
  });

  test('is not completed by more or fewer transactions than were missing', () => {
    const partial = matchCompactBlock(compact, known)!;
    expect(completeBody(compact, partial, [])).toBeUndefined();
    expect(completeBody(compact, partial, [unknown, unknown].map(encodeTransaction))).toBeUndefined();
  });

  test('is not completed by what is no transaction, and has no coinbase that is none', () => {
    const partial = matchCompactBlock(compact, known)!;
    expect(completeBody(compact, partial, [Uint8Array.of(1, 2, 3)])).toBeUndefined();
    expect(matchCompactBlock({ ...compact, coinbase: Uint8Array.of(1, 2, 3) }, known)).toBeUndefined();
  });

  test('does not take a transaction for its twin with another signature', () => {
    const twin = { ...known[0]!, signature: new Uint8Array(65).fill(1) };
    expect(matchCompactBlock(compact, [twin, unknown, known[2]!])?.missing).toEqual([1]);
  });

  test('counts two candidates for one short id as none', () => {
    expect(matchCompactBlock(compact, [...known, unknown, known[0]!])?.missing).toEqual([1]);
  });

  test('has other short ids under another salt', () => {
    expect(makeCompactBlock(block, new Uint8Array(8)).shortIds).not.toEqual(compact.shortIds);
  });
});
