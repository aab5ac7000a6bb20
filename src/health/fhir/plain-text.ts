/** Makes one bounded line for people of any text in a file. */
import { JOINED_MAX } from './limits.ts';

/** Control characters, line ends, lone surrogates, and marks that hide or turn the direction of the text after them. */
const UNSEEN = String.raw`\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffd`;
const UNTIDY = new RegExp(String.raw`[${UNSEEN}]|\s\s`, 'u');
const GAP = new RegExp(String.raw`[\s${UNSEEN}]+`, 'gu');

/** One line of at most `charsMax` UTF-16 units; undefined for anything but text with something to see. */
export function plainText(value: unknown, charsMax: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  // Twice the bound leaves room for what is taken out, and spares the scan of a megabyte in one string.
  const start = value.slice(0, charsMax * 2);
  const line = (UNTIDY.test(start) ? start.replace(GAP, ' ') : start).trim();
  return line === '' ? undefined : clip(line, charsMax);
}

/** Cuts text with an ellipsis, never between the halves of a surrogate pair. */
export function clip(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const end = charsMax - 1;
  const splitsPair = text.charCodeAt(end - 1) >= 0xd800 && text.charCodeAt(end - 1) <= 0xdbff;
  return `${text.slice(0, splitsPair ? end - 1 : end).trimEnd()}…`;
}

/** The parts that are there, each once, in one line; undefined when there are none. */
export function joinTexts(
  parts: readonly (string | undefined)[],
  separator: string,
  charsMax: number,
): string | undefined {
  const present = [...new Set(parts.filter((part) => part !== undefined && part !== ''))];
  if (present.length === 0) return undefined;
  const line = present.slice(0, JOINED_MAX).join(separator);
  return clip(present.length > JOINED_MAX ? `${line}…` : line, charsMax);
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
]);

/** What is left open goes to the end of the text: nothing is searched for in vain, again from each place. */
const MARKUP = /<!--[^]*?(?:-->|$)|<(script|style)\b[^]*?(?:<\/\1\s*>|$)|<[^>]*(?:>|$)/gi;

/** The words of an XHTML narrative, for sections that hold nothing else; the result is text, to be shown as text. */
export function narrativeText(xhtml: unknown, charsMax: number): string | undefined {
  if (typeof xhtml !== 'string') return undefined;
  const words = xhtml
    .slice(0, 200_000)
    .replace(MARKUP, ' ')
    .replace(
      /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{2,5}));/g,
      (entity, decimal?: string, hex?: string, name?: string) => {
        if (name !== undefined) return ENTITIES.get(name) ?? entity;
        const codePoint = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? '', 16);
        return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : ' ';
      },
    )
    .replace(/\s+/g, ' ');
  return plainText(words, charsMax);
}
