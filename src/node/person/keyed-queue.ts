/** Work on one thing at a time: jobs for one key run one after the other, jobs for different keys side by side. */
import { SerialQueue } from '../serial-queue.ts';

export class KeyedQueue {
  private readonly queues = new Map<string, SerialQueue>();

  async run<T>(key: string, job: () => Promise<T>): Promise<T> {
    const queue = this.queues.get(key) ?? new SerialQueue();
    this.queues.set(key, queue);
    try {
      return await queue.run(job);
    } finally {
      if (queue.length === 0) this.queues.delete(key);
    }
  }
}
