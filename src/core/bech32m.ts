/**
 * Byte strings for people to copy, read out and scan: a prefix, then base 32 with a checksum that finds any four wrong
 * characters. One byte string has one lowercase text.
 * @source BIP-350 (bech32m), BIP-173 for the alphabet and the regrouping of bits
 */
import { accept, reject, type Result } from './result.ts';

export type Bech32mCode = 'bad-length' | 'mixed-case' | 'bad-character' | 'bad-prefix' | 'bad-checksum' | 'bad-padding';

const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const CHECKSUM_CONSTANT = 0x2bc830a3;
const CHECKSUM_CHARACTERS = 6;
const TEXT_LENGTH_MAX = 90;

/** @param prefix  lowercase ASCII, 1 to 83 characters */
export function encodeBech32m(prefix: string, bytes: Uint8Array): string {
  const words = toWords(bytes);
  const checksum = polymod([...expandPrefix(prefix), ...words, 0, 0, 0, 0, 0, 0]) ^ CHECKSUM_CONSTANT;
  for (let i = CHECKSUM_CHARACTERS - 1; i >= 0; i--) words.push((checksum >>> (5 * i)) & 31);
  const text = `${prefix}1${words.map((word) => ALPHABET[word]!).join('')}`;
  if (text.length > TEXT_LENGTH_MAX) throw new RangeError(`${text.length} characters, at most ${TEXT_LENGTH_MAX}`);
  return text;
}

/** Takes all-lowercase or all-uppercase text (QR codes prefer the latter). */
export function decodeBech32m(text: string): Result<{ prefix: string; bytes: Uint8Array }, Bech32mCode> {
  if (text.length < CHECKSUM_CHARACTERS + 2 || text.length > TEXT_LENGTH_MAX) return reject('bad-length');
  const lower = foldCase(text);
  if (text !== lower && /[a-z]/.test(text)) return reject('mixed-case');
  const separator = lower.lastIndexOf('1');
  const prefix = lower.slice(0, separator);
  if (separator < 1 || !/^[!-~]+$/.test(prefix)) return reject('bad-prefix');
  const words: number[] = [];
  for (const character of lower.slice(separator + 1)) {
    const word = ALPHABET.indexOf(character);
    if (word < 0) return reject('bad-character', character);
    words.push(word);
  }
  if (words.length < CHECKSUM_CHARACTERS) return reject('bad-length');
  if (polymod([...expandPrefix(prefix), ...words]) !== CHECKSUM_CONSTANT) return reject('bad-checksum');
  const bytes = fromWords(words.slice(0, -CHECKSUM_CHARACTERS));
  return bytes ? accept({ prefix, bytes }) : reject('bad-padding');
}

/** ASCII letters only: to `toLowerCase` the Kelvin sign is a k, and an address would have a second form. */
function foldCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function polymod(words: readonly number[]): number {
  let checksum = 1;
  for (const word of words) {
    const top = checksum >>> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ word;
    for (let i = 0; i < 5; i++) if ((top >>> i) & 1) checksum ^= GENERATOR[i]!;
  }
  return checksum;
}

function expandPrefix(prefix: string): number[] {
  const codes = Array.from(prefix, (character) => character.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

function toWords(bytes: Uint8Array): number[] {
  const words: number[] = [];
  let bits = 0;
  let pending = 0;
  for (const byte of bytes) {
    pending = ((pending << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      words.push((pending >>> bits) & 31);
    }
  }
  if (bits > 0) words.push((pending << (5 - bits)) & 31);
  return words;
}

/** Undefined when the last group holds a whole spare character or set padding bits: a second text for the same bytes. */
function fromWords(words: readonly number[]): Uint8Array | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let pending = 0;
  for (const word of words) {
    pending = ((pending << 5) | word) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((pending >>> bits) & 255);
    }
  }
  if (bits >= 5 || (pending & ((1 << bits) - 1)) !== 0) return undefined;
  return Uint8Array.from(bytes);
}
