/** Storage rules that the IndexedDB store and its memory twin share. */
import { HEADER_BYTES } from '../../core/header.ts';
import { assert } from '../../core/result.ts';
import type { ChainUpdate } from '../../node/ports.ts';

/** Disconnected blocks kept in case their branch wins again; the lowest go first. */
export const STALE_BLOCKS_MAX = 256;

/** How a private row is called when it is found damaged. */
export const privateRowName = (key: string) => `row ${key}`;

/** Key length of a private row, ASCII characters. */
const PRIVATE_KEY_LENGTH_MAX = 128;

/**
 * An update that does not fit the chain it is applied to is a bug of the node, found before anything is written.
 * @param tip  the stored tip; undefined on a fresh profile, whose first block may have any height
 */
export function assertUpdateFits(
  update: ChainUpdate,
  tip: { readonly hash: string; readonly height: number } | undefined,
): void {
  let height = tip?.height;
  update.disconnect.forEach((block, index) => {
    assert(block.height === height, `disconnect of height ${block.height}, the tip is at ${height}`);
    assert(index > 0 || block.hash === tip?.hash, `disconnect of ${block.hash}, the tip is ${tip?.hash}`);
    height = block.height - 1;
  });
  for (const block of update.connect) {
    assert(height === undefined || block.height === height + 1, `connect of height ${block.height} on ${height}`);
    assert(block.header.length === HEADER_BYTES, `header of ${block.header.length} bytes`);
    height = block.height;
  }
  const top = update.connect.at(-1);
  assert(
    height === undefined || update.tip.height === height,
    `tip at ${update.tip.height}, its blocks end at ${height}`,
  );
  assert(!top || update.tip.hash === top.hash, `tip ${update.tip.hash}, the last block is ${top?.hash}`);
}

export function assertPrivateKey(key: string): void {
  assert(
    key.length <= PRIVATE_KEY_LENGTH_MAX && /^[\x20-\x7e]+$/.test(key),
    `not a private row key: ${JSON.stringify(key)}`,
  );
}
