/** Network specs as bytes, most of them refused. */
import { concatBytes } from '../../src/core/bytes.ts';
import { Writer } from '../../src/core/codec.ts';
import type { NetworkSpec } from '../../src/core/network-spec.ts';

type Field = keyof NetworkSpec | 'rest';

/** Fields in the order of docs/PROTOCOL.md, "Network spec", already encoded. */
const GOOD: Readonly<Record<Field, Uint8Array>> = {
  version: Uint8Array.of(1),
  name: Uint8Array.of(1, 0x41),
  realm: Uint8Array.of(1),
  consensus: Uint8Array.of(0),
  blockIntervalS: varint(5),
  halfLifeS: varint(60),
  powLimitBits: u32(0x207fffff),
  subsidy: new Writer().u64(1n).finish(),
  halvingBlocks: varint(10),
  maturityBlocks: varint(6),
  blockBytesMax: varint(16_384),
  futureCapS: varint(60),
  stampBits: Uint8Array.of(4),
  genesisTimeS: u32(1_700_000_000),
  rest: Uint8Array.of(),
};

const key = (first: number, last: number) => new Uint8Array(33).with(0, first).with(32, last);
const committee = (...keys: readonly Uint8Array[]) =>
  concatBytes(Uint8Array.of(1), new Writer().list(keys, (writer, each) => writer.bytes(each)).finish());
const name = (value: string) => new Writer().varbytes(new TextEncoder().encode(value)).finish();

/** What is changed, and the code that the document gives for it; `ok` where there is none. */
const CHANGES: readonly (readonly [code: string, change: Partial<Record<Field, Uint8Array>>])[] = [
  ['ok', {}],
  ['ok', { name: name('\u{1f3e5}'.repeat(20)), realm: Uint8Array.of(0) }],
  ['ok', { blockIntervalS: varint(3_600), halfLifeS: varint(3_600), futureCapS: varint(7_200) }],
  ['ok', { halfLifeS: varint(2_592_000), maturityBlocks: varint(1_000), stampBits: Uint8Array.of(32) }],
  ['ok', { halvingBlocks: varint(2 ** 32 - 1), subsidy: new Writer().u64(2n ** 31n).finish() }],
  ['ok', { powLimitBits: u32(0x01010000), maturityBlocks: varint(0), blockBytesMax: varint(2_000_000) }],
  ['truncated', { genesisTimeS: Uint8Array.of(1, 2, 3) }],
  ['trailing-bytes', { rest: Uint8Array.of(0) }],
  ['oversized', { rest: new Uint8Array(4_096) }],
  ['bad-value', { version: Uint8Array.of(2) }],
  ['bad-value', { realm: Uint8Array.of(2) }],
  ['bad-value', { consensus: Uint8Array.of(2) }],
  ['bad-value', { name: Uint8Array.of(2, 0xc0, 0xaf), realm: Uint8Array.of(9) }],
  ['oversized', { name: name('a'.repeat(81)) }],
  ['oversized', { consensus: Uint8Array.of(1, 65) }],
  ['non-canonical', { blockIntervalS: Uint8Array.of(0x85, 0) }],
  ['non-canonical', { halfLifeS: Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x10) }],
  ['non-canonical', { maturityBlocks: new Uint8Array(9).fill(0x80).with(8, 1) }],
  ['bad-name', { name: name('') }],
  ['bad-name', { name: name('a'.repeat(41)) }],
  ['bad-name', { name: name('a '), consensus: committee() }],
  ['bad-members', { consensus: committee(), blockIntervalS: varint(0) }],
  ['bad-members', { consensus: committee(key(2, 1), key(2, 1)) }],
  ['bad-members', { consensus: committee(key(3, 1), key(2, 2)) }],
  ['bad-members', { consensus: committee(key(4, 1)) }],
  ['unsupported-consensus', { consensus: committee(key(2, 1), key(2, 2), key(3, 0)) }],
  ['bad-interval', { blockIntervalS: varint(0), halfLifeS: varint(0) }],
  ['bad-interval', { blockIntervalS: varint(3_601) }],
  ['bad-half-life', { halfLifeS: varint(0), halvingBlocks: varint(0) }],
  ['bad-half-life', { halfLifeS: varint(2_592_001) }],
  ['bad-halving', { halvingBlocks: varint(0), maturityBlocks: varint(1_001) }],
  ['bad-halving', { halvingBlocks: varint(2 ** 32) }],
  ['bad-maturity', { maturityBlocks: varint(1_001), blockBytesMax: varint(0) }],
  ['bad-block-bytes', { blockBytesMax: varint(16_383), futureCapS: varint(0) }],
  ['bad-block-bytes', { blockBytesMax: varint(2_000_001) }],
  ['bad-future-cap', { futureCapS: varint(0), stampBits: Uint8Array.of(33) }],
  ['bad-future-cap', { futureCapS: varint(7_201) }],
  ['bad-stamp-bits', { stampBits: Uint8Array.of(33), halfLifeS: varint(4) }],
  ['bad-half-life', { halfLifeS: varint(4), powLimitBits: u32(0) }],
  ['bad-pow-limit', { powLimitBits: u32(0), subsidy: new Uint8Array(8).fill(0xff) }],
  ['bad-pow-limit', { powLimitBits: u32(0x20800000) }],
  ['bad-pow-limit', { powLimitBits: u32(0x1d000fff) }],
  ['bad-pow-limit', { powLimitBits: u32(0x22000100) }],
  ['bad-subsidy', { subsidy: new Writer().u64(2n ** 63n / 10n + 1n).finish() }],
  ['bad-subsidy', { subsidy: new Writer().u64(2n ** 32n).finish(), halvingBlocks: varint(2 ** 31) }],
  ['bad-subsidy', { subsidy: new Writer().u64(2n ** 31n + 1n).finish(), halvingBlocks: varint(2 ** 32 - 1) }],
];

export const SPECS: readonly { readonly code: string; readonly bytes: Uint8Array }[] = CHANGES.map(
  ([code, change]) => ({
    code,
    bytes: concatBytes(...Object.values({ ...GOOD, ...change })),
  }),
);

function varint(value: number): Uint8Array {
  return new Writer().varint(value).finish();
}

function u32(value: number): Uint8Array {
  return new Writer().u32(value).finish();
}
