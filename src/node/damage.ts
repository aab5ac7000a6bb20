/** Damaged rows by the names that a StoreFault gives them (ports.ts). */
import { BlockHash } from '../core/ids.ts';
import { StoreFault } from './ports.ts';

export const blockRow = (hash: BlockHash) => `block ${hash}`;

const BLOCK_ROW = /^block ([0-9a-f]{64})$/;
const HEADER_ROWS = /^headers (\d+)-(\d+)$/;

/** A row failed its check: the disk as such works. */
export function isDamage(fault: unknown): fault is StoreFault {
  return fault instanceof StoreFault && fault.code === 'corrupt-row';
}

export function damagedBlock(hash: BlockHash): StoreFault {
  return new StoreFault('corrupt-row', 'block body missing or damaged', blockRow(hash));
}

/** The block whose row this is. */
export function blockOfRow(row: string): BlockHash | undefined {
  return BlockHash.parse(BLOCK_ROW.exec(row)?.[1] ?? '');
}

/** Lowest and highest height of headers that failed their check as one. */
export function headersOfRow(row: string): readonly [first: number, last: number] | undefined {
  const found = HEADER_ROWS.exec(row);
  return found ? [Number(found[1]), Number(found[2])] : undefined;
}
