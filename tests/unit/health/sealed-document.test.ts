import { describe, expect, it } from 'vitest';
import { WebCryptoCipher } from '../../../src/adapters/platform/webcrypto-cipher.ts';
import { concatBytes, equalBytes } from '../../../src/core/bytes.ts';
import { sha256 } from '../../../src/core/hash.ts';
import { AssertionError } from '../../../src/core/result.ts';
import type { BulkCipher } from '../../../src/health/bulk-cipher.ts';
import { HEADER_BYTES } from '../../../src/health/document-header.ts';
import { CHUNK_BYTES, type Manifest } from '../../../src/health/manifest.ts';
import { paddedBlobBytes, SMALL_BLOB_BYTES } from '../../../src/health/padding.ts';
import { openDocument, sealDocument, SMALL_PLAINTEXT_BYTES } from '../../../src/health/sealed-document.ts';
import { cipher, manifestOf, noise, place, reader, withBytes, withFlippedBit } from './fixtures.ts';

const contentKey = noise('content key');
const LIMITS = { plaintextBytesMax: 1024 * 1024 };

function seal(plaintext: Uint8Array, with_: BulkCipher = cipher, small = false) {
  return sealDocument(plaintext, { ...place, contentKey, stanzas: [], small }, with_);
}

/** As a hostile maker would: whatever the chunks hold, the manifest names them. */
function manifestFor(chunks: readonly Uint8Array[]): Manifest {
  return { blobBytes: concatBytes(...chunks).length, chunkHashes: chunks.map(sha256) };
}

function open(chunks: readonly Uint8Array[], manifest = manifestFor(chunks), limits = LIMITS) {
  return openDocument(manifest, reader(chunks), { contentKey }, place, cipher, limits);
}

type Chunks = [Uint8Array, Uint8Array, Uint8Array, Uint8Array];

/** Four chunks, the last half full: nothing in it compresses. */
const content = noise('large', 900_000);
const large = await seal(content);

describe('sealed document', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['a byte', Uint8Array.of(7)],
    ['what just fits the small bucket', noise('fit', SMALL_PLAINTEXT_BYTES)],
    ['one byte more', noise('fit', SMALL_PLAINTEXT_BYTES + 1)],
    ['what just fills one chunk', noise('chunk', CHUNK_BYTES - HEADER_BYTES - 16 - 9)],
    ['one byte more than that', noise('chunk', CHUNK_BYTES - HEADER_BYTES - 16 - 8)],
    ['four chunks', content],
    ['text that compresses', new Uint8Array(900_000).fill(0x20)],
  ])('opens to what was sealed: %s', async (_, plaintext) => {
    const document = await seal(plaintext);
    expect(concatBytes(...document.chunks).length).toBe(paddedBlobBytes(concatBytes(...document.chunks).length));
    const opened = await open(document.chunks, manifestOf(document));
    expect(opened.ok && equalBytes(opened.value, plaintext)).toBe(true);
  });

  it('has one size for all small content', async () => {
    for (const plaintext of [new Uint8Array(), noise('short', 900), noise('fit', SMALL_PLAINTEXT_BYTES)]) {
      const { chunks, sizeBucket } = await seal(plaintext, cipher, true);
      expect(chunks.map((chunk) => chunk.length)).toEqual([SMALL_BLOB_BYTES]);
      expect(sizeBucket).toBe(0);
    }
    await expect(seal(noise('fit', SMALL_PLAINTEXT_BYTES + 1), cipher, true)).rejects.toThrow(AssertionError);
  });

  it('tells how far it is, chunk by chunk', async () => {
    const steps: string[] = [];
    const order = { ...place, contentKey, stanzas: [], small: false };
    await sealDocument(content, order, cipher, (done, total) => steps.push(`${done}/${total}`));
    const opener = { contentKey };
    await openDocument(manifestOf(large), reader(large.chunks), opener, place, cipher, LIMITS, (done, total) =>
      steps.push(`${done}/${total}`),
    );
    expect(steps).toEqual(['1/4', '2/4', '3/4', '4/4', '1/4', '2/4', '3/4', '4/4']);
  });

  it('opens with its own key and for its own slot and version only', async () => {
    const attempt = (key: Uint8Array, expect: typeof place) =>
      openDocument(manifestOf(large), reader(large.chunks), { contentKey: key }, expect, cipher, LIMITS);
    expect(await attempt(noise('another'), place)).toMatchObject({ code: 'wrong-key' });
    expect(await attempt(contentKey, { ...place, version: 2 })).toMatchObject({ code: 'wrong-version' });
    const otherOwner = withFlippedBit(place.ownerKey, 32);
    expect(await attempt(contentKey, { ...place, ownerKey: otherOwner })).toMatchObject({ code: 'wrong-owner' });
  });
});

describe('a sealed document that was changed', () => {
  it.each([
    ['the suite', 0, 'unsupported-suite'],
    ['the owner key', 1, 'wrong-owner'],
    ['the version', 37, 'wrong-version'],
    ['the commitment', 38, 'wrong-key'],
    ['the owner stanza', 70, 'bad-seal'],
    ['the recipient stanza', 110, 'bad-seal'],
    ['the end of the header', HEADER_BYTES - 1, 'bad-seal'],
    ['the first segment', HEADER_BYTES, 'bad-seal'],
    ['the first tag', CHUNK_BYTES - 1, 'bad-seal'],
  ])('is refused: %s', async (_, offset, code) => {
    const chunks = [withFlippedBit(large.chunks[0]!, offset), ...large.chunks.slice(1)];
    expect(await open(chunks)).toMatchObject({ ok: false, code });
    expect(await open(chunks, manifestOf(large))).toMatchObject({ code: 'chunk-damaged', detail: 'chunk 0' });
  });

  it.each([
    ['changed', ([a, b, c, d]: Chunks) => [a, withFlippedBit(b, 99), c, d]],
    ['changed in its last byte', ([a, b, c, d]: Chunks) => [a, b, c, withFlippedBit(d, d.length - 1)]],
    ['moved', ([a, b, c, d]: Chunks) => [a, c, b, d]],
    ['doubled', ([a, b, , d]: Chunks) => [a, b, b, d]],
    ['dropped from the end', ([a, b, c]: Chunks) => [a, b, c]],
    ['longer', ([a, b, c, d]: Chunks) => [a, b, c, concatBytes(d, new Uint8Array(CHUNK_BYTES - d.length))]],
  ])('is refused with a segment %s', async (_, change) => {
    expect(await open(change(large.chunks as Chunks))).toMatchObject({ code: 'bad-seal' });
  });

  it('says which chunk is not here, or not what the manifest names', async () => {
    const [first, second, ...rest] = large.chunks as Chunks;
    expect(await open([first], manifestOf(large))).toMatchObject({ code: 'chunk-missing', detail: 'chunk 1' });
    const cut = [first, second.slice(1), ...rest];
    expect(await open(cut, manifestOf(large))).toMatchObject({ code: 'chunk-damaged', detail: 'chunk 1' });
  });

  it('never has a size that no honest one has', async () => {
    const tooShort = [new Uint8Array(HEADER_BYTES)];
    expect(await open(tooShort)).toMatchObject({ code: 'bad-padding' });
    const odd = [...large.chunks.slice(0, 3), large.chunks[3]!.slice(0, -1)];
    expect(await open(odd)).toMatchObject({ code: 'bad-padding' });
  });
});

/** Seals like an honest maker, but puts other bytes into the payload first. */
class LyingCipher extends WebCryptoCipher {
  private readonly change: (payload: Uint8Array) => Uint8Array;

  constructor(change: (payload: Uint8Array) => Uint8Array) {
    super();
    this.change = change;
  }

  override seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array) {
    return super.seal(key, nonce, aad, this.change(plaintext));
  }
}

const u32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

describe('a sealed document by a hostile maker', () => {
  /** method u8 | plaintextBytes u32 | dataBytes u32 */
  it.each([
    ['an unknown method', (p: Uint8Array) => withBytes(p, 0, [2]), 'bad-payload'],
    ['more plaintext than allowed', (p: Uint8Array) => withBytes(p, 1, u32(LIMITS.plaintextBytesMax + 1)), 'oversized'],
    ['a stored length that is not there', (p: Uint8Array) => withBytes(p, 1, u32(7)), 'bad-payload'],
    ['data past the end', (p: Uint8Array) => withBytes(p, 5, u32(0xffff_ffff)), 'bad-payload'],
    ['something in the padding', (p: Uint8Array) => withFlippedBit(p, p.length - 1), 'bad-padding'],
    ['stored bytes that are said to be deflated', (p: Uint8Array) => withBytes(p, 0, [1]), 'bad-payload'],
  ])('is refused: %s', async (_, change, code) => {
    const document = await seal(noise('plain', 100), new LyingCipher(change));
    expect(await open(document.chunks)).toMatchObject({ ok: false, code });
  });

  it('is refused when padded beyond what its content calls for', async () => {
    const emptied = new LyingCipher((payload) => withBytes(payload, 0, [0, ...u32(0), ...u32(0)]).fill(0, 9));
    const document = await seal(noise('plain', SMALL_PLAINTEXT_BYTES + 1), emptied);
    expect(await open(document.chunks)).toMatchObject({ code: 'bad-padding' });
  });

  it('does not inflate past the size it states, nor state one past what is allowed', async () => {
    const bomb = new Uint8Array(LIMITS.plaintextBytesMax);
    const honest = await seal(bomb);
    expect(await open(honest.chunks)).toMatchObject({ ok: true });
    const understated = await seal(bomb, new LyingCipher((payload) => withBytes(payload, 1, u32(1000))));
    expect(await open(understated.chunks)).toMatchObject({ code: 'bad-payload' });
    const limits = { plaintextBytesMax: LIMITS.plaintextBytesMax - 1 };
    expect(await open(honest.chunks, undefined, limits)).toMatchObject({ code: 'oversized' });
  });

  it('is refused for its size before a chunk of it is read', async () => {
    const manifest = { blobBytes: 64 * 1024 * 1024, chunkHashes: [] };
    const unread = () => Promise.reject(new Error('read'));
    const opened = await openDocument(manifest, unread, { contentKey }, place, cipher, LIMITS);
    expect(opened).toMatchObject({ code: 'oversized' });
  });
});
