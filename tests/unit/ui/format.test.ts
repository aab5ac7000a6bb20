import { describe, expect, it } from 'vitest';
import { Format, parseCoins, shorten } from '../../../src/ui/format.ts';

const en = new Format('en-GB');
const zh = new Format('zh-CN');

describe('coins', () => {
  it.each([
    [0n, '0'],
    [1n, '0.00000001'],
    [150_000n, '0.0015'],
    [5_000_000_000n, '50'],
    [123_456_789_012_345_678n, '1,234,567,890.12345678'],
    [-250_000_000n, '-2.5'],
  ])('shows every grain of %s', (grains, text) => {
    expect(en.coins(grains)).toBe(text);
  });

  it.each([
    ['2.5', 250_000_000n],
    [' 0,00000001 ', 1n],
    ['50', 5_000_000_000n],
  ])('reads %j', (text, grains) => {
    expect(parseCoins(text)).toBe(grains);
  });

  it.each(['', '-1', '1.', '.5', '1e3', '0.000000001', '1,000.5', '123456789012', 'ten'])('refuses %j', (text) => {
    expect(parseCoins(text)).toBeUndefined();
  });
});

describe('FHIR dates', () => {
  it('are as precise as their source, and stay on their day in every time zone', () => {
    expect(en.fhirDate('2019')).toBe('2019');
    expect(en.fhirDate('2019-04')).toBe('Apr 2019');
    expect(en.fhirDate('2019-04-02')).toBe('2 Apr 2019');
    expect(en.fhirDate('2019-04-02T23:59:00-12:00')).toBe('2 Apr 2019');
    expect(zh.fhirDate('2019-04-02')).toBe('2019年4月2日');
  });

  it('are shown as written when they are none', () => {
    expect(en.fhirDate('last spring')).toBe('last spring');
  });
});

describe('sizes, rates and times', () => {
  it('take the unit that fits', () => {
    expect(en.bytes(0)).toBe('0 B');
    expect(en.bytes(999)).toBe('999 B');
    expect(en.bytes(3_914_220)).toBe('3.91 MB');
    expect(en.hashRate(2_512_000)).toBe('2.51 MH/s');
    expect(en.hashRate(0)).toBe('0 H/s');
    expect(en.duration(6.2)).toBe('6.2 seconds');
    expect(en.duration(7200)).toBe('2 hours');
    expect(zh.duration(60)).toBe('1分钟');
    expect(en.relative(60_000, 0)).toContain('1 min');
  });
});

it('shortens what is long, and nothing else', () => {
  expect(shorten('0123456789abcdef', 4, 4)).toBe('0123…cdef');
  expect(shorten('012345678', 4, 4)).toBe('012345678');
});
