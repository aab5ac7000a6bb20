/** axe on every screen: both languages and themes, phone and desk. */
import { AxeBuilder } from '@axe-core/playwright';
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

/** Each language, theme and width meets each of the others. */
const LOOKS = [
  { language: 'en', theme: 'light', width: 1280 },
  { language: 'en', theme: 'dark', width: 360 },
  { language: 'zh', theme: 'dark', width: 1280 },
  { language: 'zh', theme: 'light', width: 360 },
] as const;

for (const look of LOOKS) {
  test(`axe finds nothing: ${look.language}, ${look.theme}, ${look.width} px`, async ({ arrive }) => {
    test.setTimeout(180_000);
    const person = await arrive();
    const { page } = person;
    await page.evaluate(({ language, theme }) => {
      localStorage.setItem('medmesh/language', language);
      localStorage.setItem('medmesh/theme', theme);
    }, look);
    await page.setViewportSize({ width: look.width, height: 800 });
    await page.reload();
    await person.waitFor(({ node }) => node.phase === 'running');
    const imported = await page.evaluate(
      (text) => window.medmesh!.importRecord(new Blob([text]), 'ada.json'),
      bundleOf('Ada Example', ['Asthma']),
    );
    expect(imported).toMatchObject({ ok: true });
    const { records } = await person.readModel();
    for (const route of [...ROUTES, `/me/record/${records[0]!.id}`, `/me/share/${records[0]!.id}`]) {
      await person.go(route);
      await expect(page.locator('main h1').first()).toBeVisible();
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
