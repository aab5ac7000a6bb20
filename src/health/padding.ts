/**
 * Sizes that tell little. Every small document has one and the same size, so that a consent, a request, a receipt and a
 * short record look alike; larger ones are rounded up so that a size leaks a handful of bits at a cost of at most 12 %.
 */

/** Holds a capsule with its header and signature at their longest, with 3 KiB to spare. */
export const SMALL_BLOB_BYTES = 8 * 1024;

/**
 * The next Padmé size: a number whose binary form has, after its first bit, no more significant bits than its exponent
 * has digits. Sizes of one magnitude share a handful of values.
 * @param bytes 1..2^31 - 1
 * @source Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", section 4
 */
export function padmeBytes(bytes: number): number {
  if (bytes < 2) return bytes;
  const exponent = floorLog2(bytes);
  const granule = 2 ** (exponent - floorLog2(exponent) - 1);
  return Math.ceil(bytes / granule) * granule;
}

/** What the chain says of a small document's size. */
export const SMALL_SIZE_BUCKET = 0;

/** The size a blob is padded to when its content needs `bytes`. Applying it twice changes nothing. */
export function paddedBlobBytes(bytes: number): number {
  return bytes <= SMALL_BLOB_BYTES ? SMALL_BLOB_BYTES : padmeBytes(bytes);
}

/**
 * What the chain says about a blob's size: 0 for the small bucket, else the power of two it fits into, so that a keeper
 * knows what it lets itself in for and an observer hardly anything.
 * @returns 0, or 14..28
 */
export function sizeBucketOf(blobBytes: number): number {
  return blobBytes <= SMALL_BLOB_BYTES ? SMALL_SIZE_BUCKET : floorLog2(blobBytes - 1) + 1;
}

function floorLog2(value: number): number {
  return 31 - Math.clz32(value);
}
