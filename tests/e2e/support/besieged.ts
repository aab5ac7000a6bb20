/** What a test or a bench asks of tabs that hostile peers come to. All waiting is done in the page, and costs it little. */
import type { BrowserContext, Page } from 'playwright';
import type { PeerId } from '../../../src/core/ids.ts';
import type { NodeApi, PeersView, ReadModel } from '../../../src/node/api.ts';

declare global {
  interface Window {
    readonly medmesh?: NodeApi;
    /** Resolves with what `pick` finds in the read model, once it finds something. */
    untilFound?<T>(pick: (part: Partial<ReadModel>) => T | undefined): Promise<T>;
  }
}

type GoneRow = PeersView['gone'][number];

/** Before any page of the context is opened. */
export async function prepare(context: BrowserContext): Promise<void> {
  await context.addInitScript(lendUntilFound);
}

/** How the node parted from a peer; from the latest, where it never got as far as a name. */
export function untilGone(page: Page, peerId: PeerId | undefined, sinceMs: number): Promise<GoneRow> {
  return page.evaluate(
    ([id, ms]) => window.untilFound!(({ peers }) => peers?.gone.find((row) => row.peerId === id && row.atMs >= ms)),
    [peerId, sinceMs] as const,
  );
}

export function untilHeight(page: Page, height: number): Promise<number> {
  return page.evaluate(
    (wanted) => window.untilFound!(({ chain }) => (chain && chain.tip.height >= wanted ? chain.tip.height : undefined)),
    height,
  );
}

/** Until the node has so many peers, and not one more or less. */
export function untilPeers(page: Page, count: number): Promise<number> {
  return page.evaluate(
    (wanted) => window.untilFound!(({ peers }) => (peers?.peers.length === wanted ? wanted : undefined)),
    count,
  );
}

export function peersOf(page: Page): Promise<PeersView> {
  return page.evaluate(() => window.untilFound!(({ peers }) => peers));
}

export function nameOf(page: Page): Promise<PeerId> {
  return page.evaluate(() => window.untilFound!(({ node }) => node?.peerId as PeerId | undefined));
}

/** Mines `count` blocks, or a few more. @returns the height then */
export function mine(page: Page, count = 1): Promise<number> {
  return page.evaluate(async (wanted) => {
    const from = await window.untilFound!(({ chain }) => chain?.tip.height);
    await window.medmesh!.setMining(true, 1);
    await window.untilFound!(({ chain }) => (chain && chain.tip.height >= from + wanted) || undefined);
    await window.medmesh!.setMining(false, 1);
    return window.untilFound!(({ chain }) => chain?.tip.height);
  }, count);
}

/** Runs in the page before any script of its own. */
function lendUntilFound(): void {
  window.untilFound = async (pick) => {
    const { medmesh } = window;
    if (!medmesh) throw new Error('no node on this page');
    let find!: (found: NonNullable<ReturnType<typeof pick>>) => void;
    const found = new Promise<NonNullable<ReturnType<typeof pick>>>((resolve) => (find = resolve));
    const subscription = await medmesh.subscribe((part) => {
      const picked = pick(part);
      if (picked !== undefined) find(picked as NonNullable<ReturnType<typeof pick>>);
    });
    try {
      return await found;
    } finally {
      await medmesh.unsubscribe(subscription);
    }
  };
}
