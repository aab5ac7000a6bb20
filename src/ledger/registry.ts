/** The kinds there are. A new one is a new file and a line here. */
import { coinbase } from './coinbase.ts';
import { identity } from './identity.ts';
import type { Kind } from './kind.ts';
import { seal } from './seal.ts';
import { transfer } from './transfer.ts';

const KINDS = [coinbase, transfer, identity, seal] as const;

/** What a transaction says, told apart by `kind`. */
export type TransactionSummary = ReturnType<(typeof KINDS)[number]['summary']>;

type AnyKind = Omit<Kind<(typeof KINDS)[number]['name'], never, TransactionSummary>, 'codec'>;

const KIND_BY_NUMBER: ReadonlyMap<number, AnyKind> = new Map(KINDS.map((kind) => [kind.number, kind]));

/** Undefined for a number that no kind has. */
export function kindOf(number: number): AnyKind | undefined {
  return KIND_BY_NUMBER.get(number);
}
