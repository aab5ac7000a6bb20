/** npm run fuzz -- [--long] [--seed N] [--target NAME] [--cases N] */
import { parseArgs } from 'node:util';
import { runTarget, share } from './engine/run.ts';
import type { AnyTarget } from './engine/target.ts';
import { FAMILIES, TARGETS } from './targets/all.ts';

/** Of each family, times its part. */
const CASES = 2_000;
const LONG_CASES = 100_000;

const USAGE = `npm run fuzz -- [--long] [--seed N] [--target NAME] [--cases N]
--cases: of the one target, or of each family; ${CASES}, or ${LONG_CASES} with --long (histories: a fiftieth)
${FAMILIES.map(({ name, targets }) => `  ${name}: ${targets.map((target) => target.name).join(' ')}`).join('\n')}`;

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isInteger(number) || Math.abs(number) > 0x7fff_ffff) throw new TypeError(`not a whole number: ${text}`);
  return number;
}

/** Which targets, and how many cases of each. `name`: of a target or of a family. */
function planOf(name: string | undefined, total: number): ReadonlyMap<AnyTarget, number> {
  const one = TARGETS.find((target) => target.name === name);
  if (one) return new Map([[one, total]]);
  const families = FAMILIES.filter((family) => name === undefined || family.name === name);
  if (families.length === 0) throw new TypeError(`unknown target: ${name}`);
  return new Map(families.flatMap(({ targets, part }) => [...share(targets, part * total)]));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      long: { type: 'boolean', default: false },
      seed: { type: 'string' },
      target: { type: 'string' },
      cases: { type: 'string' },
    },
  });
  const seed = numberOf(values.seed) ?? Math.floor(Math.random() * 0x7fff_ffff);
  const total = numberOf(values.cases) ?? (values.long ? LONG_CASES : CASES);
  console.log(`seed ${seed}`);
  const failures: string[] = [];
  let sum = 0;
  const fromMs = performance.now();
  for (const [target, cases] of planOf(values.target, total)) {
    const startMs = performance.now();
    const report = await runTarget(target, seed, cases);
    sum += report.cases;
    const accepted = `${Math.round((100 * report.accepted) / report.cases)} % accepted`.padStart(15);
    const seconds = `${((performance.now() - startMs) / 1000).toFixed(1)} s`.padStart(8);
    console.log(`${target.name.padEnd(26)} ${String(report.cases).padStart(7)} cases ${accepted} ${seconds}`);
    if (report.failure === undefined) continue;
    failures.push(report.failure);
    console.error(`\n${report.failure}\n`);
  }
  const seconds = (performance.now() - fromMs) / 1000;
  console.log(`${sum} cases in ${seconds.toFixed(1)} s, ${Math.round(sum / seconds)} a second, seed ${seed}`);
  if (failures.length > 0) process.exitCode = 1;
}

try {
  await main();
} catch (fault) {
  console.error(fault instanceof TypeError ? `${fault.message}\n${USAGE}` : fault);
  process.exitCode = 2;
}
