/** The height a page shows, as it shows it: what it shows is committed. */
import type { Person } from '../fixtures.ts';

declare global {
  interface Window {
    tipShown?: (height: number) => Promise<void>;
  }
}

export class ShownTip {
  /** Highest so far. */
  height = 0;
  private readonly waiting = new Set<{ readonly height: number; readonly resolve: () => void }>();

  static async of({ page }: Person): Promise<ShownTip> {
    const shown = new ShownTip();
    await page.exposeFunction('tipShown', (height: number) => shown.onShown(height));
    await page.evaluate(async () => {
      await window.medmesh!.subscribe(({ chain }) => {
        if (chain) void window.tipShown!(chain.tip.height);
      });
    });
    return shown;
  }

  reaches(height: number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.add({ height, resolve });
      this.onShown(this.height);
    });
  }

  private onShown(height: number): void {
    this.height = Math.max(this.height, height);
    for (const waiting of this.waiting) {
      if (waiting.height > this.height) continue;
      this.waiting.delete(waiting);
      waiting.resolve();
    }
  }
}
