import { waitForOneTip, type Scenario } from '../scenario.ts';

export const relayDeath: Scenario = {
  name: 'relay-death',
  about: 'The relay stops; those who are linked go on; it comes back, and a latecomer finds everybody.',
  minutes: 3,
  async run(stage) {
    const { world, traffic, minutes } = stage;
    const [latecomer, ...others] = world.nodes;
    await world.close(latecomer!);
    await world.mineOn(others);
    traffic.start(1_000);
    await world.clock.pass(30_000);
    world.network.stopRelay();
    const before = others[0]!.service!.chain.tip.height;
    await world.clock.pass(minutes * 60_000);
    const lost = others.filter(({ service }) => service!.peers.peers().length === 0);
    if (lost.length > 0) throw new Error(`${lost.length} nodes lost every link with the relay`);
    const made = others[0]!.service!.chain.tip.height - before;
    stage.note(`${made} blocks without a relay`);
    await waitForOneTip(stage, 6);
    world.network.startRelay();
    await world.open(latecomer!);
    await waitForOneTip(stage, 12);
  },
};
