/** Memory of a tab that is in use after a collection: its page's and that of every worker under it. */
import type { CDPSession, Page } from 'playwright';

interface HeapUsage {
  readonly usedSize: number;
  /** What array buffers hold, beside the heap. */
  readonly backingStorageSize?: number;
}

export class TabHeap {
  private readonly session: CDPSession;
  private readonly workers = new Set<string>();
  private readonly answers = new Map<number, (result: unknown) => void>();
  private lastId = 0;

  private constructor(session: CDPSession) {
    this.session = session;
  }

  static async of(page: Page): Promise<TabHeap> {
    const heap = new TabHeap(await page.context().newCDPSession(page));
    await heap.attach();
    return heap;
  }

  async usedBytes(): Promise<number> {
    await this.session.send('HeapProfiler.collectGarbage');
    const usages = [(await this.session.send('Runtime.getHeapUsage')) as HeapUsage];
    for (const worker of this.workers) {
      await this.ask(worker, 'HeapProfiler.collectGarbage');
      usages.push((await this.ask(worker, 'Runtime.getHeapUsage')) as HeapUsage);
    }
    return usages.reduce((sum, { usedSize, backingStorageSize = 0 }) => sum + usedSize + backingStorageSize, 0);
  }

  private async attach(): Promise<void> {
    this.session.on('Target.attachedToTarget', ({ sessionId }) => void this.workers.add(sessionId));
    this.session.on('Target.detachedFromTarget', ({ sessionId }) => void this.workers.delete(sessionId));
    this.session.on('Target.receivedMessageFromTarget', ({ message }) => {
      const { id, result } = JSON.parse(message) as { id?: number; result?: unknown };
      if (id !== undefined) this.answers.get(id)?.(result);
    });
    await this.session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false });
  }

  /** A worker has a protocol of its own, which travels inside its page's. */
  private async ask(sessionId: string, method: string): Promise<unknown> {
    const id = ++this.lastId;
    const answered = new Promise<unknown>((resolve) => this.answers.set(id, resolve));
    await this.session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) });
    const answer = await answered;
    this.answers.delete(id);
    return answer;
  }
}
