import { describe, expect, test } from 'vitest';
import { decodeBech32m } from '../../src/core/bech32m.ts';

/** @source BIP-350, "Test vectors for Bech32m" */
const VALID = [
  'A1LQFN3A',
  'a1lqfn3a',
  'an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6',
  'abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx',
  '11llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllludsr8',
  'split1checkupstagehandshakeupstreamerranterredcaperredlc445v',
  '?1v759aa',
];
const INVALID: readonly (readonly [string, string])[] = [
  ['\u{20}1xj0phk', 'bad-prefix'],
  ['\u{7f}1g6xzxy', 'bad-prefix'],
  ['\u{80}1vctc34', 'bad-prefix'],
  ['an84characterslonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11d6pts4', 'bad-length'],
  ['qyrz8wqd2c9m', 'bad-prefix'],
  ['1qyrz8wqd2c9m', 'bad-prefix'],
  ['y1b0jsk6g', 'bad-character'],
  ['lt1igcx5c0', 'bad-character'],
  ['in1muywd', 'bad-length'],
  ['mm1crxm3i', 'bad-character'],
  ['au1s5cgom', 'bad-character'],
  ['M1VUXWEZ', 'bad-checksum'],
  ['16plkw9', 'bad-length'],
  ['1p2gdwpf', 'bad-prefix'],
  // A bech32 checksum, not bech32m's.
  ['a12uel5l', 'bad-checksum'],
  ['A1lqfn3a', 'mixed-case'],
];

describe('BIP-350', () => {
  // Some of these hold no whole bytes: the checksum is what they are about.
  test.each(VALID)('takes %s', (text) => {
    const decoded = decodeBech32m(text);
    expect(decoded.ok ? 'ok' : decoded.code).toBeOneOf(['ok', 'bad-padding']);
  });

  test.each(INVALID)('refuses %j: %s', (text, code) => {
    expect(decodeBech32m(text)).toMatchObject({ ok: false, code });
  });
});

test('the Kelvin sign is no K, though folding its case makes it one', () => {
  expect(decodeBech32m('MM18NZ970ZKKKV').ok).toBe(true);
  expect(decodeBech32m('MM18NZ970Z\u{212a}KKV')).toMatchObject({ ok: false, code: 'bad-character' });
});
