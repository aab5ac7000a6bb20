/** One rule and the way it is switched off. */
export interface Rule {
  /** What holds, in words of docs/PROTOCOL.md and docs/protocol/wire.md. Names the mutant: no two alike. */
  readonly rule: string;
  /** What breaking it is refused with; undefined where bytes or an order change instead. */
  readonly code?: string;
  /** From the repository's root. */
  readonly file: string;
  /** Source text that is in the file exactly once. */
  readonly from: string;
  /** What takes its place. */
  readonly to: string;
  /** Why nothing can tell: another rule makes this one unreachable. Shown apart, not run. */
  readonly unreachable?: string;
}

/** Rules of one file. */
export function rulesOf(file: string, rules: readonly Omit<Rule, 'file'>[]): Rule[] {
  return rules.map((rule) => ({ ...rule, file }));
}

/** The source with the rule switched off. Throws where the snippet is gone, or there twice. */
export function mutate({ rule, file, from, to }: Rule, source: string): string {
  const found = source.split(from).length - 1;
  if (found !== 1) throw new Error(`${file} has ${found} times what switches off "${rule}": ${from}`);
  // A function, since a string would have its dollar signs read as patterns.
  return source.replace(from, () => to);
}
