/** npm run sim -- --nodes N --seed S --scenario NAME [--minutes M] [--json] [--svg FILE] */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { linesOf } from './measurements.ts';
import { propagationPlot } from './plot.ts';
import { replayCommand, runScenario, type RunReport } from './scenario.ts';
import { SCENARIOS } from './scenarios/all.ts';

const USAGE = `npm run sim -- [--nodes 10] [--seed 1] [--scenario NAME] [--minutes M] [--json] [--svg FILE]
  --json   figures for machines
  --svg    a picture of how blocks spread
${SCENARIOS.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`).join('\n')}`;

function numberOf(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new TypeError(`not a whole number: ${text}`);
  return number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      nodes: { type: 'string' },
      seed: { type: 'string' },
      scenario: { type: 'string', default: 'mesh' },
      minutes: { type: 'string' },
      json: { type: 'boolean', default: false },
      svg: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const scenario = SCENARIOS.find(({ name }) => name === values.scenario);
  if (!scenario) throw new TypeError(`unknown scenario: ${values.scenario}`);
  const order = {
    nodes: numberOf(values.nodes, 10),
    seed: numberOf(values.seed, 1),
    minutes: numberOf(values.minutes, scenario.minutes),
  };
  const fromMs = performance.now();
  try {
    const report = await runScenario(scenario, order);
    const realS = (performance.now() - fromMs) / 1000;
    const title = `${scenario.name}, ${order.nodes} nodes, seed ${order.seed}`;
    if (values.svg !== undefined) writeFileSync(values.svg, propagationPlot(report.propagation, title));
    if (values.json) tellMachines(scenario.name, order, report, realS);
    else tellPeople(`${title}: ${scenario.about}`, report, realS);
  } catch (fault) {
    console.error(fault);
    console.error(`\nreplay it:  ${replayCommand(scenario, order)}`);
    process.exitCode = 1;
  }
}

function tellMachines(scenario: string, order: object, { digest, figures, notes }: RunReport, realS: number): void {
  console.log(JSON.stringify({ scenario, ...order, digest, figures, notes, realS }, null, 2));
}

function tellPeople(title: string, { digest, figures, notes }: RunReport, realS: number): void {
  for (const line of [title, `digest ${digest}`, ...notes, ...linesOf(figures)]) console.log(line);
  console.log(`${realS.toFixed(1)} s of real time, ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
}

try {
  await main();
} catch (fault) {
  console.error(fault instanceof TypeError ? `${fault.message}\n${USAGE}` : fault);
  process.exitCode = 2;
}
