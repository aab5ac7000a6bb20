import { describe, expect, test } from 'vitest';
import { asertTarget } from '../../src/core/asert.ts';
import { bitsFromTarget, targetFromBits } from '../../src/core/target.ts';

/**
 * Rows of Bitcoin Cash's published aserti3-2d vectors: per run the anchor's height, its parent's time and its bits, then
 * height:time:bits. 600 s blocks, half-life two days, pow limit 2^224 - 1.
 * @source https://gitlab.com/bitcoin-cash-node/bchn-sw/qa-assets/-/tree/master/test_vectors/aserti3-2d
 */
const RUNS: readonly (readonly [name: string, height: bigint, parentTimeS: number, bits: number, rows: string])[] = [
  ['steady at the pow limit', 1n, 0, 0x1d00ffff, '2:1200:1d00ffff 7:4200:1d00ffff 11:6600:1d00ffff'],
  ['steady at another target', 1n, 0, 0x1a2b3c4d, '2:1200:1a2b3c4d 7:4200:1a2b3c4d 11:6600:1a2b3c4d'],
  ['steady at the smallest target', 1n, 0, 0x01010000, '2:1200:01010000 7:4200:01010000 11:6600:01010000'],
  [
    'doubling at each block, from 1 to the pow limit',
    1n,
    0,
    0x01010000,
    '2:174000:01020000 3:347400:01040000 4:520800:01080000 22:3642000:03200000 43:7283400:06040000 63:10751400:08400000 83:14219400:0b040000 104:17860800:0e008000 124:21328800:10080000 145:24970200:13010000 165:28438200:15100000 185:31906200:18010000 206:35547600:1a200000 226:39015600:1d00ffff',
  ],
  [
    'halving at each block, from the pow limit to 1',
    1n,
    0,
    0x1d00ffff,
    '2:0:1d00fec5 290:0:1c7f62c0 578:0:1c3fb160 5762:0:1a0fec58 11810:0:177f62c0 17570:0:1507f62c 23330:0:127f62c0 29378:0:1003fb16 35138:0:0d3fb160 41186:0:0b01fd8b 46946:0:081fd8b0 52706:0:0601fd8b 58754:0:030fec58 64514:0:01010000',
  ],
  [
    'random, stable hash rate',
    1n,
    0,
    0x1802aee8,
    '2:1200:1802aee8 3:1310:1802ad91 4:1327:1802abf8 93:55043:1802acd4 184:109367:1802ac14 274:171533:1802c2e4 365:225964:1802c269 456:273131:1802ada0 547:331221:1802b74d 638:386731:1802b9d9 729:447685:1802cbe5 819:489659:1802aa24 910:534468:18028feb 1001:589738:180291ad',
  ],
  [
    'random, rising hash rate',
    1n,
    0,
    0x1802aee8,
    '93:19559:18025206 184:23535:1801e4c5 274:26244:18018aaf 365:27914:18013f32 456:29015:18010182 547:30118:1800cfc9 638:31020:1800a788 729:31862:18008707 819:32359:176cf177 910:32834:1757b0e3 1001:33365:17469789',
  ],
  [
    'random, falling hash rate',
    1n,
    0,
    0x1802aee8,
    '47:93916:18037e07 93:252336:1805e733 138:594917:1814eec8 183:1017805:18667131 229:1743655:19069607 274:2443282:1961d1e4 320:3421732:1a115289 365:4182902:1b014950 410:5035633:1b234e1d 456:6137263:1c0a3f96 501:7462933:1d00ffff',
  ],
  [
    'heights past 2^31',
    2147483642n,
    1234567290,
    0x1802aee8,
    '2147483643:1234568190:1802ae16 2147483648:1234569690:1802a9fa 2147483652:1234570890:1802a6b7',
  ],
  [
    'heights past 2^63, times past 2^31',
    9223372036854775802n,
    2147483047,
    0x1802aee8,
    '9223372036854775803:2147484547:1802afbb 9223372036854775808:2147489047:1802b3e5 9223372036854775812:2147492647:1802b73d',
  ],
  [
    'times going back at random',
    1n,
    0,
    0x1802aee8,
    '2:1200:1802aee8 3:1496:1802ae12 4:1398:1802ac28 93:28726:18026848 184:52286:18022013 274:80814:1801eb31 365:108836:1801b988 456:141041:180193a3 547:164865:180164c6 638:192515:18014039 729:221015:18012061 819:241058:1800fba0 910:268156:1800e158 1001:293713:1800c896',
  ],
  [
    'each block a second before the one before',
    1n,
    10000,
    0x1802aee8,
    '2:11200:1802aee8 3:11199:1802ad44 4:11198:1802ab9e 911:10291:174cc750 1820:9382:17089479 2729:8473:1700f575 3638:7564:161b6f03 4547:6655:160310fd 5456:5746:1557baf3 6365:4837:1509ce28 7274:3928:15011885 8183:3019:141f5907 9092:2110:140380e1 10001:1201:13643f64',
  ],
];

describe('aserti3-2d, published vectors', () => {
  test.each(RUNS)('%s', (_name, anchorHeight, parentTimeS, anchorBits, rows) => {
    for (const row of rows.split(' ')) {
      const [height, timeS, bits] = row.split(':') as [string, string, string];
      const lateS = Number(timeS) - parentTimeS - 600 * Number(BigInt(height) - anchorHeight + 1n);
      const target = asertTarget(targetFromBits(anchorBits)!, lateS, 172_800, (1n << 224n) - 1n);
      expect(bitsFromTarget(target).toString(16).padStart(8, '0'), row).toBe(bits);
    }
  });
});
