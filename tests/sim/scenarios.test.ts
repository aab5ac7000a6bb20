import { describe, expect, it } from 'vitest';
import { replayCommand, runScenario, type RunOrder, type Scenario } from './scenario.ts';
import { city } from './scenarios/city.ts';
import { churn } from './scenarios/churn.ts';
import { hostile } from './scenarios/hostile.ts';
import { mesh } from './scenarios/mesh.ts';
import { mishaps } from './scenarios/mishaps.ts';
import { partition } from './scenarios/partition.ts';
import { relayDeath } from './scenarios/relay-death.ts';

/** The run's digest. Whatever breaks, the command that replays it is in the message. */
async function run(scenario: Scenario, order: RunOrder): Promise<string> {
  try {
    const { digest } = await runScenario(scenario, order);
    console.log(`${scenario.name}: seed ${order.seed}, digest ${digest}`);
    return digest;
  } catch (fault) {
    throw new Error(`replay it:  ${replayCommand(scenario, order)}`, { cause: fault });
  }
}

describe('ten real nodes over delay and loss', () => {
  it('fall into halves that both go on, heal, and come to one tip and one state; the same run twice', async () => {
    const order = { nodes: 10, seed: 2024, minutes: 1 };
    expect(await run(partition, order)).toBe(await run(partition, order));
  });

  it('run another way from another seed', async () => {
    const order = { nodes: 4, minutes: 1 };
    expect(await run(mesh, { ...order, seed: 1 })).not.toBe(await run(mesh, { ...order, seed: 2 }));
  });
});

it('two hundred nodes on an open network come to one tip and one state, with a transaction every second', async () => {
  await run(city, { nodes: 200, seed: 1, minutes: 5 });
});

describe('a handful of nodes', () => {
  it('lose nothing they committed, however their tabs end', async () => {
    await run(churn, { nodes: 5, seed: 7, minutes: 2 });
  });

  it('bear whatever happens to tabs, clocks and wires, and agree when it is over', async () => {
    await run(mishaps, { nodes: 6, seed: 3, minutes: 3 });
  });

  it('go on among peers that lie, flood and fall silent, and ban none of each other', async () => {
    await run(hostile, { nodes: 5, seed: 11, minutes: 2 });
  });

  it('go on without the relay, and take in a latecomer when it is back', async () => {
    await run(relayDeath, { nodes: 5, seed: 7, minutes: 1 });
  });
});
