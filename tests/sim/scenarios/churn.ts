import { waitForOneTip, type Scenario } from '../scenario.ts';

const AWAY_MS = 40_000;

export const churn: Scenario = {
  name: 'churn',
  about: 'Tabs are closed, or die, and come back on the disk they left.',
  minutes: 5,
  async run(stage) {
    const { world, traffic, minutes, invariants } = stage;
    await world.mineOn(world.nodes);
    traffic.start(1_000);
    await world.clock.pass(20_000);
    let restarts = 0;
    for (const untilMs = world.clock.nowMs() + minutes * 60_000; world.clock.nowMs() < untilMs; restarts++) {
      const node = world.nodes[world.lot.below(world.nodes.length)]!;
      if (world.lot.below(2) === 0) world.crash(node);
      else await world.close(node);
      const left = node.disk.chain.tip;
      await world.clock.pass(world.lot.below(AWAY_MS));
      const { chain } = await world.open(node);
      // What was committed before is there again, and nothing that was not.
      if (chain.tip.hash !== left?.hash) throw new Error(`${node.name} came back at another tip than it left`);
      await world.mineOn([node]);
      await invariants.check();
      await world.clock.pass(5_000);
    }
    stage.note(`${restarts} restarts`);
    await waitForOneTip(stage, 12);
  },
};
