import { describe, expect, test } from 'vitest';
import { publicKeyOf } from '../../../src/core/ecdsa.ts';
import { compareBytes, concatBytes } from '../../../src/core/bytes.ts';
import { engineFor } from '../../../src/core/consensus.ts';
import { hashHeader } from '../../../src/core/header.ts';
import { NetworkId, BlockHash } from '../../../src/core/ids.ts';
import { genesisHeader } from '../../../src/core/genesis.ts';
import {
  checkSpec,
  decodeSpec,
  encodeSpec,
  networkIdOf,
  presetSpec,
  type NetworkSpec,
} from '../../../src/core/network-spec.ts';
import { targetFromBits, workOf } from '../../../src/core/target.ts';

const own = { name: '三年二班 🧬', genesisTimeS: 1_750_000_000 };
const classroom = presetSpec('classroom', own);
const open = presetSpec('open', own);
const members = [1, 2, 3].map((i) => publicKeyOf(new Uint8Array(32).fill(i))).sort(compareBytes);
const committee: NetworkSpec = { ...open, realm: 'records', consensus: { type: 'committee', members } };

describe('network specs', () => {
  test.each([
    ['classroom', classroom],
    ['open', open],
    ['committee', committee],
  ])('%s comes back from its bytes', (_name, spec) => {
    expect(decodeSpec(encodeSpec(spec))).toEqual({ ok: true, value: spec });
  });

  test('at the floor one tab of 2.5 MH/s takes a third of the interval', () => {
    for (const spec of [classroom, open]) {
      const seconds = Number(workOf(targetFromBits(spec.powLimitBits)!)) / 2_500_000;
      expect(seconds / spec.blockIntervalS).toBeCloseTo(1 / 3, 4);
    }
  });

  test('genesis commits to every field', () => {
    const genesisOf = (spec: NetworkSpec) => hashHeader(genesisHeader(spec));
    expect(genesisHeader(classroom).prevHash).toBe(BlockHash.of(NetworkId.toBytes(networkIdOf(classroom))));
    const different = [classroom, open, committee, { ...classroom, name: 'x' }, { ...classroom, stampBits: 18 }];
    expect(new Set(different.map(genesisOf)).size).toBe(different.length);
  });

  test.each<[string, Partial<NetworkSpec>, string]>([
    ['no name', { name: '' }, 'bad-name'],
    ['41 characters', { name: 'x'.repeat(41) }, 'bad-name'],
    ['27 characters of three bytes', { name: '医'.repeat(27) }, 'bad-name'],
    ['a space at the end', { name: 'Room ' }, 'bad-name'],
    ['two lines', { name: 'Room\n12' }, 'bad-name'],
    ['text turned around', { name: 'Room \u{202e}21' }, 'bad-name'],
    ['half a surrogate pair', { name: 'Room \u{d83d}' }, 'bad-name'],
    ['no interval', { blockIntervalS: 0 }, 'bad-interval'],
    ['half a second', { blockIntervalS: 0.5 }, 'bad-interval'],
    ['a half-life below the interval', { halfLifeS: 4 }, 'bad-half-life'],
    ['a pow limit that is no target', { powLimitBits: 0x1d80ffff }, 'bad-pow-limit'],
    ['coins beyond uint64', { subsidy: 2n ** 63n, halvingBlocks: 1 }, 'bad-subsidy'],
    ['a negative subsidy', { subsidy: -1n }, 'bad-subsidy'],
    ['halving never', { halvingBlocks: 0 }, 'bad-halving'],
    ['maturity in a year', { maturityBlocks: 1001 }, 'bad-maturity'],
    ['blocks too small for a transaction', { blockBytesMax: 1000 }, 'bad-block-bytes'],
    ['blocks too large for a message', { blockBytesMax: 2_000_001 }, 'bad-block-bytes'],
    ['any time in the future', { futureCapS: 7201 }, 'bad-future-cap'],
    ['stamps nobody finds', { stampBits: 33 }, 'bad-stamp-bits'],
    ['genesis after 2106', { genesisTimeS: 2 ** 32 }, 'bad-genesis-time'],
    ['no members', { consensus: { type: 'committee', members: [] } }, 'bad-members'],
    ['members out of order', { consensus: { type: 'committee', members: members.toReversed() } }, 'bad-members'],
    ['a member twice', { consensus: { type: 'committee', members: [members[0]!, members[0]!] } }, 'bad-members'],
    [
      'a member that is no compressed key',
      { consensus: { type: 'committee', members: [new Uint8Array(33)] } },
      'bad-members',
    ],
  ])('refuses %s', (_name, fields, code) => {
    const spec = { ...classroom, ...fields };
    expect(checkSpec(spec)).toMatchObject({ ok: false, code });
    expect(() => encodeSpec(spec)).toThrow(code);
  });

  test.each<[keyof NetworkSpec, number, number]>([
    ['blockIntervalS', 1, 3_600],
    ['halfLifeS', 1, 2_592_000],
    ['halvingBlocks', 1, 2 ** 32 - 1],
    ['maturityBlocks', 0, 1_000],
    ['blockBytesMax', 16_384, 2_000_000],
    ['futureCapS', 1, 7_200],
    ['stampBits', 0, 32],
    ['genesisTimeS', 0, 2 ** 32 - 1],
  ])('%s is a whole number of %d..%d', (field, least, most) => {
    const judge = (value: number) =>
      checkSpec({ ...classroom, blockIntervalS: 1, halfLifeS: 2_592_000, subsidy: 0n, [field]: value }).ok;
    expect([least - 1, least, least + 0.5, most, most + 1].map(judge)).toEqual([false, true, false, true, false]);
  });

  test('names, half-lives and subsidies are taken up to their bounds', () => {
    const bounds: Partial<NetworkSpec>[] = [
      { name: 'é'.repeat(40) }, // 80 bytes
      { halfLifeS: classroom.blockIntervalS },
      { subsidy: 2n ** 63n - 1n, halvingBlocks: 1 },
    ];
    for (const fields of bounds) expect(checkSpec({ ...classroom, ...fields })).toEqual({ ok: true });
  });

  test('a committee has up to 64 members', () => {
    const keys = (count: number) => Array.from({ length: count }, (_, i) => new Uint8Array(33).fill(2).with(32, i));
    const judge = (count: number) =>
      checkSpec({ ...classroom, consensus: { type: 'committee', members: keys(count) } }).ok;
    expect([judge(64), judge(65)]).toEqual([true, false]);
  });

  test('lengths and counts from a stranger are capped before anything of them is read', () => {
    const name = (length: number) => Uint8Array.of(1, length);
    const counted = (count: number) => Uint8Array.of(1, 1, 0x78, 0, 1, count);
    expect(decodeSpec(new Uint8Array(4_097))).toMatchObject({ code: 'oversized' });
    expect([name(80), name(81)].map((bytes) => decodeSpec(bytes))).toMatchObject([
      { code: 'truncated' },
      { code: 'oversized' },
    ]);
    expect([counted(64), counted(65)].map((bytes) => decodeSpec(bytes))).toMatchObject([
      { code: 'truncated' },
      { code: 'oversized' },
    ]);
  });

  test('bytes from a stranger are judged like a spec of our own', () => {
    const bytes = encodeSpec({ ...classroom, name: 'Room' });
    const withByte = (offset: number, value: number) => bytes.with(offset, value);
    expect(decodeSpec(withByte(0, 2))).toMatchObject({ ok: false, code: 'bad-value' });
    expect(decodeSpec(withByte(2, 0x0a))).toMatchObject({ ok: false, code: 'bad-name' });
    expect(decodeSpec(withByte(2, 0xff))).toMatchObject({ ok: false, code: 'bad-value' });
    expect(decodeSpec(withByte(6, 9))).toMatchObject({ ok: false, code: 'bad-value' });
    expect(decodeSpec(withByte(7, 9))).toMatchObject({ ok: false, code: 'bad-value' });
    expect(decodeSpec(withByte(8, 0))).toMatchObject({ ok: false, code: 'bad-interval' });
    expect(decodeSpec(concatBytes(bytes, Uint8Array.of(0)))).toMatchObject({ ok: false, code: 'trailing-bytes' });
    expect(decodeSpec(bytes.subarray(1))).toMatchObject({ ok: false });
  });

  test('a committee has no engine yet, and says so', () => {
    expect(engineFor(committee)).toMatchObject({ ok: false, code: 'unsupported-consensus' });
    expect(engineFor(classroom)).toMatchObject({ ok: true, value: { spec: classroom } });
  });
});
