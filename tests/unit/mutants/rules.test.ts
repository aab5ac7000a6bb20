/** The table of mutants still fits the sources, and leaves no reject code of them out. `npm run mutants` runs them. */
import { readdirSync, readFileSync } from 'node:fs';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';
import { mutate, type Rule } from '../../mutants/rule.ts';
import { RULES } from '../../mutants/rules.ts';

const ROOT = new URL('../../../', import.meta.url);
const sourceOf = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');

/** What stands in the place of a code where something is refused. */
const REFUSALS = [
  /\b(?:reject|fail)\(([^,)]*)/g,
  /\b(?:punish|drop|close)\([\w.]+,([^,)]*)/g,
  // The ranges of network-spec.ts.
  /\[[^[\]]*, ('bad-[a-z-]+')\]/g,
];

/** Codes that the files of a folder can refuse with. */
function codesOf(folder: string): Set<string> {
  const files = readdirSync(new URL(folder, ROOT)).filter((name) => name.endsWith('.ts'));
  const sources = files.map((name) => sourceOf(`${folder}/${name}`));
  const places = sources.flatMap((source) => REFUSALS.flatMap((pattern) => [...source.matchAll(pattern)]));
  return new Set(places.flatMap(([, place]) => Array.from(place!.matchAll(/'([a-z-]+)'/g), ([, code]) => code!)));
}

/** Why a rule cannot be switched off as the table says; undefined where it can. */
function misfitOf(rule: Rule): string | undefined {
  try {
    const source = sourceOf(rule.file);
    const mutant = mutate(rule, source);
    if (mutant === source) return `${rule.rule}: changes nothing`;
    return parseSync(rule.file, mutant).errors[0] && `${rule.rule}: is no TypeScript`;
  } catch (error) {
    return String(error);
  }
}

test('every rule of the table can be switched off', () => {
  expect(RULES.map(misfitOf).filter((misfit) => misfit !== undefined)).toEqual([]);
});

test('no two mutants have one name, and no two are one', () => {
  for (const keys of [RULES.map(({ rule }) => rule), RULES.map(({ file, from, to }) => `${file}\n${from}\n${to}`)]) {
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  }
});

test.each(['src/core', 'src/ledger', 'src/node'])('every reject code of %s is in the table', (folder) => {
  const named = new Set(RULES.map(({ code }) => code));
  const codes = codesOf(folder);
  expect(codes.size).toBeGreaterThan(20);
  expect([...codes].filter((code) => !named.has(code))).toEqual([]);
});
