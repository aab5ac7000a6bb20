/** The page's composition root: takes the link, starts the node in its worker, lends it WebRTC, mounts the interface. */
import { takenLink } from './take-link.ts';
import { inviteTo, isSupported, makeNetwork, networkOf, networkOfServer } from './network-choice.ts';
import { NetworkMemory } from './network-memory.ts';
import { installOfflineShell } from './offline-shell.ts';
import { RemoteNode } from './remote-node.ts';
import { parseLink } from '../health/share-link.ts';
import { fetchInterface } from '../ui/fetch-all.ts';
import { mountApp } from '../ui/mount.ts';
import type { BootState, Subscribable, UiHost } from '../ui/host.ts';
import { whatIsMissing } from './requirements.ts';

class BootProgress implements Subscribable<BootState> {
  private state: BootState = { phase: 'starting' };
  private readonly listeners = new Set<(state: BootState) => void>();

  subscribe(listener: (state: BootState) => void): () => void {
    this.listeners.add(listener);
    listener(this.state);
    return () => this.listeners.delete(listener);
  }

  enter(state: BootState): void {
    this.state = state;
    for (const listener of this.listeners) listener(state);
  }
}

const networks = new NetworkMemory(sessionStorage, localStorage);
const pendingLink = takenLink ?? networks.takeLink();
const boot = new BootProgress();
const node = new RemoteNode();
const shell = installOfflineShell(() => void fetchAll());

const host: UiHost = {
  api: node.api,
  boot,
  pendingLink,
  baseUrl: window.location.origin + window.location.pathname,
  async joinNetwork(text) {
    const link = parseLink(text);
    if (!link.ok) return { ok: false, problem: { code: link.code } };
    if (!isSupported(link.value.spec)) return { ok: false, problem: { code: 'network-unsupported' } };
    networks.choose(link.value);
    networks.leaveLink(text);
    window.location.reload();
    return { ok: true, value: null };
  },
  async createNetwork({ name, preset }) {
    const network = makeNetwork(preset, name, Date.now());
    if (!network) return { ok: false, problem: { code: 'text-invalid' } };
    networks.choose(network);
    window.location.reload();
    return { ok: true, value: null };
  },
  joinedNetworks: () =>
    networks.joined().map((joined) => {
      const { id, usedAtMs, relays } = joined;
      return { id, name: joined.spec.name, usedAtMs, relays, link: inviteTo(joined) };
    }),
  forgetNetwork: (id) => networks.forget(id),
  requestPersistentStorage: () => navigator.storage.persist(),
  newVersion: { subscribe: (listener) => shell.subscribe(listener), install: () => shell.update() },
};

async function start(): Promise<void> {
  const missing = await whatIsMissing();
  if (missing) return boot.enter(missing);
  // Whoever has been here before stays where they are: where else a link leads, they are asked about (OtherNetwork.svelte).
  const network = networks.present() ?? networkOf(pendingLink) ?? (await networkOfServer());
  if (!network) return boot.enter({ phase: 'failed', detail: 'no-network' });
  networks.enter(network, Date.now());
  const started = await node.start(network);
  if (!started.ok)
    return boot.enter({ phase: 'failed', detail: `${started.problem.code} ${started.problem.detail ?? ''}` });
  boot.enter({ phase: 'ready' });
  // For the curious, for lessons and for scripts; where records are real, a script in the page would be an intruder.
  if (network.spec.realm === 'lab') Object.assign(window, { medmesh: node.api });
}

/** A tab outlives its server also where no copy of the page is kept, as with a certificate that is self-made. */
async function fetchAll(): Promise<void> {
  await node.started;
  const parts = await Promise.allSettled([fetchInterface(), node.fetchAll()]);
  // What did not come is asked for again when needed, and said in words if it still does not.
  if (parts.every(({ status }) => status === 'fulfilled')) performance.mark('medmesh/all-fetched');
}

void mountApp(document.getElementById('app')!, host);
start().catch((error: unknown) => boot.enter({ phase: 'failed', detail: String(error) }));
