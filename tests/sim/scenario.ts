/** What a scenario is, and how one is run from its seed. */
import { Invariants } from './invariants.ts';
import { Traffic } from './traffic.ts';
import { World, type WorldOptions } from './world.ts';

export interface Stage {
  readonly world: World;
  readonly traffic: Traffic;
  readonly invariants: Invariants;
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
  readonly lines: readonly string[];
}

/** Throws what broke: an InvariantBroken, or what a scenario waited for in vain. */
export async function runScenario(scenario: Scenario, { nodes, seed, minutes }: RunOrder): Promise<RunReport> {
  const world = new World({ latencyMs: [20, 150], loss: 0.02, ...scenario.world, nodes, seed });
  const invariants = new Invariants(world);
  const traffic = new Traffic(world);
  const lines: string[] = [];
  const commits = new Set<string>();
  let commitCount = 0;
  world.watchers.push((_node, { update }) => {
    commitCount++;
    for (const { hash } of update.connect) commits.add(hash);
  });
  const fromMs = world.clock.nowMs();
  await world.openAll();
  await scenario.run({
    world,
    traffic,
    invariants,
    minutes: minutes ?? scenario.minutes,
    note: (text) => lines.push(text),
  });
  traffic.stop();
  await invariants.check();
  await invariants.replay(world.nodes[0]!);
  const height = world.nodes[0]!.disk.chain.tip?.height ?? 0;
  lines.push(
    `${((world.clock.nowMs() - fromMs) / 60_000).toFixed(1)} virtual minutes, ${height} blocks on the chain,` +
      ` ${commits.size - height} beside it, ${commitCount} commits`,
    `${traffic.sent} transactions taken; not taken: ${[...traffic.refused].map(([code, n]) => `${n} ${code}`).join(', ') || 'none'}`,
  );
  await world.closeAll();
  return { digest: world.digest(), lines };
}

/** Everybody agrees, within so many block intervals. @returns the seconds it took */
export async function waitForOneTip({ world }: Stage, intervals: number): Promise<string> {
  const limitMs = intervals * world.spec.blockIntervalS * 1000;
  const tookMs = await world.clock.until('one tip', () => world.hasOneTip, limitMs);
  return `${(tookMs / 1000).toFixed(1)} s`;
}
