/**
 * What the page gives the interface: the node behind its API, and the few things only the page can do
 * (reboot into another network, ask the browser to keep the data). The composition root implements it.
 */
import type { NodeApi, Outcome } from '../node/api.ts';

export interface BootState {
  readonly phase: 'starting' | 'ready' | 'unsupported' | 'insecure' | 'failed';
  /** `failed`: a stable code or message; `unsupported`: what the browser lacks. Shown folded away. */
  readonly detail?: string;
  /** `insecure`: where the same page is served over https. */
  readonly httpsUrl?: string;
}

export interface Subscribable<T> {
  /** Calls `listener` at once with the present value, then with each new one. Returns the function that ends it. */
  subscribe(listener: (value: T) => void): () => void;
}

/** A network this browser has been in. */
export interface JoinedNetwork {
  readonly id: string;
  readonly name: string;
  /** WebSocket addresses; none: the relay of the server this page came from. */
  readonly relays: readonly string[];
  readonly usedAtMs: number;
  /** For `joinNetwork`. */
  readonly link: string;
}

export type NetworkPreset = 'classroom' | 'open';

export interface UiHost {
  /** The node. `subscribe` takes a plain function: where the node is in a worker, the page wraps it. */
  readonly api: NodeApi;
  readonly boot: Subscribable<BootState>;
  /** A link taken out of the address bar before the router ran; its secret is never written back there. */
  readonly pendingLink: string | undefined;
  /** Address of this page without its fragment: in front of the fragments that the node makes, it gives full links. */
  readonly baseUrl: string;
  /** Restarts the page in the network a link leads to, with that link pending; new tabs open there too. On success the page goes away. */
  joinNetwork(link: string): Promise<Outcome>;
  /** Makes a network and restarts the page in it. On success the page goes away. */
  createNetwork(network: { readonly name: string; readonly preset: NetworkPreset }): Promise<Outcome>;
  /** The present one included, most recently used first. */
  joinedNetworks(): readonly JoinedNetwork[];
  /** Takes it off that list; its data stays in this browser. */
  forgetNetwork(id: string): void;
  /** Asks the browser not to clear this site's data when the disk fills up. */
  requestPersistentStorage(): Promise<boolean>;
  /** A newer build of this page waits; `install` reloads into it. */
  readonly newVersion?: Subscribable<boolean> & { install(): void };
}
