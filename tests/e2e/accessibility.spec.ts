/** axe on every screen: both languages and themes, phone and desk. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { bundleOf } from './support/bundle.ts';
import { expect, test } from './support/fixtures.ts';

const ROUTES = [
  '/',
  '/me',
  '/me/share',
  '/me/grants',
  '/clinic',
  '/clinic/inbox',
  '/clinic/profile',
  '/lab',
  '/lab/block/0',
  '/lab/coins',
  '/node',
  '/node/network',
  '/node/storage',
  '/node/keys',
  '/j',
];

/** Each language, theme, width and wish for less motion meets each of the others. */
const LOOKS = [
  { language: 'en', theme: 'light', width: 1280, reducedMotion: 'no-preference' },
  { language: 'en', theme: 'dark', width: 360, reducedMotion: 'reduce' },
  { language: 'zh', theme: 'dark', width: 1280, reducedMotion: 'no-preference' },
  { language: 'zh', theme: 'light', width: 360, reducedMotion: 'reduce' },
] as const;

/** Longer than any animation of the app that has an end. */
const STILL_WITHIN_MS = 5_000;

/** Contrast is measured on what stays, not on what is fading in. */
function hasComeToRest(page: Page): Promise<unknown> {
  return page.waitForFunction(
    () =>
      document
        .getAnimations()
        .every(({ playState, effect }) => playState !== 'running' || effect?.getComputedTiming().endTime === Infinity),
    undefined,
    { timeout: STILL_WITHIN_MS },
  );
}

for (const look of LOOKS) {
  test(`axe finds nothing: ${look.language}, ${look.theme}, ${look.width} px, motion ${look.reducedMotion}`, async ({
    arrive,
  }) => {
    test.setTimeout(180_000);
    const person = await arrive();
    const { page } = person;
    await page.evaluate(({ language, theme }) => {
      localStorage.setItem('medmesh/language', language);
      localStorage.setItem('medmesh/theme', theme);
    }, look);
    await page.setViewportSize({ width: look.width, height: 800 });
    await page.emulateMedia({ reducedMotion: look.reducedMotion });
    await page.reload();
    await person.waitFor(({ node }) => node.vault.state === 'open');
    const imported = await page.evaluate(
      (text) => window.medmesh!.importRecord(new Blob([text]), 'ada.json'),
      bundleOf('Ada Example', ['Asthma']),
    );
    expect(imported).toMatchObject({ ok: true });
    const { records } = await person.readModel();
    for (const route of [...ROUTES, `/me/record/${records[0]!.id}`, `/me/share/${records[0]!.id}`]) {
      await person.go(route);
      await expect(page.locator('main h1').first()).toBeVisible();
      await hasComeToRest(page);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.map(({ id, nodes }) => `${route}: ${id} ${nodes.map(({ html }) => html).join(' ')}`),
        route,
      ).toEqual([]);
      const overflows = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      expect(overflows, `${route} scrolls sideways`).toBe(false);
    }
  });
}
