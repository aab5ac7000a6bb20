/** A person's rows as they lie on the disk, where anything may have happened to them. */
import { expect, it } from 'vitest';
import { MemoryDisk } from '../../../src/adapters/memory/memory-disk.ts';
import { MemoryPrivateStore } from '../../../src/adapters/memory/memory-private-store.ts';
import { WebCryptoCipher } from '../../../src/adapters/platform/webcrypto-cipher.ts';
import { SealedRows } from '../../../src/node/sealed-rows.ts';
import { Seeded } from '../../support/seeded.ts';

const KEY = new Uint8Array(32).fill(3);

function openRows(disk: MemoryDisk, key = KEY): SealedRows {
  return new SealedRows({ rows: new MemoryPrivateStore(disk), cipher: new WebCryptoCipher(), rng: new Seeded(1) }, key);
}

it.each([0, 1, 12, 13, 20])('a row cut to %d bytes is damaged, and hides no other', async (length) => {
  const disk = new MemoryDisk();
  await openRows(disk).write(new Map([['kept/a', { a: 1 }]]));
  const [kept] = disk.rows.values();
  disk.rows.set('cut', kept!.slice(0, length));
  const { rows, damaged } = await openRows(disk).load();
  expect([[...rows], damaged]).toEqual([[['kept/a', { a: 1 }]], ['cut']]);
});

it('rows of another identity count as damaged', async () => {
  const disk = new MemoryDisk();
  await openRows(disk).write(new Map([['kept/a', { a: 1 }]]));
  const { rows, damaged } = await openRows(disk, new Uint8Array(32).fill(4)).load();
  expect([rows.size, damaged]).toEqual([0, [...disk.rows.keys()]]);
});
