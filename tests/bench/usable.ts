/** Opening the app and telling when its node is usable. */
import type { Page } from 'playwright';
import type { ModelListener, NodeApi } from '../../src/node/api.ts';

declare global {
  interface Window {
    readonly medmesh?: NodeApi;
    /** Milliseconds from navigation to a running node. */
    usableMs?: Promise<number>;
  }
}

/** @returns ms from the start of the navigation until the page's node answers a subscription and is running */
export async function openUntilUsable(page: Page, url: string): Promise<number> {
  await page.addInitScript(watchForNode);
  await page.goto(url);
  return await page.evaluate(() => window.usableMs!);
}

/** Runs in the page before any script of its own. */
function watchForNode(): void {
  window.usableMs = new Promise((resolve) => {
    const listener: ModelListener = ({ node }) => {
      if (node?.phase === 'running') resolve(performance.now());
    };
    let api: NodeApi | undefined;
    Object.defineProperty(window, 'medmesh', {
      get: () => api,
      set: (given: NodeApi) => {
        api = given;
        void given.subscribe(listener);
      },
    });
  });
}
