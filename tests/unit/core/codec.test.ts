import { expect, test } from 'vitest';
import { decode } from '../../../src/core/codec.ts';

const varintOf = (bytes: Uint8Array) => decode(bytes, 1_000, (reader) => reader.varint());

test('a varint that goes on after eight bytes is refused there, however it would end', () => {
  for (const length of [8, 9, 200]) {
    const endless = new Uint8Array(length).fill(0x80);
    expect(varintOf(endless), `${length} bytes`).toMatchObject({ ok: false, code: 'non-canonical' });
    expect(varintOf(endless.with(-1, 1)).ok, `${length} bytes, the last one ends it`).toBe(length === 8);
  }
});
