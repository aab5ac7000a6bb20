import { waitForOneTip, type Scenario } from '../scenario.ts';

export const partition: Scenario = {
  name: 'partition',
  about: 'The network falls into two halves; both mine and send; then it heals.',
  minutes: 3,
  async run(stage) {
    const { world, traffic, minutes, invariants } = stage;
    await world.mineOn(world.nodes);
    traffic.start(1_000);
    await world.clock.pass(60_000);
    const middle = Math.floor(world.nodes.length / 2);
    const halves = [world.nodes.slice(0, middle), world.nodes.slice(middle)];
    world.partition(halves);
    await world.clock.pass(minutes * 60_000);
    await invariants.check();
    const tips = halves.map(([node]) => node!.service!.chain.tip);
    if (tips[0]!.hash === tips[1]!.hash) throw new Error('the halves of a partition share a tip');
    world.network.healAll();
    stage.note(`halves at ${tips.map(({ height }) => height).join(' and ')}`);
    await waitForOneTip(stage, 20);
    const depths = world.nodes.map(({ service }) => service!.lastReorg?.depth ?? 0);
    stage.note(`deepest last reorg ${Math.max(...depths)} blocks`);
    await world.clock.pass(30_000);
    await waitForOneTip(stage, 6);
  },
};
