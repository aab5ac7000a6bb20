import type { GrantRow } from '../node/api.ts';
import type { Format } from './format.ts';
import type { Dictionary } from './i18n/en.ts';

/** Whom a grant is for, in lists and sentences; a link without a label goes by its day. */
export function granteeName(
  { to, createdAtMs }: Pick<GrantRow, 'to' | 'createdAtMs'>,
  words: Dictionary,
  format: Format,
): string {
  return to.name === '' ? words.me.grants.linkOf(format.day(createdAtMs)) : to.name;
}
