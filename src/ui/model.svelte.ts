/**
 * The node's read model as reactive state, one signal per slice, so that a new block redraws what shows blocks and
 * nothing else. Updates are gathered and applied once per frame: a node in full sync cannot outrun the screen.
 */
import type { NodeApi, ReadModel } from '../node/api.ts';

export class ReadModelStore {
  #ready = $state(false);
  #node = $state.raw<ReadModel['node']>();
  #chain = $state.raw<ReadModel['chain']>();
  #mempool = $state.raw<ReadModel['mempool']>();
  #mining = $state.raw<ReadModel['mining']>();
  #peers = $state.raw<ReadModel['peers']>();
  #wallet = $state.raw<ReadModel['wallet']>();
  #records = $state.raw<ReadModel['records']>();
  #grants = $state.raw<ReadModel['grants']>();
  #inbox = $state.raw<ReadModel['inbox']>();
  #requests = $state.raw<ReadModel['requests']>();
  #profile = $state.raw<ReadModel['profile']>();
  #storage = $state.raw<ReadModel['storage']>();
  #tasks = $state.raw<ReadModel['tasks']>();
  #log = $state.raw<ReadModel['log']>();

  #pending: Partial<ReadModel> = {};
  #scheduled = false;

  /** True once the first, complete model has arrived; the slices may be read from then on. */
  get ready(): boolean {
    return this.#ready;
  }
  get node() {
    return arrived(this.#node);
  }
  get chain() {
    return arrived(this.#chain);
  }
  get mempool() {
    return arrived(this.#mempool);
  }
  get mining() {
    return arrived(this.#mining);
  }
  get peers() {
    return arrived(this.#peers);
  }
  get wallet() {
    return arrived(this.#wallet);
  }
  get records() {
    return arrived(this.#records);
  }
  get grants() {
    return arrived(this.#grants);
  }
  get inbox() {
    return arrived(this.#inbox);
  }
  get requests() {
    return arrived(this.#requests);
  }
  get profile() {
    return arrived(this.#profile);
  }
  get storage() {
    return arrived(this.#storage);
  }
  get tasks() {
    return arrived(this.#tasks);
  }
  get log() {
    return arrived(this.#log);
  }

  /** Follows the node from now on. Resolves to the function that stops it. */
  async follow(api: NodeApi): Promise<() => Promise<void>> {
    const subscription = await api.subscribe((changed) => this.#gather(changed));
    return () => api.unsubscribe(subscription);
  }

  /** Resolves once `holds`: what a command has just made is known to whoever gave it before the model shows it. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const stop = $effect.root(() => {
        $effect(() => {
          if (!holds()) return;
          resolve();
          queueMicrotask(() => stop());
        });
      });
    });
  }

  #gather(changed: Partial<ReadModel>): void {
    Object.assign(this.#pending, changed);
    if (this.#scheduled) return;
    this.#scheduled = true;
    // No frames are drawn in a hidden tab: the newest slices wait in `#pending` until somebody looks.
    requestAnimationFrame(() => this.#apply());
  }

  #apply(): void {
    const changed = this.#pending;
    this.#pending = {};
    this.#scheduled = false;
    if (changed.node) this.#node = changed.node;
    if (changed.chain) this.#chain = changed.chain;
    if (changed.mempool) this.#mempool = changed.mempool;
    if (changed.mining) this.#mining = changed.mining;
    if (changed.peers) this.#peers = changed.peers;
    if (changed.wallet) this.#wallet = changed.wallet;
    if (changed.records) this.#records = changed.records;
    if (changed.grants) this.#grants = changed.grants;
    if (changed.inbox) this.#inbox = changed.inbox;
    if (changed.requests) this.#requests = changed.requests;
    if (changed.profile) this.#profile = changed.profile;
    if (changed.storage) this.#storage = changed.storage;
    if (changed.tasks) this.#tasks = changed.tasks;
    if (changed.log) this.#log = changed.log;
    this.#ready = true;
  }
}

function arrived<T>(slice: T | undefined): T {
  if (slice === undefined) throw new Error('read model used before it arrived');
  return slice;
}
