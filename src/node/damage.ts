/** Damaged rows by the names that a StoreFault gives them (ports.ts). */
import { BlockHash } from '../core/ids.ts';
import { StoreFault } from './ports.ts';

export const blockRow = (hash: BlockHash) => `block ${hash}`;

/** Damage to these can't be mended with one row of a peer's. */
const CHAIN_ROWS = /^(tip|state|undo|headers)\b/;
const BLOCK_ROW = /^block ([0-9a-f]{64})$/;
const HEADER_ROWS = /^headers (\d+)-(\d+)$/;

/** A row failed its check: the disk as such works. */
export function isDamage(fault: unknown): fault is StoreFault {
  return fault instanceof StoreFault && fault.code === 'corrupt-row';
}

/** What it hit has to be built anew (chain-repair.ts): the node cannot go on without it. */
export function isChainDamage(fault: unknown): fault is StoreFault {
  return isDamage(fault) && CHAIN_ROWS.test(fault.row ?? '');
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
