/** What a scenario is, and how one is run from its seed. */
import { Invariants } from './invariants.ts';
import { Measurements, type Figures } from './measurements.ts';
import { Traffic } from './traffic.ts';
import { World, type WorldOptions } from './world.ts';

export interface Stage {
  readonly world: World;
  readonly traffic: Traffic;
  readonly invariants: Invariants;
  readonly measurements: Measurements;
  /** How long the main part lasts. */
  readonly minutes: number;
  /** A line for the summary. */
  note(text: string): void;
}

export interface Scenario {
  readonly name: string;
  readonly about: string;
  /** Unless the command says otherwise. */
  readonly minutes: number;
  readonly world?: Partial<WorldOptions>;
  run(stage: Stage): Promise<void>;
}

export interface RunOrder {
  readonly nodes: number;
  readonly seed: number;
  readonly minutes?: number;
}

export interface RunReport {
  readonly digest: string;
  readonly figures: Figures;
  readonly notes: readonly string[];
  /** Of every block to every node, ms, ascending. */
  readonly propagation: readonly number[];
}

/** Throws what broke: an InvariantBroken, or what a scenario waited for in vain. */
export async function runScenario(scenario: Scenario, { nodes, seed, minutes }: RunOrder): Promise<RunReport> {
  const world = new World({ latencyMs: [20, 150], loss: 0.02, ...scenario.world, nodes, seed });
  const invariants = new Invariants(world);
  const measurements = new Measurements(world);
  const traffic = new Traffic(world);
  const notes: string[] = [];
  await world.openAll();
  await scenario.run({
    world,
    traffic,
    invariants,
    measurements,
    minutes: minutes ?? scenario.minutes,
    note: (text) => notes.push(text),
  });
  traffic.stop();
  await invariants.check();
  await invariants.replay(world.nodes.find(({ disk }) => disk.damagedRows.size === 0) ?? world.nodes[0]!);
  const figures = measurements.figures(traffic);
  await world.closeAll();
  return { digest: world.digest(), figures, notes, propagation: measurements.propagation() };
}

/** The command that runs it again. */
export function replayCommand({ name, minutes: usual }: Scenario, { nodes, seed, minutes = usual }: RunOrder): string {
  return `npm run sim -- --nodes ${nodes} --seed ${seed} --scenario ${name} --minutes ${minutes}`;
}

/** Everybody agrees, within so many block intervals. */
export async function waitForOneTip({ world, measurements }: Stage, intervals: number): Promise<void> {
  const limitMs = intervals * world.spec.blockIntervalS * 1000;
  measurements.noteOneTip((await world.clock.until('one tip', () => world.hasOneTip, limitMs)) / 1000);
}
