/** `npm run mutants`: do the tests bite? Switches rules off one at a time, and sees whether a test notices. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Lane, type Outcome } from './lane.ts';
import { distancesFrom } from './related.ts';
import type { Rule } from './rule.ts';
import { RULES } from './rules.ts';

const USAGE = `npm run mutants -- [--only TEXT] [--list]
  --only TEXT   rules whose words, code or file have this text
  --list        shows the table and runs nothing`;

/**
 * Where a rule must be tested, by the folder of its source. Whole nodes and simulations would find most of them too, in their
 * own time; a rule of consensus has a test that is about it.
 */
const TESTS: readonly (readonly [string, RegExp])[] = [
  ['src/core/', /^tests\/(unit\/(core|ledger)|property|vectors)\//],
  ['src/ledger/', /^tests\/(unit\/(core|ledger)|property|vectors)\//],
  ['src/node/', /^tests\/(unit\/node\/[^/]+$|vectors\/)/],
  ['src/adapters/', /^tests\/unit\/adapters\/frames/],
];
const LANES_MAX = 4;

interface Tried extends Outcome {
  readonly rule: Rule;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, list: { type: 'boolean' } } });
  const only = values.only?.toLowerCase() ?? '';
  const chosen = RULES.filter((rule) => nameOf(rule).toLowerCase().includes(only));
  if (chosen.length === 0) throw new TypeError(`no rule has "${values.only}"`);
  const reachable = chosen.filter((rule) => rule.unreachable === undefined);
  if (values.list) {
    for (const rule of chosen) console.log(`${nameOf(rule)}${rule.unreachable ? '  (unreachable)' : ''}`);
    return true;
  }
  const fromMs = performance.now();
  const lanes = await Promise.all(Array.from({ length: Math.min(availableParallelism(), LANES_MAX) }, Lane.open));
  try {
    const tests = await relatedTests(lanes[0]!, reachable);
    const durations = await runWithout(lanes, [...tests.keys()]);
    if (!durations) return false;
    const tried = await runMutants(lanes, reachable, (rule) => inOrder(rule, tests, durations));
    report(chosen, tried);
    console.log(`${((performance.now() - fromMs) / 60_000).toFixed(1)} minutes`);
    return tried.every(({ killer }) => killer !== undefined);
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
  }
}

/** Tests that reach any of the rules, with their distances from what they import. */
async function relatedTests(
  lane: Lane,
  rules: readonly Rule[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  const distances = (await lane.testFiles()).map((test) => [test, distancesFrom(test)] as const);
  return new Map(distances.filter(([test, from]) => rules.some((rule) => isFor(test, rule) && from.has(rule.file))));
}

function isFor(test: string, { file }: Rule): boolean {
  return TESTS.some(([folder, tests]) => file.startsWith(folder) && tests.test(test));
}

/** All tests must pass while no rule is off. @returns how long each file takes; undefined when one fails */
async function runWithout(
  lanes: readonly Lane[],
  files: readonly string[],
): Promise<ReadonlyMap<string, number> | undefined> {
  console.log(`${files.length} test files without a mutant ...`);
  const outcomes = await Promise.all(
    lanes.map((lane, at) =>
      lane.try(
        undefined,
        files.filter((_, i) => i % lanes.length === at),
      ),
    ),
  );
  const failures = outcomes.flatMap(({ killer, crash }) => killer ?? crash ?? []);
  for (const failure of failures) console.error(`fails without a mutant: ${failure}`);
  if (failures.length > 0) return undefined;
  return new Map(outcomes.flatMap((outcome) => [...outcome.durations]));
}

/** Tests that reach the rule: those next to it first, quick ones before long ones, and last those that draw their data. */
function inOrder(
  rule: Rule,
  tests: ReadonlyMap<string, ReadonlyMap<string, number>>,
  durations: ReadonlyMap<string, number>,
): string[] {
  const rank = (test: string) =>
    test.startsWith('tests/property/') ? 2 : tests.get(test)!.get(rule.file) === 1 ? 0 : 1;
  const related = [...tests.keys()].filter((test) => isFor(test, rule) && tests.get(test)!.has(rule.file));
  return related.sort((a, b) => rank(a) - rank(b) || (durations.get(a) ?? 0) - (durations.get(b) ?? 0));
}

async function runMutants(
  lanes: readonly Lane[],
  rules: readonly Rule[],
  testsOf: (rule: Rule) => readonly string[],
): Promise<readonly Tried[]> {
  const queue = rules.values();
  const tried: Tried[] = [];
  const work = async (lane: Lane) => {
    for (const rule of queue) {
      const fromMs = performance.now();
      const outcome = await lane.try(rule, testsOf(rule));
      tried.push({ rule, ...outcome });
      const seconds = ((performance.now() - fromMs) / 1000).toFixed(1);
      console.log(`${tried.length}/${rules.length}  ${nameOf(rule)}  ${seconds} s\n  ${verdictOf(outcome)}`);
    }
  };
  await Promise.all(lanes.map(work));
  return tried;
}

function verdictOf({ killer, crash }: Outcome): string {
  if (killer !== undefined) return `killed by ${killer}`;
  return crash === undefined ? 'SURVIVED' : `SURVIVED, though something threw: ${crash}`;
}

function report(chosen: readonly Rule[], tried: readonly Tried[]): void {
  const survivors = tried.filter(({ killer }) => killer === undefined);
  const unreachable = chosen.filter((rule) => rule.unreachable !== undefined);
  console.log('\nkilled  survived  unreachable');
  for (const file of new Set(chosen.map((rule) => rule.file))) {
    const survived = survivors.filter(({ rule }) => rule.file === file).length;
    const counts = [
      tried.filter(({ rule }) => rule.file === file).length - survived,
      survived,
      unreachable.filter((rule) => rule.file === file).length,
    ];
    const [killed, alive, unmet] = counts.map((count) => (count === 0 ? '' : `${count}`));
    console.log(`${killed!.padStart(6)}  ${alive!.padStart(8)}  ${unmet!.padStart(11)}  ${file}`);
  }
  if (unreachable.length > 0) console.log('\nUnreachable, since another rule refuses the same:');
  for (const rule of unreachable) console.log(`  ${nameOf(rule)}\n    ${rule.unreachable}`);
  if (survivors.length > 0) console.log('\nSurvivors:');
  for (const each of survivors) console.log(`  ${nameOf(each.rule)}\n    ${verdictOf(each)}`);
  const killed = tried.length - survivors.length;
  console.log(
    `\n${tried.length} mutants, ${killed} killed, ${survivors.length} survived; ${unreachable.length} unreachable`,
  );
}

function nameOf({ rule, code, file }: Rule): string {
  return `${file}: ${rule}${code === undefined ? '' : `  [${code}]`}`;
}

try {
  if (!(await main())) process.exitCode = 1;
} catch (fault) {
  if (!(fault instanceof TypeError)) throw fault;
  console.error(`${fault.message}\n${USAGE}`);
  process.exitCode = 2;
}
