import { describe, expect, it } from 'vitest';
import { AssertionError } from '../../../src/core/result.ts';
import {
  BLOB_BYTES_MAX,
  blobIdOf,
  CHUNK_BYTES,
  chunkBytesAt,
  decodeManifest,
  encodeManifest,
  MANIFEST_BYTES_MAX,
} from '../../../src/health/manifest.ts';
import { noise, withFlippedBit } from './fixtures.ts';

const manifest = { blobBytes: CHUNK_BYTES + 1, chunkHashes: [noise('a'), noise('b')] };
const bytes = encodeManifest(manifest);

describe('manifest', () => {
  it('is read back as it was written', () => {
    expect(decodeManifest(bytes)).toEqual({ ok: true, value: manifest });
    expect([0, 1].map((index) => chunkBytesAt(manifest.blobBytes, index))).toEqual([CHUNK_BYTES, 1]);
  });

  it('of the largest blob has the largest size', () => {
    const chunkHashes = Array.from({ length: BLOB_BYTES_MAX / CHUNK_BYTES }, () => noise('a'));
    const largest = encodeManifest({ blobBytes: BLOB_BYTES_MAX, chunkHashes });
    expect(largest.length).toBe(MANIFEST_BYTES_MAX);
    expect(decodeManifest(largest).ok).toBe(true);
  });

  it.each([
    ['nothing', new Uint8Array(), 'truncated'],
    ['another version', withFlippedBit(bytes, 0), 'bad-value'],
    ['an empty blob', Uint8Array.of(1, 0, 0, 0, 0, 0, 4, 0, 0), 'bad-value'],
    ['a blob above the cap', Uint8Array.of(1, 0x10, 0, 0, 1, 0, 4, 0, 0), 'bad-value'],
    ['other chunks', withFlippedBit(bytes, 8), 'bad-value'],
    ['a hash too few', bytes.slice(0, -32), 'truncated'],
    ['a byte too many', Uint8Array.of(...bytes, 0), 'trailing-bytes'],
    ['too much at once', new Uint8Array(MANIFEST_BYTES_MAX + 1), 'oversized'],
  ])('refuses %s', (_, hostile, code) => {
    expect(decodeManifest(hostile)).toMatchObject({ ok: false, code });
  });

  it('is never written with sizes that disagree', () => {
    expect(() => encodeManifest({ ...manifest, blobBytes: CHUNK_BYTES })).toThrow(AssertionError);
  });

  it('names the blob by its hash', () => {
    expect(blobIdOf(bytes)).not.toBe(blobIdOf(encodeManifest({ ...manifest, blobBytes: CHUNK_BYTES + 2 })));
  });
});
