import { describe, expect, test } from 'vitest';
import { decodeBlock, decodeBody, encodeBlock, encodeBody } from '../../../src/core/block.ts';
import { concatBytes } from '../../../src/core/bytes.ts';
import { publicKeyOf, verify } from '../../../src/core/ecdsa.ts';
import { hashHeader } from '../../../src/core/header.ts';
import { BlockHash } from '../../../src/core/ids.ts';
import { genesisHeader } from '../../../src/core/genesis.ts';
import { findStamp, NO_STAMP, stampBitsOf } from '../../../src/core/stamp.ts';
import {
  decodeTransaction,
  encodeTransaction,
  signatureDigest,
  signTransaction,
  TX_BYTES_MAX,
  TX_BYTES_MIN,
  txIdOf,
  type TransactionBody,
} from '../../../src/core/transaction.ts';
import { EASY_SPEC } from '../../support/mining.ts';

const genesisHash = hashHeader(genesisHeader(EASY_SPEC));
const otherNetwork = BlockHash.of(new Uint8Array(32).fill(1));
const secret = new Uint8Array(32).fill(7);
const body: TransactionBody = {
  version: 1,
  kind: 5,
  sender: publicKeyOf(secret),
  accountNonce: 0,
  fee: 0n,
  expiryHeight: 0,
  payload: new Uint8Array(0),
  stamp: NO_STAMP,
};
const signed = signTransaction(body, secret, genesisHash);
const encoded = encodeTransaction(signed);
const changed = (offset: number, ...bytes: number[]) => {
  const copy = encoded.slice();
  copy.set(bytes, offset);
  return copy;
};

describe('transactions', () => {
  test('the smallest is as long as its constant says, the largest as the cap', () => {
    expect(encoded.length).toBe(TX_BYTES_MIN);
    const payload = new Uint8Array(TX_BYTES_MAX - TX_BYTES_MIN - 1);
    const largest = encodeTransaction({ ...signed, payload });
    expect(largest.length).toBe(TX_BYTES_MAX);
    expect(decodeTransaction(largest).ok).toBe(true);
  });

  test('the id leaves the signature out; the signature is void on another network', () => {
    expect(txIdOf(signed)).toBe(txIdOf(body));
    expect(verify(signatureDigest(signed, genesisHash), signed.signature, signed.sender)).toBe(true);
    expect(verify(signatureDigest(signed, otherNetwork), signed.signature, signed.sender)).toBe(false);
  });

  test.each([
    ['another version', changed(0, 2), 'bad-value'],
    ['a byte less', encoded.subarray(0, -1), 'truncated'],
    ['a byte more', concatBytes(encoded, Uint8Array.of(0)), 'trailing-bytes'],
    [
      'an account nonce in two bytes where one does',
      concatBytes(encoded.subarray(0, 35), Uint8Array.of(0x80), encoded.subarray(35)),
      'non-canonical',
    ],
    ['a payload length that lies', changed(45, 0xff, 0x7f), 'oversized'],
    [
      'an expiry above the highest height',
      concatBytes(encoded.subarray(0, 44), Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x10), encoded.subarray(45)),
      'oversized',
    ],
    ['a length above the cap', new Uint8Array(TX_BYTES_MAX + 1), 'oversized'],
    ['nothing', new Uint8Array(0), 'truncated'],
  ])('refuses %s', (_name, bytes, code) => {
    expect(decodeTransaction(bytes)).toMatchObject({ ok: false, code });
  });

  test('a fee of a whole uint64 comes back', () => {
    const tx = { ...signed, fee: 2n ** 64n - 1n, accountNonce: Number.MAX_SAFE_INTEGER };
    expect(decodeTransaction(encodeTransaction(tx))).toEqual({ ok: true, value: tx });
    expect(() => encodeTransaction({ ...signed, fee: 2n ** 64n })).toThrow(RangeError);
  });
});

describe('stamps', () => {
  test('the search can be cut in pieces and finds the same stamp', () => {
    const whole = findStamp(body, genesisHash, 8, 10_000)!;
    let inPieces: TransactionBody | undefined;
    for (let start = 0; !inPieces; start += 7) inPieces = findStamp(body, genesisHash, 8, 7, start);
    expect(inPieces).toEqual(whole);
    expect(stampBitsOf(whole, genesisHash)).toBeGreaterThanOrEqual(8);
    expect(findStamp(body, genesisHash, 256, 10)).toBeUndefined();
  });

  test('a stamp is worth nothing on another body or network', () => {
    const stamped = findStamp(body, genesisHash, 10, 100_000)!;
    expect(stampBitsOf({ ...stamped, accountNonce: 1 }, genesisHash)).toBeLessThan(10);
    expect(stampBitsOf(stamped, otherNetwork)).toBeLessThan(10);
  });

  test('a new stamp sheds the signature over the old one', () => {
    expect(findStamp(signed, genesisHash, 0, 1)).not.toHaveProperty('signature');
  });
});

describe('blocks', () => {
  const block = {
    header: genesisHeader(EASY_SPEC),
    body: { seal: Uint8Array.of(1, 2), transactions: [signed, signed] },
  };
  const bytes = encodeBlock(block);
  const cap = 16_384;

  test('come back whole', () => {
    expect(decodeBlock(bytes, cap)).toEqual({ ok: true, value: block });
  });

  test('the cap counts the header: exactly at it passes, one below is oversized', () => {
    expect(decodeBlock(bytes, bytes.length).ok).toBe(true);
    expect(decodeBlock(bytes, bytes.length - 1)).toMatchObject({ ok: false, code: 'oversized' });
  });

  test('a transaction must fill the length announced for it', () => {
    const bodyBytes = encodeBody(block.body);
    const sizeOffset = 1 + 2 + 1;
    for (const difference of [-1, 1]) {
      const copy = bodyBytes.slice();
      copy[sizeOffset]! += difference;
      expect(decodeBody(copy, cap)).toMatchObject({ ok: false, code: 'non-canonical' });
    }
  });

  test('a seal and a transaction have lengths of their own, whatever the block may have', () => {
    const sealed = (length: number) => encodeBody({ seal: new Uint8Array(length), transactions: [] });
    expect(decodeBody(sealed(65_536), 1_000_000).ok).toBe(true);
    expect(decodeBody(sealed(65_537), 1_000_000)).toMatchObject({ ok: false, code: 'oversized' });
    const announced = (length: number) => Uint8Array.of(0, 1, (length & 0x7f) | 0x80, length >> 7);
    expect([8_192, 8_193].map((length) => decodeBody(announced(length), cap))).toMatchObject([
      { code: 'truncated' },
      { code: 'oversized' },
    ]);
  });

  test('a lying count of transactions runs out of bytes', () => {
    expect(decodeBody(Uint8Array.of(0, 0x7f), cap)).toMatchObject({ ok: false, code: 'truncated' });
    expect(decodeBody(Uint8Array.of(0, 0xff, 0xff, 0x7f), cap)).toMatchObject({ ok: false, code: 'oversized' });
    // One for every 119 bytes that a body may have, and no more.
    const most = Math.floor((cap - 112) / TX_BYTES_MIN);
    const counted = (count: number) => Uint8Array.of(0, (count & 0x7f) | 0x80, count >> 7);
    expect([most, most + 1].map((count) => decodeBody(counted(count), cap))).toMatchObject([
      { code: 'truncated' },
      { code: 'oversized' },
    ]);
    expect(decodeBlock(new Uint8Array(50), cap)).toMatchObject({ ok: false, code: 'truncated' });
  });
});
