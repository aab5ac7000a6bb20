/** How long the page is busy at a stretch while its node works hardest, and with it how long a tap may go unanswered. */
import { existsSync } from 'node:fs';
import type { Page } from 'playwright';
import { serveOnChain } from './chain-app.ts';
import { atMost, Skipped, type Figure } from './figures.ts';
import { median } from './median.ts';
import { tasksOf, type PageTasks } from './page-tasks.ts';
import { BATCH_BLOCKS, type ChainPlan } from './page/make-chain.ts';
import { BUNDLE } from './share.ts';
import { openUntilUsable } from './usable.ts';
import type { Workbench } from './workbench.ts';

const ROUNDS = 3;
const TARGET_MS = 50;
const INTERVAL_S = 5;

export async function measureMainThread(workbench: Workbench): Promise<readonly Figure[]> {
  if (!existsSync(BUNDLE)) throw new Skipped(`${BUNDLE} is not there`);
  return [
    figureOf('import and opening of a 3.9 MB bundle', await rounds(() => importAndOpen(workbench))),
    ...(await measureArrival(workbench)),
    figureOf('sync of 5,000 blocks, at /lab', await syncRounds(workbench)),
  ];
}

async function rounds<T>(run: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  while (results.length < ROUNDS) results.push(await run());
  return results;
}

/** Of `ROUNDS` runs the longest task; what is promised holds for the worst of them. */
export function figureOf(what: string, runs: readonly PageTasks[]): Figure {
  const longestMs = Math.max(...runs.map((run) => run.longestMs));
  return {
    what,
    value: longestMs,
    unit: 'ms',
    target: atMost(TARGET_MS, longestMs, `${TARGET_MS} ms`),
    details: {
      'median of the runs': `${median(runs.map((run) => run.longestMs)).toFixed(1)} ms`,
      'processor time, median and most': `${median(runs.map((run) => run.longestCpuMs)).toFixed(1)} ms, ${Math.max(...runs.map((run) => run.longestCpuMs)).toFixed(1)} ms`,
      'tasks over 50 ms, all runs': runs.reduce((sum, run) => sum + run.over50Ms, 0),
    },
  };
}

async function importAndOpen(workbench: Workbench): Promise<PageTasks> {
  const { url } = await workbench.serve(await workbench.appDir());
  const context = await workbench.freshProfile();
  const page = context.pages()[0]!;
  await openUntilUsable(page, url);
  await go(page, '/me');
  const file = page.getByLabel('Choose a file');
  await file.waitFor({ state: 'attached' });
  const tasks = await tasksOf(page, async () => {
    await file.setInputFiles(BUNDLE);
    await page.locator('.record h2').first().waitFor();
  });
  await context.close();
  return tasks;
}

/** A block of 1,000 transactions comes while somebody looks at the chain, and while somebody looks at a block. */
async function measureArrival(workbench: Workbench): Promise<readonly Figure[]> {
  const known = 3 * BATCH_BLOCKS;
  const plan = planOf({ blocks: known + 1, fullBlocks: 1, transactionsPerBlock: 1_000 });
  const { url } = await serveOnChain(workbench, plan);
  const keeper = (await workbench.freshProfile()).pages()[0]!;
  await keeper.goto(`${url}bench/index.html`);
  await keeper.evaluate((wanted) => window.bench.seedChain(wanted), plan);

  const arrival = async (route: string) => {
    await keeper.goto('about:blank');
    const context = await workbench.freshProfile();
    const page = context.pages()[0]!;
    await page.goto(`${url}bench/index.html`);
    await page.evaluate(([wanted, upTo]) => window.bench.seedChain(wanted, upTo), [plan, known] as const);
    await openUntilUsable(page, url);
    await go(page, route);
    await page.locator('main h1').waitFor();
    const arrived = await tasksOf(page, async () => {
      await Promise.all([page.evaluate(untilHeight, plan.blocks), keeper.goto(url)]);
    });
    const opened = await tasksOf(page, async () => {
      await go(page, `/lab/block/${plan.blocks}`);
      await page.locator('.hex').waitFor();
    });
    await context.close();
    return { arrived, opened };
  };
  const atLab = await rounds(() => arrival('/lab'));
  const atBlock = await rounds(() => arrival(`/lab/block/${known}`));
  return [
    figureOf(
      'a block of 1,000 transactions comes, at /lab',
      atLab.map(({ arrived }) => arrived),
    ),
    figureOf(
      'it comes, at /lab/block',
      atBlock.map(({ arrived }) => arrived),
    ),
    figureOf(
      'it is opened',
      [...atLab, ...atBlock].map(({ opened }) => opened),
    ),
  ];
}

async function syncRounds(workbench: Workbench): Promise<readonly PageTasks[]> {
  const plan = planOf({ blocks: 5_000, fullBlocks: 500, transactionsPerBlock: 20 });
  const { url } = await serveOnChain(workbench, plan);
  const keeper = (await workbench.freshProfile()).pages()[0]!;
  await keeper.goto(`${url}bench/index.html`);
  await keeper.evaluate((wanted) => window.bench.seedChain(wanted), plan);
  return rounds(async () => {
    await keeper.goto('about:blank');
    const context = await workbench.freshProfile();
    const page = context.pages()[0]!;
    await openUntilUsable(page, url);
    await go(page, '/lab');
    await page.locator('main h1').waitFor();
    const tasks = await tasksOf(page, () => Promise.all([page.evaluate(untilHeight, plan.blocks), keeper.goto(url)]));
    await context.close();
    return tasks;
  });
}

function planOf(size: Omit<ChainPlan, 'genesisTimeS'>): ChainPlan {
  return { ...size, genesisTimeS: Math.floor(Date.now() / 1000) - (size.blocks + 1) * INTERVAL_S };
}

async function go(page: Page, route: string): Promise<void> {
  await page.evaluate((hash) => (window.location.hash = hash), route);
}

// ---- what follows runs in the page

async function untilHeight(height: number): Promise<void> {
  const { medmesh } = window;
  if (!medmesh) throw new Error('no node on this page');
  let subscription: number | undefined;
  await new Promise<void>((resolve) => {
    void medmesh
      .subscribe(({ chain }) => {
        if (chain && chain.tip.height >= height) resolve();
      })
      .then((number) => (subscription = number));
  });
  if (subscription !== undefined) await medmesh.unsubscribe(subscription);
}
