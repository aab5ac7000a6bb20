import { describe, expect, test } from 'vitest';
import { accountOf, formatAddress, parseAddress } from '../../../src/core/account.ts';
import { encodeBech32m } from '../../../src/core/bech32m.ts';
import { publicKeyOf } from '../../../src/core/ecdsa.ts';

const account = accountOf(publicKeyOf(new Uint8Array(32).fill(9)));
const address = formatAddress(account);

describe('addresses', () => {
  test('come back as the account, in either case', () => {
    expect(address).toMatch(/^mm1[0-9a-z]{38}$/);
    expect(parseAddress(address)).toEqual({ ok: true, value: account });
    expect(parseAddress(address.toUpperCase())).toEqual({ ok: true, value: account });
  });

  test('one wrong character anywhere is noticed', () => {
    for (let i = 3; i < address.length; i++) {
      const wrong = address[i] === 'q' ? 'p' : 'q';
      expect(parseAddress(address.slice(0, i) + wrong + address.slice(i + 1)).ok, `at ${i}`).toBe(false);
    }
  });

  test.each([
    ['another prefix', encodeBech32m('bc', new Uint8Array(20)), 'bad-prefix'],
    ['another length', encodeBech32m('mm', new Uint8Array(21)), 'bad-length'],
    ['mixed case', address.slice(0, -1) + address.slice(-1).toUpperCase(), 'mixed-case'],
    ['a space around it', ` ${address}`, 'bad-prefix'],
    ['nothing', '', 'bad-length'],
    ['a spare character of five zero bits', 'mm1qxz484k', 'bad-padding'],
    ['seven zero bits left over', 'mm1qqqskc3mt', 'bad-padding'],
    ['a bit set in what is left over', 'mm1qpdaj8ka', 'bad-padding'],
    ['a single byte', 'mm1qqstxjt0', 'bad-length'],
    ['a very long text', 'mm1'.repeat(1000), 'bad-length'],
  ])('refuses %s', (_name, text, code) => {
    expect(parseAddress(text)).toMatchObject({ ok: false, code });
  });
});
