import { describe, expect, test } from 'vitest';
import { BlockHash } from '../../../src/core/ids.ts';
import { bitsFromTarget, meetsTarget, targetBytes, targetFromBits, workOf } from '../../../src/core/target.ts';

describe('compact targets', () => {
  test.each([
    [0x01010000, 1n],
    [0x01120000, 0x12n],
    [0x02008000, 0x80n],
    [0x05009234, 0x92340000n],
    [0x04123456, 0x12345600n],
    [0x1d00ffff, 0xffffn << 208n],
    [0x207fffff, 0x7fffffn << 232n],
    [0x2100ffff, 0xffffn << 240n],
  ])('%s', (bits, target) => {
    expect(targetFromBits(bits)).toBe(target);
    expect(bitsFromTarget(target)).toBe(bits);
  });

  test.each([
    ['zero', 0],
    ['zero mantissa', 0x1d000000],
    ['negative', 0x01fedcba],
    ['negative zero', 0x1d800000],
    ['a mantissa shifted out', 0x00123456],
    ['spare low bytes', 0x01123456],
    ['a leading zero byte too many', 0x1e0000ff],
    ['256 bits exceeded', 0x21010000],
    ['a huge exponent', 0xff123456],
  ])('refuses %s', (_name, bits) => {
    expect(targetFromBits(bits)).toBeUndefined();
  });

  test('no bits for what is no target', () => {
    expect(() => bitsFromTarget(0n)).toThrow(RangeError);
    expect(() => bitsFromTarget(1n << 256n)).toThrow(RangeError);
  });
});

test('work is the number of hashes it takes', () => {
  expect(workOf((1n << 255n) - 1n)).toBe(2n);
  expect(workOf(0xffffn << 208n)).toBe(0x100010001n);
  expect(workOf((1n << 256n) - 1n)).toBe(1n);
});

test('a hash equal to its target meets it, one more does not', () => {
  const target = 0xffffn << 208n;
  expect(meetsTarget(BlockHash.of(targetBytes(target)), target)).toBe(true);
  expect(meetsTarget(BlockHash.of(targetBytes(target + 1n)), target)).toBe(false);
});
