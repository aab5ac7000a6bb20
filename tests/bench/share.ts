/** A big record's way from one person's disk to another's screen: the real app in two browsers, over the real relay. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from 'playwright';
import { atMost, Skipped, type Figure } from './figures.ts';
import { openUntilUsable } from './usable.ts';
import type { Workbench } from './workbench.ts';

declare global {
  interface Window {
    /** Kept up to date from `watch` on. */
    watched?: { peers: number; progressMs: number[]; longTasksMs: number[] };
  }
}

/** A synthetic patient of Synthea, beside the repository. */
export const BUNDLE = resolve('../shared/data/synthea/Fletcher_Hyatt_fe0562b5-f517-4951-8366-32fdab088930.json');

export async function measureShare(workbench: Workbench): Promise<readonly Figure[]> {
  if (!existsSync(BUNDLE)) throw new Skipped(`${BUNDLE} is not there`);
  const { url } = await workbench.serve(await workbench.appDir());
  const people = await Promise.all([arrive(workbench, url), arrive(workbench, url)]);
  const [patient, clinic] = people;
  for (const page of people) await page.waitForFunction(() => window.watched!.peers === 1);
  await patient.evaluate(() => (window.location.hash = '#/me'));
  const file = patient.getByLabel('Choose a file');
  await file.waitFor({ state: 'attached' });
  for (const page of people) await page.evaluate(() => (window.watched!.longTasksMs = []));

  const imported = await timed(patient, async () => {
    await file.setInputFiles(BUNDLE);
    await recordShown(patient);
  });
  let link = '';
  const shared = await timed(patient, async () => (link = await patient.evaluate(shareByLink)));
  const read = await timed(clinic, async () => {
    await clinic.evaluate(acceptAndOpen, link);
    await recordShown(clinic);
  });
  const tasksMs = (await Promise.all(people.map((page) => page.evaluate(() => window.watched!.longTasksMs)))).flat();

  const total = imported.seconds + shared.seconds + read.seconds;
  const longestTaskMs = Math.max(0, ...tasksMs);
  return [
    {
      what: '3.9 MB bundle imported, sealed, shared, rendered',
      value: total,
      unit: 's',
      target: atMost(10, total, '10 s'),
      details: {
        'import and render': `${imported.seconds.toFixed(2)} s`,
        share: `${shared.seconds.toFixed(2)} s`,
        'receive and render': `${read.seconds.toFixed(2)} s`,
        'longest wait for progress': `${Math.max(imported.longestWaitS, read.longestWaitS).toFixed(2)} s`,
      },
    },
    {
      what: 'longest main-thread task meanwhile',
      value: longestTaskMs,
      unit: 'ms',
      target: atMost(50, longestTaskMs, '50 ms'),
      details: { 'tasks over 50 ms': tasksMs.length },
    },
  ];
}

async function arrive(workbench: Workbench, url: string): Promise<Page> {
  const page = (await workbench.freshProfile()).pages()[0]!;
  await openUntilUsable(page, url);
  await page.evaluate(watch);
  return page;
}

/** @returns how long it took, and the longest time in it without a change that a person sees as progress */
async function timed(page: Page, run: () => Promise<unknown>): Promise<{ seconds: number; longestWaitS: number }> {
  await page.evaluate(() => (window.watched!.progressMs = [performance.now()]));
  await run();
  const marksMs = await page.evaluate(() => [...window.watched!.progressMs, performance.now()]);
  const waitsMs = marksMs.slice(1).map((markMs, i) => markMs - marksMs[i]!);
  return { seconds: (marksMs.at(-1)! - marksMs[0]!) / 1000, longestWaitS: Math.max(...waitsMs) / 1000 };
}

function recordShown(page: Page): Promise<void> {
  return page.getByRole('heading', { name: 'Problems' }).waitFor();
}

// ---- what follows runs in the page

function watch(): Promise<number> {
  const watched: NonNullable<Window['watched']> = { peers: 0, progressMs: [], longTasksMs: [] };
  window.watched = watched;
  // The browser reports tasks over 50 ms only.
  new PerformanceObserver((list) => {
    watched.longTasksMs.push(...list.getEntries().map(({ duration }) => duration));
  }).observe({ type: 'longtask' });
  return window.medmesh!.subscribe(({ peers, tasks, inbox }) => {
    if (peers) watched.peers = peers.peers.length;
    if (tasks || inbox) watched.progressMs.push(performance.now());
  });
}

async function shareByLink(): Promise<string> {
  const api = window.medmesh!;
  const recordId = /[^/]+$/.exec(window.location.hash)![0];
  const shared = await api.share({
    recordId,
    to: { kind: 'link', label: 'Bench' },
    purpose: 'TREAT',
    expiresAtS: Math.floor(Date.now() / 1000) + 3600,
  });
  if (!shared.ok || !shared.value.link) throw new Error(`share: ${JSON.stringify(shared)}`);
  return shared.value.link;
}

async function acceptAndOpen(link: string): Promise<void> {
  const accepted = await window.medmesh!.acceptShare(link);
  if (!accepted.ok) throw new Error(`accept: ${JSON.stringify(accepted)}`);
  window.location.hash = `#/clinic/inbox/${accepted.value.inboxId}`;
}
