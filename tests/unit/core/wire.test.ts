import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/core/bytes.ts';
import { Writer } from '../../../src/core/codec.ts';
import { BlobId, BlockHash, TxId } from '../../../src/core/ids.ts';
import { AssertionError } from '../../../src/core/result.ts';
import {
  decodeMessage,
  encodeMessage,
  GET_BLOCKS_MAX,
  HEADERS_MAX,
  INV_MAX,
  LOCATOR_MAX,
  type PeerMessage,
} from '../../../src/core/wire.ts';

const hash = (tag: number) => BlockHash.of(new Uint8Array(32).fill(tag));
const blob = BlobId.of(new Uint8Array(32).fill(0xbb));
const header = new Uint8Array(112).fill(0x0e);

function codeOf(hex: string): string {
  const decoded = decodeMessage(fromHex(hex)!);
  return decoded.ok ? 'accepted' : decoded.code;
}

describe('bytes on the wire, as a second implementation must write them', () => {
  const rows: [PeerMessage, string][] = [
    [
      {
        type: 'hello',
        protocolVersion: 1,
        genesisHash: hash(0x11),
        nodeKey: new Uint8Array(33).fill(2),
        tipHash: hash(0x22),
        tipHeight: 300,
        chainwork: 0x0102n,
        userAgent: 'mm',
        services: 5,
        nonce: new Uint8Array(16).fill(9),
      },
      `010001${'11'.repeat(32)}${'02'.repeat(33)}${'22'.repeat(32)}ac02020102026d6d0005${'09'.repeat(16)}`,
    ],
    [{ type: 'auth', signature: new Uint8Array(65).fill(1) }, `02${'01'.repeat(65)}`],
    [{ type: 'ping', nonce: 0xdeadbeef }, '03deadbeef'],
    [{ type: 'pong', nonce: 1 }, '0400000001'],
    [{ type: 'bye', reason: 'duplicate' }, '05096475706c6963617465'],
    [{ type: 'getHeaders', locator: [hash(1)], stop: undefined, max: 2000 }, `1001${'01'.repeat(32)}00d00f`],
    [{ type: 'getHeaders', locator: [], stop: hash(2), max: 1 }, `100001${'02'.repeat(32)}01`],
    [{ type: 'headers', headers: [{ header, seal: Uint8Array.of(5) }] }, `1101${'0e'.repeat(112)}0105`],
    [{ type: 'getBlocks', hashes: [hash(1)] }, `1201${'01'.repeat(32)}`],
    [{ type: 'block', header, body: Uint8Array.of(0, 0) }, `13${'0e'.repeat(112)}020000`],
    [{ type: 'notFound', kind: 'block', ids: [hash(1)] }, `140001${'01'.repeat(32)}`],
    [{ type: 'notFound', kind: 'tx', ids: [] }, '140100'],
    [{ type: 'notFound', kind: 'chunk', blobId: blob, part: 3 }, `1402${'bb'.repeat(32)}0103`],
    [
      {
        type: 'compactBlock',
        header,
        seal: new Uint8Array(0),
        salt: new Uint8Array(8).fill(7),
        coinbase: Uint8Array.of(0xcb),
        shortIds: [1n],
      },
      `15${'0e'.repeat(112)}00${'07'.repeat(8)}01cb010000000000000001`,
    ],
    [{ type: 'getBlockTxs', blockHash: hash(1), indexes: [0, 1, 5] }, `16${'01'.repeat(32)}03000003`],
    [{ type: 'blockTxs', blockHash: hash(1), transactions: [Uint8Array.of(7)] }, `17${'01'.repeat(32)}010107`],
    [{ type: 'inv', kind: 'block', ids: [hash(1)] }, `200001${'01'.repeat(32)}`],
    [{ type: 'inv', kind: 'tx', ids: [] }, '200100'],
    [{ type: 'getTx', ids: [TxId.of(new Uint8Array(32))] }, `2101${'00'.repeat(32)}`],
    [{ type: 'tx', transaction: Uint8Array.of(1, 2) }, '220102'],
    [{ type: 'getHave', blobId: blob }, `30${'bb'.repeat(32)}`],
    [{ type: 'have', blobId: blob, chunks: 'none' }, `31${'bb'.repeat(32)}00`],
    [{ type: 'have', blobId: blob, chunks: 'all' }, `31${'bb'.repeat(32)}01`],
    [{ type: 'have', blobId: blob, chunks: Uint8Array.of(0, 4) }, `31${'bb'.repeat(32)}02020004`],
    [{ type: 'getChunk', blobId: blob, part: 'manifest' }, `32${'bb'.repeat(32)}00`],
    [{ type: 'chunk', blobId: blob, part: 200, bytes: Uint8Array.of(1) }, `33${'bb'.repeat(32)}01c8010101`],
  ];

  test.each(rows.map(([message, hex]) => [message.type, message, hex] as const))('%s', (_type, message, hex) => {
    expect(toHex(encodeMessage(message))).toBe(hex);
    expect(decodeMessage(fromHex(hex)!)).toEqual({ ok: true, value: message });
  });
});

describe('refused', () => {
  test('nothing, and a type that does not exist', () => {
    expect(codeOf('')).toBe('truncated');
    expect(codeOf('00')).toBe('unknown-type');
    expect(codeOf('ff01')).toBe('unknown-type');
  });

  test.each([
    ['auth', 0x02, 67],
    ['ping', 0x03, 6],
    ['bye', 0x05, 43],
    ['getHeaders', 0x10, 2049],
    ['getBlocks', 0x12, 2051],
    ['block', 0x13, 4 * 1024 * 1024 + 1],
    ['tx', 0x22, 8 * 1024 + 2],
    ['getHave', 0x30, 34],
    ['chunk', 0x33, 262_144 + 64 + 1 + 32 + 9 + 4 + 1],
  ])('%s above its cap, before anything is read', (_type, code, length) => {
    const bytes = new Uint8Array(length).fill(0xff);
    bytes[0] = code;
    expect(decodeMessage(bytes)).toMatchObject({
      ok: false,
      code: 'oversized',
      detail: expect.stringMatching(/at most/),
    });
  });

  test.each([
    ['a locator of 33', `1021${'01'.repeat(33 * 32)}0001`, 'oversized'],
    ['more headers asked for than a message holds', '100000d10f', 'oversized'],
    ['no headers asked for', '10000000', 'bad-value'],
    ['two stop hashes', `100002${'01'.repeat(64)}01`, 'oversized'],
    ['65 blocks at once', `1241${'01'.repeat(65 * 32 - 30)}`, 'oversized'],
    ['a count above what is there', '1205', 'truncated'],
    ['chainwork with a leading zero', `010001${'11'.repeat(97)}000200ff`, 'non-canonical'],
    ['control characters in a reason', '0502610a', 'bad-value'],
    ['an inventory of something else', '200200', 'bad-value'],
    ['a missing thing of no kind', '140300', 'bad-value'],
    ['a blob part of no kind', `32${'bb'.repeat(32)}02`, 'bad-value'],
    ['a manifest with an index', `32${'bb'.repeat(32)}0000`, 'trailing-bytes'],
    ['a chunk set of no kind', `31${'bb'.repeat(32)}03`, 'bad-value'],
    ['a bitmap with a zero last byte', `31${'bb'.repeat(32)}020100`, 'non-canonical'],
    ['a position far past any block', `16${'01'.repeat(32)}01ffff7f`, 'oversized'],
    ['positions that run past any block', `16${'01'.repeat(32)}02c0d101c0d101`, 'bad-value'],
    ['a varint with a zero last byte', '128000', 'non-canonical'],
  ])('%s', (_what, hex, code) => {
    expect(codeOf(hex)).toBe(code);
  });
});

describe('lengths and counts are capped before anything of them is read', () => {
  const hello = `010001${'11'.repeat(97)}00`;
  test.each<[string, string, number]>([
    ['chainwork', hello, 32],
    ['a user agent', `${hello}00`, 32],
    ['a reason', '05', 40],
    ['a locator', '10', 32],
    ['a stop', '1000', 1],
    ['headers', '11', 2_000],
    ['the seal beside a header', `1101${'0e'.repeat(112)}`, 65_536],
    ['blocks asked for', '12', 64],
    ['blocks not found', '1400', 256],
    ['transactions not found', '1401', 256],
    ['the seal of a compact block', `15${'0e'.repeat(112)}`, 65_536],
    ['the coinbase of a compact block', `15${'0e'.repeat(112)}00${'07'.repeat(8)}`, 8_192],
    ['positions', `16${'01'.repeat(32)}`, 35_245],
    ['parts of a block', `17${'01'.repeat(32)}`, 35_245],
    ['a part of a block', `17${'01'.repeat(32)}01`, 8_192],
    ['blocks told of', '2000', 1_000],
    ['transactions told of', '2001', 1_000],
    ['transactions asked for', '21', 256],
    ['a bitmap', `31${'bb'.repeat(32)}02`, 1_024],
    ['a chunk', `33${'bb'.repeat(32)}0100`, 262_208],
  ])('%s', (_what, before, most) => {
    const counted = (count: number) => before + toHex(new Writer().varint(count).finish());
    expect([codeOf(counted(most)), codeOf(counted(most + 1))]).toEqual(['truncated', 'oversized']);
  });

  test.each<[string, string, number, string]>([
    ['the headers asked for', '100000', 2_000, 'oversized'],
    ['the index of a chunk', `32${'bb'.repeat(32)}01`, 8_191, 'oversized'],
    ['a position', `16${'01'.repeat(32)}01`, 35_244, 'bad-value'],
  ])('%s as a number', (_what, before, most, code) => {
    const number = (value: number) => before + toHex(new Writer().varint(value).finish());
    expect([codeOf(number(most)), codeOf(number(most + 1))]).toEqual(['accepted', code]);
    // A gap between positions has a cap of its own.
    expect(codeOf(number(most + 2))).toBe('oversized');
  });
});

test('our own messages out of bounds are bugs', () => {
  const tooLong: PeerMessage[] = [
    { type: 'getHeaders', locator: Array.from({ length: LOCATOR_MAX + 1 }, () => hash(1)), stop: undefined, max: 1 },
    { type: 'headers', headers: Array.from({ length: HEADERS_MAX + 1 }, () => ({ header, seal: header })) },
    { type: 'getBlocks', hashes: Array.from({ length: GET_BLOCKS_MAX + 1 }, () => hash(1)) },
    { type: 'inv', kind: 'block', ids: Array.from({ length: INV_MAX + 1 }, () => hash(1)) },
    { type: 'bye', reason: 'é' },
    { type: 'getBlockTxs', blockHash: hash(1), indexes: [2, 2] },
    { type: 'tx', transaction: new Uint8Array(8193) },
    { type: 'have', blobId: blob, chunks: Uint8Array.of(1, 0) },
  ];
  for (const message of tooLong) expect(() => encodeMessage(message)).toThrow(AssertionError);
});
