/** What a tab remembers of its node on one network across a reload. A new tab starts without. */
import type { NetworkId } from '../core/ids.ts';

export class TabMemory {
  private readonly storage: Storage;
  private readonly network: NetworkId;

  /** @param storage  the tab's own: sessionStorage */
  constructor(storage: Storage, network: NetworkId) {
    this.storage = storage;
    this.network = network;
  }

  /** The profile slot it had. */
  get slot(): number | undefined {
    return this.read('slot');
  }
  set slot(slot: number) {
    this.write('slot', slot);
  }

  /** 0: it was not mining. */
  get miningThreads(): number {
    return this.read('mining') ?? 0;
  }
  set miningThreads(threads: number) {
    this.write('mining', threads);
  }

  private read(name: 'slot' | 'mining'): number | undefined {
    const kept = this.storage.getItem(this.key(name));
    return kept !== null && /^\d{1,4}$/.test(kept) ? Number(kept) : undefined;
  }

  private write(name: 'slot' | 'mining', value: number): void {
    this.storage.setItem(this.key(name), String(value));
  }

  private key(name: string): string {
    return `medmesh/${name}/${this.network}`;
  }
}
