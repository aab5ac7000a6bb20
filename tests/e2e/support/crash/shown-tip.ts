/** The height a page shows, as it shows it: what it shows is committed. */
import type { Person } from '../fixtures.ts';

const WORD = 'shown tip ';

export class ShownTip {
  /** Highest so far. */
  height = 0;
  private readonly waiting = new Set<{ readonly height: number; readonly resolve: () => void }>();

  static async of({ page }: Person): Promise<ShownTip> {
    const shown = new ShownTip();
    // By the console: what a page says there is here even when the page is killed in the next moment.
    page.on('console', (message) => {
      if (message.text().startsWith(WORD)) shown.onShown(Number(message.text().slice(WORD.length)));
    });
    await page.evaluate(async (word) => {
      await window.medmesh!.subscribe(({ chain }) => {
        // eslint-disable-next-line no-console -- the way out of the page
        if (chain) console.info(`${word}${chain.tip.height}`);
      });
    }, WORD);
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
