import { faultAtPoint, noFaults, type FaultPlan } from '../../../src/adapters/memory/memory-disk.ts';
import { rowNames } from '../../../src/adapters/indexeddb/chain-rows.ts';
import { parseAddress } from '../../../src/core/account.ts';
import { assert } from '../../../src/core/result.ts';
import { accountKey } from '../../../src/ledger/state-keys.ts';
import { waitForOneTip, type Scenario, type Stage } from '../scenario.ts';
import type { SimNode, World } from '../world.ts';

const PAUSE_MS = 8_000;
const FROZEN_MS = 180_000;
const AWAY_MS = 60_000;
const PARTED_MS = 40_000;
const FULL_MS = 60_000;
/** Within what the others' blocks are accepted at: a clock may be wrong, not absurd. */
const SKEW_MS = 45_000;
/** Steps of a commit at which a tab may die: the first few cover every kind of step. */
const COMMIT_STEPS = 12;

type Mishap = (stage: Stage, node: SimNode) => void | Promise<void>;

const MISHAPS: Readonly<Record<string, Mishap>> = {
  closed: async ({ world }, node) => {
    await world.close(node);
    comeBack(world, node, world.lot.below(AWAY_MS));
  },
  died: ({ world }, node) => {
    world.crash(node);
    comeBack(world, node, world.lot.below(AWAY_MS));
  },
  'died in a commit': ({ world }, node) => {
    const plan = faultAtPoint(world.lot.below(COMMIT_STEPS), 'crash', ({ call }) => call === 'commit');
    node.disk.faults = (point) => {
      const fault = plan(point);
      if (fault) {
        node.disk.faults = noFaults;
        // The disk is gone under the tab already; the rest of the tab goes with the step that is under way.
        world.clock.after(0, () => {
          world.crash(node);
          comeBack(world, node, world.lot.below(AWAY_MS));
        });
      }
      return fault;
    };
  },
  'had a full disk': ({ world }, node) => {
    const full: FaultPlan = ({ step }) => (step === 'write' ? 'quota-exceeded' : undefined);
    node.disk.faults = full;
    world.clock.after(world.lot.below(FULL_MS), () => {
      if (node.disk.faults === full) node.disk.faults = noFaults;
    });
  },
  'had a commit aborted': ({ world }, node) => {
    const plan = faultAtPoint(world.lot.below(COMMIT_STEPS), 'aborted', ({ call, step }) => {
      return call === 'commit' && step !== 'acknowledge';
    });
    node.disk.faults = (point) => {
      const fault = plan(point);
      // The node stops and says so; the person opens the page anew.
      if (fault) {
        node.disk.faults = noFaults;
        world.clock.after(0, () => void world.close(node).then(() => comeBack(world, node, world.lot.below(AWAY_MS))));
      }
      return fault;
    };
  },
  'had a row damaged': ({ world }, node) => {
    // Read at every start, or by whoever asks for the block.
    const own = parseAddress(node.service!.person.walletView().address);
    assert(own.ok, 'a wallet has an address');
    world.crash(node);
    const { tip, headers } = node.disk.chain;
    if (tip) {
      const { hash } = headers.get(1 + world.lot.below(tip.height))!;
      const rows = [rowNames.tip, rowNames.block(hash), rowNames.state(accountKey(own.value))];
      node.disk.damage(rows[world.lot.below(rows.length)]!);
    }
    comeBack(world, node, world.lot.below(AWAY_MS));
  },
  frozen: ({ world }, node) => {
    world.freeze(node);
    const { tab } = node;
    world.clock.after(world.lot.below(FROZEN_MS), () => {
      if (node.tab === tab) world.thaw(node);
    });
  },
  'set its clock': ({ world }, node) => {
    node.clock!.skewMs = world.lot.below(2 * SKEW_MS) - SKEW_MS;
  },
  'cut off': ({ world }, node) => {
    const others = world.nodes.filter((other) => other !== node);
    world.partition([[node], others]);
    world.clock.after(world.lot.below(PARTED_MS), () => world.network.healAll());
  },
};

function comeBack(world: World, node: SimNode, afterMs: number): void {
  world.clock.after(afterMs, () => {
    if (!node.service) void world.open(node).then(() => world.mineOn([node]));
  });
}

export const mishaps: Scenario = {
  name: 'mishaps',
  about:
    'Tabs close, die, freeze, set their clocks, lose the network or the disk, in a random order; then all is well again.',
  minutes: 10,
  world: { lopsided: 8, lossyWays: 0.2, echoes: 0.3 },
  async run(stage) {
    const { world, traffic, minutes, invariants } = stage;
    await world.mineOn(world.nodes);
    traffic.start(1_000);
    await world.clock.pass(20_000);
    const names = Object.keys(MISHAPS);
    const counts = new Map<string, number>();
    for (const untilMs = world.clock.nowMs() + minutes * 60_000; world.clock.nowMs() < untilMs;) {
      const node = world.nodes[world.lot.below(world.nodes.length)]!;
      const name = names[world.lot.below(names.length)]!;
      if (node.service) {
        await MISHAPS[name]!(stage, node);
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      await world.clock.pass(PAUSE_MS);
      await invariants.check();
    }
    stage.note([...counts].map(([name, count]) => `${count} ${name}`).join(', '));
    await makeWell(world);
    await waitForOneTip(stage, 12);
  },
};

/** Nothing goes wrong from here on, and everybody is there. */
async function makeWell(world: World): Promise<void> {
  world.network.healAll();
  for (const node of world.nodes) {
    node.disk.faults = noFaults;
    world.thaw(node);
    if (node.clock) node.clock.skewMs = 0;
  }
  await world.clock.pass(AWAY_MS);
}
