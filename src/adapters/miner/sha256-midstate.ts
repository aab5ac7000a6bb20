/**
 * SHA-256 of a header, cut where mining needs it cut: what stays the same for every nonce is computed once here, and
 * the generated kernel does the rest.
 */
import { abytes } from '../../core/bytes.ts';
import { HEADER_BYTES, NONCE_OFFSET } from '../../core/header.ts';
import { ROUND_CONSTANTS } from './kernel.generated.ts';

const BLOCK_BYTES = 64;

/** First 32 fractional bits of the square roots of the first 8 primes. @source FIPS 180-4 5.3.3 */
const INITIAL_STATE = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

export interface PreparedHeader {
  /** First word of the state after the header's first 64 bytes: the last thing added to the hash's top word. */
  readonly midstateTop: number;
  /** 8 words: the state after the rounds of the second block that come before the nonce. */
  readonly state: Int32Array;
  /** 11 words: header bytes 64..107. */
  readonly tail: Int32Array;
}

/** @param header  112 bytes; the nonce in it does not matter */
export function prepareHeader(header: Uint8Array): PreparedHeader {
  const view = viewOf(abytes(header, HEADER_BYTES, 'header'));
  const firstBlock = Int32Array.from({ length: BLOCK_BYTES / 4 }, (_, i) => view.getInt32(4 * i));
  const tail = Int32Array.from({ length: (NONCE_OFFSET - BLOCK_BYTES) / 4 }, (_, i) =>
    view.getInt32(BLOCK_BYTES + 4 * i),
  );
  const initial = Int32Array.from(INITIAL_STATE);
  const compressed = rounds(initial, expand(firstBlock));
  const midstate = compressed.map((word, i) => word + initial[i]!);
  return { midstateTop: midstate[0]!, state: rounds(midstate, tail), tail };
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const rotate = (x: number, bits: number): number => (x >>> bits) | (x << (32 - bits));

/** The 64-word message schedule of a block. @source FIPS 180-4 6.2.2, step 1 */
function expand(block: Int32Array): Int32Array {
  const words = new Int32Array(64);
  words.set(block);
  for (let i = 16; i < 64; i++) {
    const x = words[i - 15]!;
    const y = words[i - 2]!;
    const sigma0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const sigma1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    words[i] = sigma1 + words[i - 7]! + sigma0 + words[i - 16]!;
  }
  return words;
}

/** As many rounds as there are words, from the first, without the final addition. @source FIPS 180-4 6.2.2, step 3 */
function rounds(state: Int32Array, words: Int32Array): Int32Array {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  words.forEach((word, i) => {
    const sigma1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = h + sigma1 + ((e & f) ^ (~e & g)) + ROUND_CONSTANTS[i]! + word;
    const sigma0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = sigma0 + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  });
  return Int32Array.of(a, b, c, d, e, f, g, h);
}
