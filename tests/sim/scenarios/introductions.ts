import { LINKS_WANTED } from '../../../src/node/params.ts';
import { waitForOneTip, type Scenario } from '../scenario.ts';

/** The relay is needed for the first links; these are made by then. */
const SETTLED_MS = 30_000;

export const introductions: Scenario = {
  name: 'introductions',
  about: 'The relay stops and half of the tabs leave one by one; the others find new links through their peers.',
  minutes: 60,
  async run(stage) {
    const { world, traffic, minutes } = stage;
    await world.mineOn(world.nodes.filter(({ index }) => index % 4 === 0));
    traffic.start(2_000);
    await world.clock.pass(SETTLED_MS);
    world.network.stopRelay();
    const leaving = world.nodes.filter(({ index }) => index % 2 === 1);
    for (const node of leaving) {
      if (world.lot.below(2) === 0) await world.close(node);
      else world.crash(node);
      await world.clock.pass((minutes * 60_000) / leaving.length);
    }
    const staying = world.openNodes;
    const wanted = Math.min(LINKS_WANTED, staying.length - 1);
    const links = () => staying.map(({ service }) => service!.peers.peers().length);
    await world.clock.until('links enough', () => links().every((count) => count >= wanted), 60_000);
    const before = new Set(leaving.map(({ tab }) => tab));
    stage.note(
      `${before.size} of ${world.nodes.length} tabs left without a relay; the others have ${links().sort().join(', ')} links`,
    );
    await waitForOneTip(stage, 6);
  },
};
