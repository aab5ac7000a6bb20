/**
 * Photographs the screens and lets axe judge them: every route and state, both languages, both themes, phone and desk.
 * node tests/support/ui-fixture/look.mjs [--out folder] [--only text] [--no-axe] [--no-shots] [--quick]
 */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright';
import { build, preview } from 'vite';
import { CHROMIUM_ARGS, findChromium } from '../../../scripts/chromium.mjs';

const say = (...parts) => process.stdout.write(`${parts.join(' ')}\n`);
const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const has = (name) => process.argv.includes(name);
const out = option('--out') ?? '/tmp/shots';
const only = option('--only') ?? '';

const VIEWS = [
  ['home', 'full', '/'],
  ['home-empty', 'empty', '/'],
  ['home-syncing', 'syncing', '/'],
  ['home-starting', 'starting', '/'],
  ['me', 'full', '/me'],
  ['me-empty', 'empty', '/me'],
  ['me-record', 'full', '/me/record/r1'],
  ['me-record-many', 'full', '/me/record/r3'],
  ['me-share', 'full', '/me/share/r1'],
  ['me-share-empty', 'empty', '/me/share'],
  ['me-shared-link', 'full', '/me/shared/g1'],
  ['me-shared-organisation', 'full', '/me/shared/g2'],
  ['me-shared-sending', 'full', '/me/shared/g3'],
  ['me-shared-stopped', 'full', '/me/shared/g4'],
  ['me-grants', 'full', '/me/grants'],
  ['me-grants-empty', 'empty', '/me/grants'],
  ['clinic', 'full', '/clinic'],
  ['clinic-empty', 'empty', '/clinic'],
  ['clinic-inbox', 'full', '/clinic/inbox'],
  ['clinic-inbox-empty', 'empty', '/clinic/inbox'],
  ['clinic-inbox-ready', 'full', '/clinic/inbox/i1'],
  ['clinic-inbox-fetching', 'full', '/clinic/inbox/i2'],
  ['clinic-inbox-waiting', 'full', '/clinic/inbox/i3'],
  ['clinic-inbox-revoked', 'full', '/clinic/inbox/i4'],
  ['clinic-inbox-expired', 'full', '/clinic/inbox/i5'],
  ['clinic-inbox-opening', 'full', '/clinic/inbox/i7'],
  ['clinic-inbox-record-waiting', 'full', '/clinic/inbox/i8'],
  ['clinic-inbox-other-patient', 'full', '/clinic/inbox/i9'],
  ['clinic-inbox-stopped-unopened', 'full', '/clinic/inbox/i10'],
  ['clinic-profile', 'full', '/clinic/profile'],
  ['clinic-profile-empty', 'empty', '/clinic/profile'],
  ['lab', 'full', '/lab'],
  ['lab-empty', 'empty', '/lab'],
  ['lab-syncing', 'syncing', '/lab'],
  ['lab-block', 'full', '/lab/block/1539'],
  ['lab-block-unknown', 'full', '/lab/block/99999'],
  ['lab-coins', 'full', '/lab/coins'],
  ['lab-coins-empty', 'empty', '/lab/coins'],
  ['node', 'full', '/node'],
  ['node-empty', 'empty', '/node'],
  ['node-network', 'full', '/node/network'],
  ['node-storage', 'full', '/node/storage'],
  ['node-storage-empty', 'empty', '/node/storage'],
  ['node-keys', 'full', '/node/keys'],
  ['node-keys-passphrase', 'passphrase', '/node/keys'],
  ['join-none', 'full', '/j'],
  ['join-request', 'join-request', '/j'],
  ['join-request-empty', 'join-request-empty', '/j'],
  ['join-share', 'join-share', '/j'],
  ['join-invite', 'join-invite', '/j'],
  ['join-other', 'join-other', '/j'],
  ['join-damaged', 'join-damaged', '/j'],
  ['join-expired', 'join-expired', '/j'],
  ['state-offline', 'offline', '/me'],
  ['state-relay-gone', 'relay-gone', '/me'],
  ['state-alone', 'alone', '/me'],
  ['state-connecting', 'connecting', '/lab'],
  ['state-new-version', 'new-version', '/me'],
  ['state-clock', 'clock', '/lab'],
  ['state-storage-full', 'storage-full', '/node/storage'],
  ['state-locked', 'locked', '/me'],
  ['state-corrupt', 'corrupt', '/me'],
  ['state-halted', 'halted', '/me'],
  ['state-unsupported', 'unsupported', '/'],
  ['state-insecure', 'insecure', '/'],
  ['state-insecure-nowhere', 'insecure-nowhere', '/'],
  ['state-failed', 'failed', '/'],
  ['not-found', 'full', '/nowhere'],
];

function chooseFile(page, name) {
  return page.setInputFiles('input[type=file]', { name, mimeType: 'application/json', buffer: Buffer.from('{}') });
}

/** What opens on top of a screen. */
const POPUPS = {
  'popup-connection': ['full', '/', (page) => page.locator('.pill').click()],
  'popup-settings': ['full', '/', (page) => page.locator('[popovertarget=settings]').click()],
  'popup-paste': ['empty', '/me', (page) => page.locator('.drop button').nth(1).click()],
  'popup-erase': ['full', '/me/record/r1', (page) => page.locator('button.danger').first().click()],
  'join-request-chosen': ['join-request', '/j', (page) => page.locator('main label.tiles').first().click()],
  'popup-replace': ['full', '/me/record/r1', (page) => chooseFile(page, 'newer.json')],
  'popup-replace-other': ['full', '/me/record/r1', (page) => chooseFile(page, 'other.json')],
  'popup-qr': ['full', '/me/shared/g1', (page) => page.locator('main button:has(svg[role=img])').click()],
  'popup-scan-link': ['full', '/', scanWithoutCamera],
  'popup-scan-address': ['full', '/lab/coins', scanWithoutCamera],
  'popup-forget': [
    'full',
    '/node/network',
    (page) =>
      page
        .getByRole('button', { name: /^(Forget|忘记)/ })
        .first()
        .click(),
  ],
  'popup-words': ['full', '/node/keys', (page) => page.locator('main button.primary').first().click()],
};

async function scanWithoutCamera(page) {
  await page.locator('main form button[type=button]').first().click();
  await page.locator('dialog .notice').waitFor();
}

const config = fileURLToPath(new URL('./vite.config.ts', import.meta.url));
await build({ configFile: config, logLevel: 'warn' });
const server = await preview({ configFile: config, logLevel: 'warn', preview: { port: 0, host: '127.0.0.1' } });
const origin = server.resolvedUrls.local[0];

const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
mkdirSync(out, { recursive: true });
const variants = has('--quick')
  ? [
      ['en', 'light', 1280],
      ['zh', 'dark', 360],
    ]
  : ['en', 'zh'].flatMap((lang) =>
      ['light', 'dark'].flatMap((theme) => [360, 1280].map((width) => [lang, theme, width])),
    );

let violations = 0;
for (const [lang, theme, width] of variants) {
  const context = await browser.newContext({
    viewport: { width, height: width === 360 ? 740 : 860 },
    locale: lang === 'zh' ? 'zh-CN' : 'en-GB',
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => say('ERROR', page.url(), error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') say('CONSOLE', page.url(), message.text());
  });
  const views = [
    ...VIEWS.map(([name, scenario, path]) => [name, scenario, path, undefined]),
    ...Object.entries(POPUPS).map(([name, [scenario, path, act]]) => [name, scenario, path, act]),
  ];
  for (const [name, scenario, path, act] of views) {
    if (!name.includes(only)) continue;
    await page.goto('about:blank');
    await page.goto(`${origin}?scenario=${scenario}#${path}`);
    await page.waitForSelector('h1, [role=status]:has(svg)', { timeout: 10_000 }).catch((error) => {
      throw new Error(`${name} ${lang} ${theme} ${width}`, { cause: error });
    });
    await page.waitForLoadState('networkidle');
    if (act) {
      await act(page);
      await page.waitForTimeout(250);
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) say(`OVERFLOW ${overflow}px ${name} ${lang} ${theme} ${width}`);
    if (!has('--no-shots')) {
      await page.screenshot({
        path: `${out}/${name}-${lang}-${theme}-${width}.png`,
        fullPage: !name.startsWith('popup'),
      });
    }
    if (!has('--no-axe')) {
      const result = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze();
      for (const violation of result.violations) {
        violations++;
        say(`AXE ${name} ${lang} ${theme} ${width}: ${violation.id}: ${violation.help}`);
        for (const node of violation.nodes.slice(0, 3))
          say('   ', node.html.slice(0, 160), node.failureSummary?.split('\n').slice(1, 2).join(' '));
      }
    }
  }
  await context.close();
}
await browser.close();
await new Promise((resolve) => server.httpServer.close(resolve));
say(`${violations} violations`);
process.exitCode = violations === 0 ? 0 : 1;
