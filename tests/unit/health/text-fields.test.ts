import { describe, expect, it } from 'vitest';
import { clipText, isTextField } from '../../../src/health/text-fields.ts';

describe('clipText', () => {
  it.each([
    ['leaves what fits', 'Medicines', 20, 'Medicines'],
    ['joins lines and blanks', ' a\r\n\t b\u0000c ', 20, 'a b c'],
    ['removes marks that turn the text round', 'abc\u202Efdp.exe', 20, 'abc fdp.exe'],
    ['cuts by bytes, between characters', '医疗记录医疗记录', 12, '医疗记…'],
    ['never splits a surrogate pair', '😀😀😀😀😀', 12, '😀😀…'],
    ['mends a lone surrogate', 'a\ud800b', 20, 'a b'],
    ['does not look through endless blanks', ' '.repeat(1_000_000) + 'x', 20, '…'],
  ])('%s', (_, text, bytesMax, expected) => {
    const clipped = clipText(text, bytesMax);
    expect(clipped).toBe(expected);
    expect(isTextField(clipped, bytesMax)).toBe(true);
  });
});
