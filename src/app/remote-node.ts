/** The node in its worker, as the page sees it: an API whose calls wait until it has started. */
import * as Comlink from 'comlink';
import { CodeUnavailable, fetchCode } from '../health/deferred-code.ts';
import { encodeSpec, networkIdOf } from '../core/network-spec.ts';
import type { ModelListener, NodeApi, Outcome } from '../node/api.ts';
import type { NetworkChoice } from './network-choice.ts';
import type { NodeWorker } from './node-worker.ts';
import { TabMemory } from './tab-memory.ts';

const LINKS_RETRY_MS = 5_000;

/** The methods of the API: Comlink proxies answer to any name, a plain object tells a curious console what there is. */
const METHODS = [
  'subscribe',
  'unsubscribe',
  'inviteLink',
  'setPersonName',
  'setMining',
  'getBlock',
  'transfer',
  'importRecord',
  'previewReplacement',
  'replaceRecord',
  'eraseRecord',
  'openRecord',
  'listSection',
  'exportRecord',
  'cancelTask',
  'describeLink',
  'share',
  'revoke',
  'acceptShare',
  'removeFromInbox',
  'publishProfile',
  'createRequest',
  'closeRequest',
  'unlock',
  'setPassphrase',
  'recoveryPhrase',
] as const satisfies readonly (keyof NodeApi)[];

export class RemoteNode {
  readonly api: NodeApi;
  private readonly worker: Comlink.Remote<NodeWorker>;
  /** Resolves when the node runs. */
  readonly started: Promise<void>;
  private onStarted: () => void = () => undefined;
  private memory: TabMemory | undefined;

  constructor() {
    this.worker = Comlink.wrap<NodeWorker>(
      new Worker(new URL('./node-worker.ts', import.meta.url), { type: 'module', name: 'medmesh-node' }),
    );
    this.started = new Promise((resolve) => (this.onStarted = resolve));
    this.api = this.makeApi();
  }

  async start(network: NetworkChoice): Promise<Outcome<{ readonly slot: number }>> {
    const { port1, port2 } = new MessageChannel();
    const memory = new TabMemory(sessionStorage, networkIdOf(network.spec));
    const outcome = (await this.worker.start(
      {
        spec: encodeSpec(network.spec),
        roomSecret: network.roomSecret,
        relays: network.relays,
        preferredSlot: memory.slot,
        miningThreads: memory.miningThreads,
      },
      Comlink.transfer(port2, [port2]),
      Comlink.proxy(() => window.location.reload()),
    )) as Outcome<{ readonly slot: number }>;
    if (outcome.ok) {
      memory.slot = outcome.value.slot;
      this.memory = memory;
      this.onStarted();
      void this.lendLinks(port1, network);
    }
    return outcome;
  }

  /** Everything the node may need later, now. Rejects when the server has gone away. */
  fetchAll(): Promise<void> {
    return this.worker.fetchAll();
  }

  /** The chain comes first: the code for links does not delay it, and what the node sends before waits in the port. */
  private async lendLinks(port: MessagePort, network: NetworkChoice): Promise<void> {
    try {
      const { lendLinks } = await fetchCode(() => import('./links.ts'));
      await lendLinks(port, network);
    } catch (fault) {
      if (!(fault instanceof CodeUnavailable)) throw fault;
      // The server is away already; the node works on by itself until it is back.
      setTimeout(() => void this.lendLinks(port, network), LINKS_RETRY_MS);
    }
  }

  private makeApi(): NodeApi {
    const call = this.worker.call as unknown as (method: string, ...args: unknown[]) => Promise<unknown>;
    const api = Object.fromEntries(
      METHODS.map((method) => [
        method,
        async (...args: unknown[]) => {
          await this.started;
          return call(method, ...args.map(asProxy));
        },
      ]),
    );
    return this.rememberMining(api as unknown as NodeApi);
  }

  /** So that a reload, or a newer version, breaks nobody's mining off: a network whose miner is silent records nothing. */
  private rememberMining(api: NodeApi): NodeApi {
    return {
      ...api,
      setMining: async (on, threads) => {
        const outcome = await api.setMining(on, threads);
        if (outcome.ok && this.memory) this.memory.miningThreads = on ? threads : 0;
        return outcome;
      },
    };
  }
}

/** A listener stays on the page; everything else is copied to the worker. */
function asProxy(argument: unknown): unknown {
  return typeof argument === 'function' ? Comlink.proxy(argument as ModelListener) : argument;
}
