/** From opening the address to a usable node, on a browser that never saw it: the built app, its server, nothing warmed up. */
import type { Page } from 'playwright';
import type { ModelListener, NodeApi } from '../../src/node/api.ts';
import { atMost, type Figure } from './figures.ts';
import { median } from './median.ts';
import type { Workbench } from './workbench.ts';

declare global {
  interface Window {
    readonly medmesh?: NodeApi;
    /** Milliseconds from navigation to a running node. */
    usableMs?: Promise<number>;
  }
}

const ROUNDS = 5;

export async function measureOpenToUsable(workbench: Workbench): Promise<readonly Figure[]> {
  const { url } = await workbench.serve(await workbench.appDir());
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const context = await workbench.freshProfile();
    times.push(await openUntilUsable(context.pages()[0]!, url));
    await context.close();
  }
  const seconds = median(times) / 1000;
  return [
    {
      what: 'open to usable, fresh profile',
      value: seconds,
      unit: 's',
      target: atMost(2, seconds, '2 s'),
      details: { fastest: `${Math.min(...times).toFixed()} ms`, slowest: `${Math.max(...times).toFixed()} ms` },
    },
  ];
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
