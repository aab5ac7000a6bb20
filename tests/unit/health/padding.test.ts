import { describe, expect, it } from 'vitest';
import { padmeBytes, paddedBlobBytes, sizeBucketOf, SMALL_BLOB_BYTES } from '../../../src/health/padding.ts';

describe('Padmé', () => {
  it.each([
    [1, 1],
    [8, 8],
    [9, 10],
    [200, 208],
    [1_000_000, 1_015_808],
    [3_885_380, 3_932_160],
    [256 * 1024 * 1024, 256 * 1024 * 1024],
  ])('pads %d bytes to %d', (bytes, padded) => {
    expect(padmeBytes(bytes)).toBe(padded);
  });

  it('rounds everything small to one size and everything else to sizes it leaves alone', () => {
    expect(paddedBlobBytes(1)).toBe(SMALL_BLOB_BYTES);
    expect(paddedBlobBytes(SMALL_BLOB_BYTES)).toBe(SMALL_BLOB_BYTES);
    expect(paddedBlobBytes(SMALL_BLOB_BYTES + 1)).toBeGreaterThan(SMALL_BLOB_BYTES);
  });
});

describe('size bucket', () => {
  it.each([
    [SMALL_BLOB_BYTES, 0],
    [SMALL_BLOB_BYTES + 1, 14],
    [16_384, 14],
    [16_385, 15],
    [256 * 1024 * 1024, 28],
  ])('%d bytes are bucket %d', (bytes, bucket) => {
    expect(sizeBucketOf(bytes)).toBe(bucket);
  });
});
