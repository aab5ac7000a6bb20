/** npm run sim -- --nodes N --seed S --scenario NAME [--minutes M] */
import { parseArgs } from 'node:util';
import { runScenario } from './scenario.ts';
import { SCENARIOS } from './scenarios/all.ts';

const USAGE = `npm run sim -- [--nodes 10] [--seed 1] [--scenario NAME] [--minutes M]
${SCENARIOS.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`).join('\n')}`;

function numberOf(text: string | undefined, fallback: number | undefined): number | undefined {
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
    },
  });
  const scenario = SCENARIOS.find(({ name }) => name === values.scenario);
  if (!scenario) throw new TypeError(`unknown scenario: ${values.scenario}`);
  const nodes = numberOf(values.nodes, 10)!;
  const seed = numberOf(values.seed, 1)!;
  const minutes = numberOf(values.minutes, scenario.minutes)!;
  const replay = `npm run sim -- --nodes ${nodes} --seed ${seed} --scenario ${scenario.name} --minutes ${minutes}`;
  const fromMs = performance.now();
  try {
    const { digest, lines } = await runScenario(scenario, { nodes, seed, minutes });
    console.log(`${scenario.name}: ${scenario.about}`);
    console.log(`seed ${seed}, ${nodes} nodes, digest ${digest}`);
    for (const line of lines) console.log(line);
    console.log(`${((performance.now() - fromMs) / 1000).toFixed(1)} s of real time`);
  } catch (fault) {
    console.error(fault);
    console.error(`\nreplay it:  ${replay}`);
    process.exitCode = 1;
  }
}

try {
  await main();
} catch (fault) {
  console.error(fault instanceof TypeError ? `${fault.message}\n${USAGE}` : fault);
  process.exitCode = 2;
}
