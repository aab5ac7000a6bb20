import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBech32m, encodeBech32m } from '../../src/core/bech32m.ts';
import { decodeBody, encodeBody } from '../../src/core/block.ts';
import type { DecodeCode } from '../../src/core/codec.ts';
import { publicKeyOf, sign, verify } from '../../src/core/ecdsa.ts';
import { sha256 } from '../../src/core/hash.ts';
import { decodeHeader, encodeHeader } from '../../src/core/header.ts';
import { decodeSpec, encodeSpec, presetSpec } from '../../src/core/network-spec.ts';
import type { Result } from '../../src/core/result.ts';
import { bitsFromTarget, targetFromBits } from '../../src/core/target.ts';
import { decodeUtf8, encodeUtf8 } from '../../src/core/text.ts';
import { decodeTransaction, encodeTransaction, type Transaction } from '../../src/core/transaction.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

const transactions: fc.Arbitrary<Transaction> = fc.record({
  version: fc.constant(1 as const),
  kind: fc.integer({ min: 0, max: 255 }),
  sender: bytes(33),
  accountNonce: fc.maxSafeNat(),
  fee: fc.bigInt(0n, 2n ** 64n - 1n),
  expiryHeight: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  payload: fc.uint8Array({ maxLength: 300 }),
  stamp: bytes(8),
  signature: bytes(65),
});
const bodies = fc.record({
  seal: fc.uint8Array({ maxLength: 20 }),
  transactions: fc.array(transactions, { maxLength: 4 }),
});

/** Any code points but surrogates, which are no text by themselves. */
const texts = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10_ffff })))
  .map((codePoints) => String.fromCodePoint(...codePoints));

/** Bytes an attacker would send: a good encoding with some bytes changed, cut off or added. */
const mutated = (good: fc.Arbitrary<Uint8Array>) =>
  fc
    .tuple(
      good,
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }),
      fc.nat(),
      fc.uint8Array({ maxLength: 2 }),
    )
    .map(([original, changes, keep, extra]) => {
      const copy = [...original, ...extra].slice(0, keep % 4 === 0 ? keep % (original.length + 1) : undefined);
      for (const [at, value] of changes) if (copy.length > 0) copy[at % copy.length] = value;
      return Uint8Array.from(copy);
    });

/** Whatever a decoder takes, it takes in one form only. */
function canonical<T>(
  decodeIt: (input: Uint8Array) => Result<T, DecodeCode | string>,
  encodeIt: (value: T) => Uint8Array,
) {
  return (input: Uint8Array) => {
    const decoded = decodeIt(input);
    if (decoded.ok) expect(encodeIt(decoded.value)).toEqual(input);
  };
}

describe('one value, one encoding', () => {
  test('transactions', () => {
    fc.assert(
      fc.property(transactions, (tx) => {
        expect(decodeTransaction(encodeTransaction(tx))).toEqual({ ok: true, value: tx });
      }),
    );
    fc.assert(
      fc.property(mutated(transactions.map(encodeTransaction)), canonical(decodeTransaction, encodeTransaction)),
    );
  });

  test('block bodies', () => {
    const decodeIt = (input: Uint8Array) => decodeBody(input, 100_000);
    fc.assert(
      fc.property(bodies, (body) => {
        expect(decodeIt(encodeBody(body))).toEqual({ ok: true, value: body });
      }),
    );
    fc.assert(fc.property(mutated(bodies.map(encodeBody)), canonical(decodeIt, encodeBody)));
  });

  test('headers: any 112 bytes', () => {
    fc.assert(
      fc.property(bytes(112), (input) => {
        const decoded = decodeHeader(input);
        expect(decoded.ok && encodeHeader(decoded.value)).toEqual(input);
      }),
    );
  });

  test('network specs', () => {
    const specs = fc
      .constantFrom('classroom', 'open')
      .map((preset) => presetSpec(preset, { name: 'x', genesisTimeS: 1 }));
    fc.assert(fc.property(mutated(specs.map(encodeSpec)), canonical(decodeSpec, encodeSpec)));
  });

  test('compact targets', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 2n ** 256n - 1n), fc.nat(240), (value, shift) => {
        const target = (value >> BigInt(shift)) + 1n;
        const rounded = targetFromBits(bitsFromTarget(target))!;
        expect(rounded).toBeLessThanOrEqual(target);
        expect((target - rounded) * 2n ** 15n).toBeLessThanOrEqual(target);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (bits) => {
        const target = targetFromBits(bits);
        if (target !== undefined) expect(bitsFromTarget(target)).toBe(bits);
      }),
    );
  });

  test('bech32m', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (data) => {
        expect(decodeBech32m(encodeBech32m('mm', data))).toEqual({ ok: true, value: { prefix: 'mm', bytes: data } });
      }),
    );
  });

  test('UTF-8', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(decodeUtf8(encodeUtf8(text))).toBe(text.startsWith('\u{feff}') ? undefined : text);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (input) => {
        const text = decodeUtf8(input);
        if (text !== undefined) expect(encodeUtf8(text)).toEqual(input);
      }),
    );
  });
});

test('any bit changed in digest, signature or key voids a signature', () => {
  fc.assert(
    fc.property(bytes(32), bytes(32), fc.nat(130 * 8 - 1), (seed, digest, bit) => {
      const secret = sha256(seed);
      const parts = [digest, sign(digest, secret), publicKeyOf(secret)];
      expect(verify(parts[0]!, parts[1]!, parts[2]!)).toBe(true);
      const joined = Uint8Array.from(parts.flatMap((part) => [...part]));
      joined[bit >> 3]! ^= 1 << (bit & 7);
      expect(verify(joined.slice(0, 32), joined.slice(32, 97), joined.slice(97))).toBe(false);
    }),
    { numRuns: 60 },
  );
});
