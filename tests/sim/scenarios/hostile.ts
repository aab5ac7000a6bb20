import { HeaderIndex } from '../../../src/core/header-index.ts';
import type { NodeService } from '../../../src/node/service.ts';
import { ScriptedPeer } from '../../support/scripted-peer.ts';
import { HOSTILE_KINDS, type HostileName, type HostilePeer } from '../../support/hostile-peers.ts';
import { waitForOneTip, type Scenario, type Stage } from '../scenario.ts';
import type { SimNode } from '../world.ts';

const ARRIVAL_MS = 4_000;
const STAY_MS = 90_000;
const ATTACK_MS = 1_000;
/** Enough for every kind to do what it does; the bounds of a node are for real tabs to meet. */
const MANY = 300;

export const hostile: Scenario = {
  name: 'hostile',
  about:
    'Peers that lie, flood and fall silent come to honest nodes, who go on, agree, and think no ill of each other.',
  minutes: 5,
  async run(stage) {
    const { world, traffic, minutes, invariants } = stage;
    await world.mineOn(world.nodes);
    traffic.start(1_000);
    await world.clock.pass(20_000);
    const kinds = Object.keys(HOSTILE_KINDS) as HostileName[];
    const before = heightOf(stage);
    let came = 0;
    for (const untilMs = world.clock.nowMs() + minutes * 60_000; world.clock.nowMs() < untilMs; came++) {
      const node = world.nodes[world.lot.below(world.nodes.length)]!;
      visit(stage, node, kinds[came % kinds.length]!, came);
      await world.clock.pass(ARRIVAL_MS);
      await invariants.check();
    }
    const grown = heightOf(stage) - before;
    const due = (minutes * 60) / world.spec.blockIntervalS;
    if (grown < due / 2) throw new Error(`only ${grown} blocks where about ${due} were due`);
    await waitForOneTip(stage, 6);
    const banned = world.nodes.flatMap(({ service }) => service!.peers.gone.filter((peer) => peer.banned));
    const reasons = [...new Set(banned.map(({ reason }) => reason))].sort();
    stage.note(
      `${came} hostile peers came; of those a node still remembers, ${banned.length} were banned: ${reasons.join(', ')}`,
    );
    if (came >= kinds.length && reasons.length < 4) throw new Error(`banned for no more than ${reasons.join(', ')}`);
  },
};

function heightOf({ world }: Stage): number {
  return world.nodes[0]!.service!.chain.tip.height;
}

/** One hostile peer at one node, until it has been there long enough. */
function visit({ world }: Stage, { service }: SimNode, kind: HostileName, number: number): void {
  const { lot, clock } = world;
  const { manner, attack }: HostilePeer = HOSTILE_KINDS[kind]({
    lot,
    index: copyOf(service!),
    nowS: Math.floor(clock.nowMs() / 1000),
    many: MANY,
    manifestOf: () => undefined,
  });
  const transport = world.network.createTransport(`hostile ${number}`);
  const peer = new ScriptedPeer(transport, lot, { genesisHash: service!.core.genesisHash, ...manner });
  peer.dial(service!.sessionKey.peerId);
  const leaveMs = clock.nowMs() + STAY_MS;
  const act = (): void => {
    if (peer.closed.length > 0 || clock.nowMs() >= leaveMs) return transport.stop();
    if (peer.isLinked) attack?.(peer);
    clock.after(ATTACK_MS, act);
  };
  clock.after(ATTACK_MS, act);
}

/** What anybody can learn by asking: hostile headers must not get into the node's own index by another door. */
function copyOf({ chain, index }: NodeService): HeaderIndex {
  const copy = new HeaderIndex(index.engine);
  const rows = index
    .headersAfter([], chain.tip.height, chain.tip)
    .map(({ hash, encoded }) => ({ hash, header: encoded }));
  const loaded = copy.loadTrusted(rows);
  if (!loaded.ok) throw new Error(loaded.code);
  return copy;
}
