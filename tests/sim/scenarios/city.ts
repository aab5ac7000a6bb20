import { waitForOneTip, type Scenario } from '../scenario.ts';

/** One node of so many mines. */
const MINER_EVERY = 20;

export const city: Scenario = {
  name: 'city',
  about: 'Many tabs on an open network; some mine, somebody does something every second.',
  minutes: 60,
  world: { preset: 'open', hashesPerSecond: 5 },
  async run(stage) {
    const { world, traffic, minutes, invariants } = stage;
    await world.mineOn(world.nodes.filter(({ index }) => index % MINER_EVERY === 0));
    traffic.start(1_000);
    for (let minute = 0; minute < minutes; minute += 10) {
      await world.clock.pass(Math.min(10, minutes - minute) * 60_000);
      await invariants.check();
    }
    await waitForOneTip(stage, 6);
  },
};
