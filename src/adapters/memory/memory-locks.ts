/** Web Locks in memory: exclusive locks by name, first come, first served. */
import type { Locks } from '../profile/claim-profile.ts';

interface Waiting {
  readonly grant: () => void;
}

export class MemoryLocks implements Locks {
  /** Per held name, those who wait for it. */
  private readonly queues = new Map<string, Waiting[]>();

  async request(
    name: string,
    options: { readonly ifAvailable?: boolean; readonly signal?: AbortSignal },
    callback: (lock: object | null) => void | Promise<void>,
  ): Promise<void> {
    const queue = this.queues.get(name);
    if (queue && options.ifAvailable) return callback(null);
    if (queue) await this.wait(queue, options.signal);
    else this.queues.set(name, []);
    try {
      await callback({ name });
    } finally {
      const next = this.queues.get(name)?.shift();
      if (next) next.grant();
      else this.queues.delete(name);
    }
  }

  async query(): Promise<{ readonly held: { readonly name: string }[] }> {
    return { held: [...this.queues.keys()].map((name) => ({ name })) };
  }

  private wait(queue: Waiting[], signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = { grant: resolve };
      queue.push(waiting);
      signal?.addEventListener('abort', () => {
        const place = queue.indexOf(waiting);
        if (place >= 0) queue.splice(place, 1);
        reject(signal.reason as Error);
      });
    });
  }
}
