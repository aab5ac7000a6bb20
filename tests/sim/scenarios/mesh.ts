import { waitForOneTip, type Scenario } from '../scenario.ts';

export const mesh: Scenario = {
  name: 'mesh',
  about: 'Everybody mines and sends, over links with delay and loss.',
  minutes: 5,
  async run(stage) {
    const { world, traffic, minutes, invariants } = stage;
    await world.mineOn(world.nodes);
    traffic.start(1_000);
    for (let minute = 0; minute < minutes; minute++) {
      await world.clock.pass(60_000);
      await invariants.check();
    }
    await waitForOneTip(stage, 6);
  },
};
