/**
 * The person's secret as words to write down: BIP-39, English or Simplified Chinese. The word lists load on first use (CodeUnavailable when they can't).
 * Keys never come from the sentence but from the entropy it stands for, so both languages lead to the same ones.
 * @source BIP-39
 */
import { fetchCode } from './deferred-code.ts';
import { accept, assert, reject, type Result } from '../core/result.ts';

export type PhraseLanguage = 'english' | 'chinese';

const WORD_COUNTS = [12, 24];

/** @param entropy 16 or 32 bytes: 12 or 24 words */
export async function phraseFromEntropy(entropy: Uint8Array, language: PhraseLanguage): Promise<readonly string[]> {
  assert(entropy.length === 16 || entropy.length === 32, `entropy of ${entropy.length} bytes`);
  const [{ entropyToMnemonic }, words] = await Promise.all([
    fetchCode(() => import('@scure/bip39')),
    loadWords(language),
  ]);
  return entropyToMnemonic(entropy, words).split(' ');
}

/**
 * Forgives what people do when they copy words: capitals, line ends, several blanks, numbered lists, Chinese words written
 * without blanks. The checksum is not forgiven.
 * @returns entropy; `phrase-invalid` with the detail `count 11`, `word 3` (from 1) or `checksum`
 */
export async function entropyFromPhrase(text: string): Promise<Result<Uint8Array, 'phrase-invalid'>> {
  const isChinese = /\p{Script=Han}/u.test(text);
  const typed = splitWords(text, isChinese);
  if (!WORD_COUNTS.includes(typed.length)) return reject('phrase-invalid', `count ${typed.length}`);
  const words = await loadWords(isChinese ? 'chinese' : 'english');
  const unknown = typed.findIndex((word) => !words.includes(word));
  if (unknown >= 0) return reject('phrase-invalid', `word ${unknown + 1}`);
  const { mnemonicToEntropy } = await fetchCode(() => import('@scure/bip39'));
  try {
    return accept(mnemonicToEntropy(typed.join(' '), words));
  } catch {
    // Count and words are right: all that is left for the library to throw at is the checksum.
    return reject('phrase-invalid', 'checksum');
  }
}

function splitWords(text: string, isChinese: boolean): string[] {
  const plain = text.normalize('NFKC').toLowerCase();
  return plain.match(isChinese ? /\p{Script=Han}/gu : /\p{L}+/gu) ?? [];
}

async function loadWords(language: PhraseLanguage): Promise<string[]> {
  const list = await fetchCode(() =>
    language === 'english'
      ? import('@scure/bip39/wordlists/english.js')
      : import('@scure/bip39/wordlists/simplified-chinese.js'),
  );
  return list.wordlist;
}
