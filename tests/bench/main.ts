/** `npm run bench`: measures in real Chromium, side by side with what there is to compare. Figures are told, never judged. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { BENCHES, type Bench } from './benches.ts';
import { Skipped, type Finding } from './figures.ts';
import { tableOf } from './table.ts';
import { Workbench } from './workbench.ts';

const HELP = `Usage: npm run bench -- [names] [--json]

Names, all when left out: ${Object.keys(BENCHES).join(', ')}`;

const { values, positionals } = readArguments();
if (values) {
  const names = positionals.length > 0 ? positionals : Object.keys(BENCHES);
  const workbench = await Workbench.open();
  const findings: Finding[] = [];
  try {
    for (const name of names) {
      process.stderr.write(`${name} ...\n`);
      findings.push(await run(name, BENCHES[name]!, workbench));
    }
  } finally {
    await workbench.close();
  }
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, chromium: workbench.chromiumVersion };
  console.log(values.json ? JSON.stringify({ machine, findings }, null, 2) : tableOf(findings));
}

function readArguments() {
}
