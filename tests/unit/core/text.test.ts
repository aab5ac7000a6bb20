import { expect, it } from 'vitest';
import { isPlainText } from '../../../src/core/text.ts';

it('neither begins nor ends with what any engine calls a space, and may have it inside', () => {
  const spaces = Array.from({ length: 0x1_0000 }, (_, codePoint) => String.fromCharCode(codePoint)).filter(
    (character) => character.trim() === '',
  );
  expect(spaces.length).toBe(25);
  expect(spaces.filter((space) => isPlainText(`${space}a`) || isPlainText(`a${space}`))).toEqual([]);
  expect([isPlainText('a\u3000b c'), isPlainText('\u{1f9ec}'), isPlainText('')]).toEqual([true, true, true]);
});
