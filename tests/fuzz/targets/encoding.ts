/** Texts and bytes that all the other formats stand on. */
import fc from 'fast-check';
import { formatAddress, parseAddress } from '../../../src/core/account.ts';
import { decodeBech32m, encodeBech32m } from '../../../src/core/bech32m.ts';
import { concatBytes, fromHex, toHex } from '../../../src/core/bytes.ts';
import { accept } from '../../../src/core/result.ts';
import { decodeUtf8, encodeUtf8 } from '../../../src/core/text.ts';
import { fromBase64url, toBase64url } from '../../../src/adapters/signaling/base64url.ts';
import { sign, verify } from '../../../src/core/ecdsa.ts';
import { entropyFromPhrase, phraseFromEntropy } from '../../../src/health/phrase.ts';
import { parseCoins } from '../../../src/ui/format.ts';
import { bytes, filler, keyPair, unicodeText, upTo } from '../../support/arbitrary-bytes.ts';
import { accountId } from '../../support/chain-values.ts';
import { ARITHMETIC_BYTES, asDrawn, codecTarget, parserTarget } from '../engine/decoder-target.ts';
import { bytesMedium, textMedium } from '../engine/medium.ts';
import { fromOptional } from '../engine/refusals.ts';

const BECH32M_CHARACTERS = 90;

interface Bech32m {
  readonly text: { readonly prefix: string; readonly bytes: Uint8Array };
  readonly isUpper: boolean;
}

/** One byte string has one lowercase text, and one uppercase for QR codes. */
function foldAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

export const encodingTargets = [
  codecTarget({
    name: 'utf-8',
    covers: [decodeUtf8],
    medium: bytesMedium,
    valid: unicodeText.filter((text) => !text.startsWith('\u{feff}')),
    encode: encodeUtf8,
    decode: (encoded) => fromOptional(decodeUtf8(encoded)),
    form: 'canonical',
    max: Infinity,
  }),
  codecTarget({
    name: 'hex',
    covers: [fromHex],
    medium: textMedium,
    valid: upTo(80),
    encode: toHex,
    decode: (text) => fromOptional(fromHex(text)),
    form: 'canonical',
    max: Infinity,
  }),
  codecTarget({
    name: 'base64url',
    covers: [fromBase64url],
    medium: textMedium,
    valid: upTo(80),
    encode: toBase64url,
    decode: (text) => fromOptional(fromBase64url(text)),
    form: 'canonical',
    max: Infinity,
  }),
  codecTarget({
    name: 'bech32m',
    covers: [decodeBech32m],
    medium: textMedium,
    valid: fc.record<Bech32m>({
      text: fc.record({ prefix: fc.constantFrom<string>('mm', 'bc', 'a1', '!~'), bytes: upTo(48) }),
      isUpper: fc.boolean(),
    }),
    encode: ({ text: { prefix, bytes: content }, isUpper }) => {
      const encoded = encodeBech32m(prefix, content);
      return isUpper ? encoded.toUpperCase() : encoded;
    },
    decode: (encoded) => {
      const decoded = decodeBech32m(encoded);
      return decoded.ok ? accept({ text: decoded.value, isUpper: encoded !== foldAscii(encoded) }) : decoded;
    },
    form: 'canonical',
    max: BECH32M_CHARACTERS,
  }),
  codecTarget({
    name: 'address',
    covers: [parseAddress],
    medium: textMedium,
    valid: accountId,
    encode: formatAddress,
    decode: parseAddress,
    // In capitals too.
    form: 'lenient',
    max: BECH32M_CHARACTERS,
  }),
  codecTarget({
    name: 'phrase',
    covers: [entropyFromPhrase],
    medium: textMedium,
    valid: fc.oneof(filler(16), filler(32)),
    encode: async (entropy) => {
      const words = await phraseFromEntropy(entropy, entropy[0]! % 2 === 0 ? 'english' : 'chinese');
      return words.join(' ');
    },
    decode: entropyFromPhrase,
    form: 'lenient',
    max: Infinity,
    weight: 0.3,
  }),
  parserTarget({
    name: 'coins',
    covers: [parseCoins],
    medium: textMedium,
    valid: fc.tuple(fc.nat(), fc.nat(99_999_999)).map(([whole, part]) => `${whole}.${part}`),
    encode: asDrawn,
    decode: (text) => fromOptional(parseCoins(text)),
    max: Infinity,
    weight: 0.3,
  }),
  parserTarget({
    name: 'signature',
    covers: [verify],
    medium: bytesMedium,
    valid: fc
      .record({ digest: bytes(32), pair: keyPair })
      .map(({ digest, pair }) => concatBytes(digest, sign(digest, pair.secret), pair.publicKey)),
    encode: asDrawn,
    decode: (item) => fromOptional(verify(item.slice(0, 32), item.slice(32, 97), item.slice(97)) || undefined),
    max: 130,
    ownBytes: ARITHMETIC_BYTES,
    weight: 0.1,
  }),
];
