/** The benches that one tab can run alone: the figures of the measuring functions in page/. */
import { atLeast, sideBySide, type Figure } from './figures.ts';
import type { Workbench } from './workbench.ts';

export async function measureMiner(workbench: Workbench): Promise<readonly Figure[]> {
  const tab = await workbench.benchTab();
  const { kernelHashesPerSecond, nobleHashesPerSecond } = await tab.evaluate(() => window.bench.measureMiner());
  const figure = sideBySide(
    { what: 'mining, one worker', value: kernelHashesPerSecond / 1e6, unit: 'MH/s' },
    { what: 'plain @noble loop', value: nobleHashesPerSecond / 1e6 },
  );
  return [{ ...figure, target: atLeast(10, figure.ratio, '10x') }];
}

export async function measureVerifier(workbench: Workbench): Promise<readonly Figure[]> {
  const tab = await workbench.benchTab();
  const figures = await tab.evaluate(() => window.bench.measureVerifier());
  return [
    {
      ...sideBySide(
        { what: 'signatures checked by the pool', value: figures.poolChecksPerSecond, unit: 'checks/s' },
        { what: 'one-thread @noble', value: figures.nobleChecksPerSecond },
      ),
      details: { workers: figures.cores },
    },
  ];
}

export async function measureBlockCommit(workbench: Workbench): Promise<readonly Figure[]> {
  const tab = await workbench.benchTab();
  const { single, batched, bytesPerBlock } = await tab.evaluate(() => window.bench.measureBlockCommit());
  const figureOf = (how: string, { store, bare }: typeof single) => ({
    ...sideBySide(
      { what: `blocks committed, ${how}`, value: store, unit: 'blocks/s' },
      { what: 'bare IndexedDB puts', value: bare },
    ),
    details: { 'bytes a block': Math.round(bytesPerBlock) },
  });
  return [figureOf('one by one', single), figureOf('100 a commit', batched)];
}
