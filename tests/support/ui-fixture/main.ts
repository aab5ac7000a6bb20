/** Draws the interface on a scripted node. `?scenario=` picks the state (scenarios.ts). */
import type { BootState } from '../../../src/ui/host.ts';
import { mountApp } from '../../../src/ui/mount.ts';
import { FakeNode } from './fake-node.ts';
import { JOINED_NETWORKS } from './networks.ts';
import { scenarioFor } from './scenarios.ts';

const scenario = scenarioFor(new URLSearchParams(location.search).get('scenario') ?? 'full');
const node = new FakeNode(scenario.model, scenario.link);
const boot: BootState = scenario.boot ?? { phase: 'ready' };

const target = document.getElementById('app');
if (!target) throw new Error('no place to draw in');

function waitingVersion(listener: (isWaiting: boolean) => void): () => void {
  listener(true);
  return () => undefined;
}

await mountApp(target, {
  api: node,
  boot: {
    subscribe(listener) {
      listener(boot);
      return () => undefined;
    },
  },
  pendingLink: scenario.link ? (scenario.pendingLink ?? '#/j/example') : undefined,
  baseUrl: 'https://mesh.example.org/',
  joinNetwork: () => Promise.resolve({ ok: true, value: null }),
  createNetwork: () => Promise.resolve({ ok: true, value: null }),
  joinedNetworks: () => JOINED_NETWORKS,
  forgetNetwork: () => undefined,
  requestPersistentStorage: () => Promise.resolve(true),
  ...(scenario.newVersion ? { newVersion: { subscribe: waitingVersion, install: () => undefined } } : {}),
});
if (scenario.live) node.run();
