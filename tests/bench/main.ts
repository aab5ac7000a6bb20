/** `npm run bench`: measures in real Chromium, side by side with what there is to compare. Figures are told, never judged. */
import { cpus } from 'node:os';
import { BENCHES } from './benches.ts';
import { Skipped, type Finding } from './figures.ts';
import { tableOf } from './table.ts';
import { Workbench } from './workbench.ts';

const NAMES = Object.keys(BENCHES);
const HELP = `Usage: npm run bench -- [names] [--json]

Benches, all when none is named: ${NAMES.join(', ')}`;

class UsageError extends Error {}

try {
  const { names, json } = parseCommand(process.argv.slice(2));
  await runAll(names, json);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${HELP}`);
  process.exitCode = 2;
}

function parseCommand(argv: readonly string[]): { readonly names: readonly string[]; readonly json: boolean } {
  const options = argv.filter((argument) => argument.startsWith('-') && argument !== '--json');
  if (options.length > 0) throw new UsageError(`Unknown option: ${options.join(', ')}`);
  const names = argv.filter((argument) => !argument.startsWith('-'));
  const unknown = names.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0) throw new UsageError(`There is no bench called ${unknown.join(', ')}.`);
  return { names: names.length > 0 ? names : NAMES, json: argv.includes('--json') };
}

async function runAll(names: readonly string[], json: boolean): Promise<void> {
  const workbench = await Workbench.open();
  const findings: Finding[] = [];
  try {
    for (const name of names) {
      // Not on stdout, which is the table's, or a machine's.
      console.error(`${name} ...`);
      findings.push(await run(name, workbench));
    }
  } finally {
    await workbench.close();
  }
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, browser: workbench.browserVersion };
  if (json) console.log(JSON.stringify({ machine, findings }, null, 2));
  else console.log(`\n${tableOf(findings)}\n\n${machine.browser}, ${machine.cores} cores, ${machine.cpu}`);
  if (findings.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1;
}

/** One that fails does not keep the others from being measured. */
async function run(bench: string, workbench: Workbench): Promise<Finding> {
  try {
    return { bench, outcome: 'measured', figures: await BENCHES[bench]!(workbench) };
  } catch (error) {
    if (error instanceof Skipped) return { bench, outcome: 'skipped', reason: error.message };
    console.error(error);
    return { bench, outcome: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
