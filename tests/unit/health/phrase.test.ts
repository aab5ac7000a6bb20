import { describe, expect, it } from 'vitest';
import { entropyFromPhrase, phraseFromEntropy } from '../../../src/health/phrase.ts';
import { noise } from './fixtures.ts';

const entropy = noise('patient', 16);
const english = await phraseFromEntropy(entropy, 'english');
const chinese = await phraseFromEntropy(entropy, 'chinese');

describe('recovery phrase', () => {
  it.each(['english', 'chinese'] as const)('in %s stands for its entropy, 16 bytes or 32', async (language) => {
    for (const length of [16, 32]) {
      const words = await phraseFromEntropy(noise('entropy', length), language);
      expect(words).toHaveLength((length * 3) / 4);
      expect(await entropyFromPhrase(words.join(' '))).toEqual({ ok: true, value: noise('entropy', length) });
    }
  });

  it.each([
    ['capitals and line ends', english.join('\n').toUpperCase()],
    ['a numbered list', english.map((word, i) => `${i + 1}. ${word}`).join('\r\n')],
    ['full-width blanks', chinese.join('\u3000')],
    ['no blanks', chinese.join('')],
    ['a numbered list in Chinese', chinese.map((word, i) => `${i + 1}、${word}`).join('\n')],
  ])('forgives %s', async (_, text) => {
    expect(await entropyFromPhrase(text)).toEqual({ ok: true, value: entropy });
  });

  it.each([
    ['nothing', '', 'count 0'],
    ['a word too few', english.slice(1).join(' '), 'count 11'],
    ['a word that is none', english.with(2, 'medmesh').join(' '), 'word 3'],
    ['words of two languages', [...chinese.slice(0, 6), ...english.slice(6)].join(' '), 'count 6'],
    ['a word out of place', [english[1], english[0], ...english.slice(2)].join(' '), 'checksum'],
  ])('refuses %s, and says where', async (_, text, detail) => {
    expect(await entropyFromPhrase(text)).toEqual({ ok: false, code: 'phrase-invalid', detail });
  });
});
