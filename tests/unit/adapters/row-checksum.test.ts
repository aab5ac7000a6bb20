import { describe, expect, it } from 'vitest';
import {
  intactPayload,
  openRow,
  ROW_OVERHEAD_BYTES,
  sealRow,
  xxHash32,
} from '../../../src/adapters/indexeddb/row-checksum.ts';
import { concatBytes } from '../../../src/core/bytes.ts';
import { StoreFault } from '../../../src/node/ports.ts';
import { Seeded } from '../../support/seeded.ts';

describe('xxHash32', () => {
  /** The generator of the reference implementation's sanity checks. */
  const sanityBuffer = (length: number) => {
    let generator = 2654435761n;
    return Uint8Array.from({ length }, () => {
      const byte = Number((generator >> 56n) & 0xffn);
      generator = (generator * 11400714785074694797n) & 0xffff_ffff_ffff_ffffn;
      return byte;
    });
  };

  it.each([
    [0, 0x02cc5d05, 0x36b78ae7],
    [1, 0xcf65b03e, 0xb4545aa4],
    [14, 0x1208e7e2, 0x6af1d1fe],
    [222, 0x5bd11dbd, 0x58803c5f],
  ])('gives the reference values for %d bytes, without and with a seed', (length, unseeded, seeded) => {
    // @source xxHash, tests/sanity_test_vectors.h
    expect(xxHash32(sanityBuffer(length))).toBe(unseeded);
    expect(xxHash32(sanityBuffer(length), 2654435761)).toBe(seeded);
  });

  it('does not depend on where in a buffer the bytes lie', () => {
    const bytes = sanityBuffer(100);
    const shifted = concatBytes(Uint8Array.of(1, 2, 3), bytes).subarray(3);
    expect(xxHash32(shifted)).toBe(xxHash32(bytes));
  });
});

describe('a sealed row', () => {
  const payload = new Seeded(1).bytes(70);
  const row = sealRow('state 01', payload.subarray(0, 3), payload.subarray(3));

  it('opens to its payload', () => {
    expect(openRow('state 01', row)).toEqual(payload);
    expect(openRow('empty', sealRow('empty'))).toEqual(new Uint8Array());
  });

  it('is stored in a buffer of its own size, which is what IndexedDB clones', () => {
    expect(row.buffer.byteLength).toBe(payload.length + ROW_OVERHEAD_BYTES);
  });

  it('is damaged by any single bit, by any cut, and under another name', () => {
    for (let bit = 0; bit < 8 * row.length; bit++) {
      const flipped = row.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(intactPayload('state 01', flipped), `bit ${bit}`).toBeUndefined();
    }
    for (let length = 0; length < row.length; length++)
      expect(intactPayload('state 01', row.subarray(0, length))).toBeUndefined();
    expect(intactPayload('state 02', row)).toBeUndefined();
  });

  it('is not mistaken for what else a database may return', () => {
    for (const value of [undefined, null, 'text', 7, {}, row.buffer, [...row]])
      expect(intactPayload('state 01', value)).toBeUndefined();
  });

  it('names itself in the fault', () => {
    const open = () => openRow('state 02', row);
    expect(open).toThrow(StoreFault);
    expect(open).toThrow(expect.objectContaining({ code: 'corrupt-row', row: 'state 02' }));
  });
});
