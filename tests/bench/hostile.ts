/** How busy a tab's page is at a stretch while hostile peers do their worst to it: the attacks of the end-to-end tests. */
import type { Page } from 'playwright';
import { ATTACKS, type Attack } from '../e2e/support/attacks.ts';
import { mine, nameOf, prepare, untilGone, untilHeight, untilPeers } from '../e2e/support/besieged.ts';
import { openHostilePage } from '../e2e/support/hostile-page.ts';
import { hostileSpec } from '../support/hostile-network.ts';
import { writeNetwork } from '../support/network-file.ts';
import type { Figure } from './figures.ts';
import { figureOf } from './main-thread.ts';
import { tasksOf } from './page-tasks.ts';
import { openUntilUsable } from './usable.ts';
import type { Workbench } from './workbench.ts';

const BLOCKS_BEFORE = 100;

export async function measureHostile(workbench: Workbench): Promise<readonly Figure[]> {
  const dataDir = workbench.newFolder();
  await writeNetwork(dataDir, hostileSpec(Date.now()));
  const { url } = await workbench.serve(await workbench.appDir(), dataDir);
  const [victim, honest] = [await arrive(workbench, url), await arrive(workbench, url)];
  await untilPeers(victim, 1);
  await untilHeight(victim, await mine(honest, BLOCKS_BEFORE));
  const { page: hostile } = await openHostilePage(await workbench.bareBrowser(), url);
  // The tab that somebody looks at: the page with the peers on it has most to draw.
  await victim.evaluate(() => (window.location.hash = '/node'));
  await victim.locator('main h1').waitFor();

  const figures: Figure[] = [
    figureOf('nobody attacks, a block comes', [
      await tasksOf(victim, async () => untilHeight(victim, await mine(honest))),
    ]),
  ];
  for (const attack of ATTACKS) {
    const tasks = await tasksOf(victim, () => bear(attack, victim, honest, hostile));
    await hostile.evaluate(() => window.hostile.leave());
    await untilPeers(victim, 1);
    figures.push(figureOf(`a peer that ${attack.name}`, [tasks]));
  }
  return figures;
}

async function arrive(workbench: Workbench, url: string): Promise<Page> {
  const context = await workbench.freshProfile();
  await prepare(context);
  const page = context.pages()[0]!;
  await openUntilUsable(page, url);
  return page;
}

/** From the first word of the attacker to a block of the honest, after all is done. */
async function bear({ name, crowd = 1, ends, isNameless }: Attack, victim: Page, honest: Page, hostile: Page) {
  const sinceMs = Date.now();
  const names = await hostile.evaluate(([attack, to, count]) => window.hostile.come(attack, to, count), [
    name,
    await nameOf(victim),
    crowd,
  ] as const);
  if (ends) await untilGone(victim, isNameless ? undefined : names[0], sinceMs);
  else await hostile.evaluate(() => window.hostile.done);
  await untilHeight(victim, await mine(honest));
}
