const number = new Intl.NumberFormat('en');
const rules = new Intl.PluralRules('en');

/** `1 peer`, `1,204 peers` */
export function plural(count: number, one: string, other: string): string {
  return `${number.format(count)} ${rules.select(count) === 'one' ? one : other}`;
}
