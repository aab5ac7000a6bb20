import { describe, expect, it } from 'vitest';
import { concatBytes, equalBytes, fromHex, toHex } from '../../../src/core/bytes.ts';
import type { BulkCipher } from '../../../src/node/ports.ts';

const NO_BYTES = new Uint8Array();
const KEY = Uint8Array.from({ length: 32 }, (_, i) => i);
const NONCE = Uint8Array.from({ length: 12 }, (_, i) => 100 + i);
const TEXT = new TextEncoder().encode('Penicillin, anaphylaxis, 1994');
const AAD = new TextEncoder().encode('chunk 0');

/** Compresses badly and is the same everywhere: xorshift32. */
function noise(length: number): Uint8Array {
  let x = 0x9e3779b9;
  return Uint8Array.from({ length }, () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x & 255;
  });
}

export function describeBulkCipher(name: string, cipher: BulkCipher): void {
  describe(`BulkCipher: ${name}`, () => {
    /** @source The Galois/Counter Mode of Operation (McGrew, Viega), appendix B, test case 16 */
    it('is AES-256-GCM', async () => {
      const key = fromHex('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308')!;
      const nonce = fromHex('cafebabefacedbaddecaf888')!;
      const aad = fromHex('feedfacedeadbeeffeedfacedeadbeefabaddad2')!;
      const plaintext = fromHex(
        'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' +
          '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
      )!;
      expect(toHex(await cipher.seal(key, nonce, aad, plaintext))).toBe(
        '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa' +
          '8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662' +
          '76fc6ece0f4e1768cddf8853bb2d551b',
      );
    });

    it('opens what it sealed, and nothing with any part changed', async () => {
      const sealed = await cipher.seal(KEY, NONCE, AAD, TEXT);
      expect(await cipher.open(KEY, NONCE, AAD, sealed)).toEqual(TEXT);
      const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => (i === 3 ? byte ^ 1 : byte));
      expect(await cipher.open(flip(KEY), NONCE, AAD, sealed)).toBeUndefined();
      expect(await cipher.open(KEY, flip(NONCE), AAD, sealed)).toBeUndefined();
      expect(await cipher.open(KEY, NONCE, flip(AAD), sealed)).toBeUndefined();
      expect(await cipher.open(KEY, NONCE, AAD, flip(sealed))).toBeUndefined();
      expect(await cipher.open(KEY, NONCE, AAD, sealed.subarray(0, -1))).toBeUndefined();
    });

    it('opens nothing that is too short for a tag', async () => {
      expect(await cipher.open(KEY, NONCE, AAD, NO_BYTES)).toBeUndefined();
      expect(await cipher.open(KEY, NONCE, AAD, new Uint8Array(15))).toBeUndefined();
    });

    it('seals emptiness, and views into larger buffers', async () => {
      const sealed = await cipher.seal(KEY, NONCE, NO_BYTES, NO_BYTES);
      expect(sealed).toHaveLength(16);
      expect(await cipher.open(KEY, NONCE, NO_BYTES, sealed)).toEqual(NO_BYTES);
      const inside = concatBytes(noise(7), TEXT, noise(5)).subarray(7, 7 + TEXT.length);
      expect(await cipher.seal(KEY, NONCE, AAD, inside)).toEqual(await cipher.seal(KEY, NONCE, AAD, TEXT));
    });

    it('refuses a key or nonce of the wrong length as a bug of the caller', async () => {
      await expect(cipher.seal(KEY.subarray(1), NONCE, AAD, TEXT)).rejects.toThrow(TypeError);
      await expect(cipher.open(KEY, NONCE.subarray(1), AAD, new Uint8Array(16))).rejects.toThrow(TypeError);
    });

    /** @source FIPS 180-4 example: "abc" */
    it('hashes with SHA-256', async () => {
      expect(toHex(await cipher.sha256(new TextEncoder().encode('abc')))).toBe(
        'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      );
    });

    it('inflates what it deflated, small, large, empty, with itself as the limit', async () => {
      for (const bytes of [NO_BYTES, TEXT, noise(300_000), new Uint8Array(1_000_000)]) {
        const deflated = await cipher.deflate(bytes);
        const inflated = await cipher.inflate(deflated, bytes.length);
        expect(inflated && equalBytes(inflated, bytes)).toBe(true);
      }
      expect((await cipher.deflate(new Uint8Array(1_000_000))).length).toBeLessThan(2000);
    });

    it('inflates raw deflate made elsewhere', async () => {
      // A stored block of RFC 1951, 3.2.4: final, length 3, its complement, the bytes.
      expect(await cipher.inflate(fromHex('010300fcff616263')!, 3)).toEqual(new TextEncoder().encode('abc'));
    });

    it('stops a decompression bomb at the limit', async () => {
      const bomb = await cipher.deflate(new Uint8Array(20_000_000));
      expect(await cipher.inflate(bomb, 1_000_000)).toBeUndefined();
      expect(await cipher.inflate(await cipher.deflate(TEXT), TEXT.length - 1)).toBeUndefined();
    });

    it('inflates nothing that is damaged, cut short or no deflate data at all', async () => {
      const deflated = await cipher.deflate(noise(50_000));
      expect(await cipher.inflate(deflated.subarray(0, -5), 100_000)).toBeUndefined();
      expect(await cipher.inflate(Uint8Array.of(0xff, 0xff, 0xff), 100_000)).toBeUndefined();
      expect(await cipher.inflate(NO_BYTES, 100_000)).toBeUndefined();
    });
  });
}
