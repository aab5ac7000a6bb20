/** Text inside hashed bytes: UTF-8, one byte string for one text. */
import { bytesToUtf8, utf8ToBytes } from '@noble/ciphers/utils.js';
import { equalBytes } from './bytes.ts';

/** A lone surrogate becomes U+FFFD: text from outside goes through `isPlainText` first. */
export function encodeUtf8(text: string): Uint8Array {
  return utf8ToBytes(text);
}

/** Undefined unless the bytes are well-formed UTF-8 without a byte-order mark. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  const text = bytesToUtf8(bytes);
  // The platform's decoder drops a mark and mends what is broken: both show when the text is encoded again.
  return equalBytes(utf8ToBytes(text), bytes) ? text : undefined;
}

/** First and last code point of what hides, breaks lines or turns the direction of the text after it. */
const UNSEEN: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x034f, 0x034f],
  [0x061c, 0x061c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180e, 0x180e],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffd],
  [0xe0000, 0xe007f],
];

/** First and last code point of the spaces that a text neither begins nor ends with. */
const SPACES: readonly (readonly [number, number])[] = [
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];

/**
 * True for one line of text that shows what it holds: no control characters, line ends, lone surrogates, letters without a
 * shape, or marks that turn the direction of what follows; no space at either end. Fixed ranges, so that every browser agrees.
 */
export function isPlainText(text: string): boolean {
  const codePoints = Array.from(text, (character) => character.codePointAt(0)!);
  if (codePoints.length === 0) return true;
  if (isIn(SPACES, codePoints[0]!) || isIn(SPACES, codePoints.at(-1)!)) return false;
  return !codePoints.some((codePoint) => isIn(UNSEEN, codePoint));
}

function isIn(ranges: readonly (readonly [number, number])[], codePoint: number): boolean {
  return ranges.some(([first, last]) => codePoint >= first && codePoint <= last);
}
