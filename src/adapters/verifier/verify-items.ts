/** Packed checks in, verdicts out: what every verifier does in the end, wherever it runs. */
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES, verify } from '../../core/ecdsa.ts';
import { HASH_BYTES } from '../../core/hash.ts';
import { assert } from '../../core/result.ts';
import { VERIFY_ITEM_BYTES } from '../../node/ports.ts';

const SIGNATURE_OFFSET = HASH_BYTES;
const PUBLIC_KEY_OFFSET = SIGNATURE_OFFSET + SIGNATURE_BYTES;

/** @returns number of checks in `items`; anything but whole ones is a bug of ours */
export function countItems(items: Uint8Array): number {
  assert(items.length % VERIFY_ITEM_BYTES === 0, `${items.length} bytes are no whole number of checks`);
  return items.length / VERIFY_ITEM_BYTES;
}

/** @param item  VERIFY_ITEM_BYTES */
export function verifyItem(item: Uint8Array): boolean {
  return verify(
    item.subarray(0, SIGNATURE_OFFSET),
    item.subarray(SIGNATURE_OFFSET, PUBLIC_KEY_OFFSET),
    item.subarray(PUBLIC_KEY_OFFSET, PUBLIC_KEY_OFFSET + PUBLIC_KEY_BYTES),
  );
}

/** Check number `index`, a view. */
function itemAt(items: Uint8Array, index: number): Uint8Array {
  return items.subarray(index * VERIFY_ITEM_BYTES, (index + 1) * VERIFY_ITEM_BYTES);
}

/** One byte a check, 1 valid, 0 not, in order. */
export function verifyItems(items: Uint8Array, verdictOf: (item: Uint8Array) => boolean = verifyItem): Uint8Array {
  return Uint8Array.from({ length: countItems(items) }, (_, i) => (verdictOf(itemAt(items, i)) ? 1 : 0));
}
