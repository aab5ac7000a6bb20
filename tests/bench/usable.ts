/** Opening the app and telling how far its node is. */
import type { Page } from 'playwright';
import type { ModelListener, NodeApi } from '../../src/node/api.ts';

/** The chain is kept; the person's keys are there too. */
type Stage = 'running' | 'usable';

declare global {
  interface Window {
    readonly medmesh?: NodeApi;
    /** Milliseconds from navigation to each stage. */
    stages?: Readonly<Record<Stage, Promise<number>>>;
  }
}

/** @returns ms from the start of the navigation until the page's node answers a subscription, runs, and has its person's keys */
export async function openUntilUsable(page: Page, url: string): Promise<number> {
  return openUntil('usable', page, url);
}

export async function openUntil(stage: Stage, page: Page, url: string): Promise<number> {
  await page.addInitScript(watchForNode);
  await page.goto(url);
  return await page.evaluate((awaited) => window.stages![awaited], stage);
}

/** Runs in the page before any script of its own. */
function watchForNode(): void {
  const reached: Partial<Record<Stage, (ms: number) => void>> = {};
  const stage = (name: Stage) => new Promise<number>((resolve) => (reached[name] = resolve));
  window.stages = { running: stage('running'), usable: stage('usable') };
  const listener: ModelListener = ({ node }) => {
    if (node?.phase !== 'running') return;
    reached.running?.(performance.now());
    if (node.vault.state === 'open') reached.usable?.(performance.now());
  };
  let api: NodeApi | undefined;
  Object.defineProperty(window, 'medmesh', {
    get: () => api,
    set: (given: NodeApi) => {
      api = given;
      void given.subscribe(listener);
    },
  });
}
