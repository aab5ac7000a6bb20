/** A newcomer catches up with a long chain: the real app in two browsers, one of which has had the chain all along. */
import { readFile } from 'node:fs/promises';
import type { BrowserContext } from 'playwright';
import { serveOnChain } from './chain-app.ts';
import { atMost, type Figure } from './figures.ts';
import type { ChainPlan } from './page/make-chain.ts';
import { openUntilUsable } from './usable.ts';
import type { Workbench } from './workbench.ts';

const BLOCKS = 5_000;
const FULL_BLOCKS = 500;
const TRANSACTIONS = 20;

export async function measureSync(workbench: Workbench): Promise<readonly Figure[]> {
  const intervalS = 5;
  const genesisTimeS = Math.floor(Date.now() / 1000) - (BLOCKS + 1) * intervalS;
  const plan: ChainPlan = {
    genesisTimeS,
    blocks: BLOCKS,
    fullBlocks: FULL_BLOCKS,
    transactionsPerBlock: TRANSACTIONS,
  };
  const { url } = await serveOnChain(workbench, plan);
  const keeper = (await workbench.freshProfile()).pages()[0]!;
  await keeper.goto(`${url}bench/index.html`);
  await keeper.evaluate((wanted) => window.bench.seedChain(wanted), plan);

  const newcomer = await workbench.freshProfile();
  const page = newcomer.pages()[0]!;
  await openUntilUsable(page, url);
  // The keeper comes last: the newcomer is being watched before there is anything to sync.
  const emptyBlocks = BLOCKS - FULL_BLOCKS;
  const [{ linkedMs, headersMs, emptyMs, fullMs, longestTaskMs }] = await Promise.all([
    page.evaluate(followSync, { blocks: BLOCKS, emptyBlocks }),
    keeper.goto(url),
  ]);
  const perSecond = (count: number, fromMs: number, toMs: number) => (1000 * count) / (toMs - fromMs);
  const peak = await peakRendererBytes(newcomer);
  return [
    { what: '5,000 headers synced', value: (headersMs - linkedMs) / 1000, unit: 's' },
    { what: '4,500 empty blocks connected', value: perSecond(emptyBlocks, headersMs, emptyMs), unit: 'blocks/s' },
    {
      what: '500 blocks of 20 transactions connected',
      value: perSecond(FULL_BLOCKS, emptyMs, fullMs),
      unit: 'blocks/s',
      details: {
        'whole sync': `${((fullMs - linkedMs) / 1000).toFixed(1)} s`,
        ...(peak === undefined ? {} : { "most memory of the tab's process": `${(peak / 1e6).toFixed()} MB` }),
      },
    },
    {
      what: 'longest main-thread task meanwhile',
      value: longestTaskMs,
      unit: 'ms',
      target: atMost(50, longestTaskMs, '50 ms'),
    },
  ];
}

/** As the kernel counted it; undefined where there is no such kernel. */
async function peakRendererBytes(context: BrowserContext): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const session = await context.browser()!.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  const statuses = await Promise.all(renderers.map(({ id }) => readFile(`/proc/${id}/status`, 'utf8')));
  return Math.max(...statuses.map((status) => 1024 * Number(/^VmHWM:\s*(\d+) kB/m.exec(status)![1])));
}

// ---- what follows runs in the page

interface SyncTimes {
  readonly linkedMs: number;
  readonly headersMs: number;
  readonly emptyMs: number;
  readonly fullMs: number;
  readonly longestTaskMs: number;
}

function followSync({ blocks, emptyBlocks }: { blocks: number; emptyBlocks: number }): Promise<SyncTimes> {
  let [linkedMs, headersMs, emptyMs, longestTaskMs] = [0, 0, 0, 0];
  // The browser reports tasks over 50 ms only.
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTaskMs = Math.max(longestTaskMs, duration);
  }).observe({ type: 'longtask' });
  return new Promise((resolve) => {
    void window.medmesh!.subscribe(({ peers, chain }) => {
      const nowMs = performance.now();
      if (peers?.peers.length) linkedMs ||= nowMs;
      if (!chain) return;
      if (chain.bestHeaderHeight >= blocks) headersMs ||= nowMs;
      if (chain.tip.height >= emptyBlocks) emptyMs ||= nowMs;
      if (chain.tip.height >= blocks) resolve({ linkedMs, headersMs, emptyMs, fullMs: nowMs, longestTaskMs });
    });
  });
}
