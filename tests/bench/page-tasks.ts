/** How long the tasks of a page's main thread are, as Chromium's own trace has them: from 0 ms on, not only over 50. */
import type { Page } from 'playwright';

export interface PageTasks {
  /** Wall-clock time of the longest task, ms. */
  readonly longestMs: number;
  /** Processor time of the task that took most of it, ms: what is left of the above on a machine that does nothing else. */
  readonly longestCpuMs: number;
  readonly over50Ms: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const CATEGORIES = ['__metadata', 'disabled-by-default-devtools.timeline'];
/** Runs in a browser that has no other page. Looking for a role or a text is a long task itself: `run` waits for plain selectors. */
export async function tasksOf(page: Page, run: () => Promise<unknown>): Promise<PageTasks> {
  const browser = page.context().browser()!;
  await browser.startTracing(page, { categories: CATEGORIES });
  await run();
  await page.evaluate(untilDrawn);
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: readonly TraceEvent[] };
  const mainThreads = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents.filter(({ name, pid, tid }) => name === 'RunTask' && mainThreads.has(`${pid} ${tid}`));
  return {
    longestMs: Math.max(0, ...tasks.map(({ dur = 0 }) => dur)) / 1000,
    longestCpuMs: Math.max(0, ...tasks.map(({ tdur = 0 }) => tdur)) / 1000,
    over50Ms: tasks.filter(({ dur = 0 }) => dur > 50_000).length,
  };
}

// ---- what follows runs in the page

/** What a run leaves to be drawn still belongs to it: two frames, and then nothing more to do. */
async function untilDrawn(): Promise<void> {
  for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
  await new Promise((resolve) => requestIdleCallback(resolve));
}
