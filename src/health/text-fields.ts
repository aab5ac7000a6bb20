/** Names and titles inside encoded documents: one line of plain text, capped in bytes. */
import type { Reader, Writer } from '../core/codec.ts';
import { assert } from '../core/result.ts';
import { decodeUtf8, encodeUtf8, isPlainText } from '../core/text.ts';

/** Of `…` in UTF-8. */
const ELLIPSIS_BYTES = 3;

export function isTextField(text: string, bytesMax: number): boolean {
  return isPlainText(text) && encodeUtf8(text).length <= bytesMax;
}

/** The caller has asked `isTextField`, or made the text with `clipText`. */
export function writeText(writer: Writer, text: string, bytesMax: number): void {
  assert(isTextField(text, bytesMax), `not plain text of at most ${bytesMax} bytes`);
  writer.varbytes(encodeUtf8(text));
}

export function readText(reader: Reader, bytesMax: number): string {
  const text = decodeUtf8(reader.varbytes(bytesMax));
  if (text === undefined || !isPlainText(text)) reader.fail('bad-value', 'not plain text');
  return text;
}

/**
 * Makes any text fit a field: what a file or a form says may hold line ends, control characters or far too much.
 * Cut between code points, with an ellipsis where something was lost.
 */
export function clipText(text: string, bytesMax: number): string {
  // Looks no further than this, however long the text: what follows can fit only behind a long run of blanks.
  const head = text.slice(0, 4 * bytesMax);
  const characters = Array.from(head, (character) => (isPlainText(`.${character}.`) ? character : ' '));
  const plain = characters.join('').replace(/\s+/g, ' ').trim();
  if (encodeUtf8(plain).length <= bytesMax && head.length === text.length) return plain;
  let clipped = '';
  let bytes = ELLIPSIS_BYTES;
  for (const character of plain) {
    bytes += encodeUtf8(character).length;
    if (bytes > bytesMax) break;
    clipped += character;
  }
  return `${clipped.trim()}…`;
}
