/** From opening the address to a usable node, in a browser that never saw it: the built app, its server, nothing warmed up. */
import { atMost, type Figure } from './figures.ts';
import { median } from './median.ts';
import { openUntilUsable } from './usable.ts';
import type { Workbench } from './workbench.ts';

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
