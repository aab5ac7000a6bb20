import type { TransactionSummary } from '../../../node/api.ts';
import { shorten, type Format } from '../../format.ts';
import type { Dictionary } from '../../i18n/en.ts';

/** What a transaction does, in one line of the reader's language. */
export function describeTransaction(summary: TransactionSummary, t: Dictionary, f: Format): string {
  const words = t.lab.block;
  switch (summary.kind) {
    case 'coinbase':
      return words.coinbase(f.coins(summary.amount), shorten(summary.to, 8, 6));
    case 'transfer':
      return words.transfer(f.coins(summary.amount), shorten(summary.from, 8, 6), shorten(summary.to, 8, 6));
    case 'identity':
      return words.identity(t.health.roles[summary.role], summary.name);
    case 'seal':
      return summary.erased
        ? words.sealErased(shorten(summary.slot), summary.version)
        : words.seal(shorten(summary.slot), summary.version);
  }
}
