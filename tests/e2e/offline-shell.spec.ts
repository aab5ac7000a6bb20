/** The page without its server: it opens all the same, never speaks in the server's name, and is replaced by nobody. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../../src/app/serve/server.ts';
import { bundleOf } from './support/bundle.ts';
import { expect, test } from './support/fixtures.ts';

const isControlled = () => navigator.serviceWorker.controller !== null;

test('a tab opens without its server, and finds back when it returns', async ({ arrive, deployment }) => {
  const person = await arrive();
  const { page } = person;
  await page.waitForFunction(isControlled);
  await deployment.stop();

  // A part of the page that was not needed so far.
  await page.evaluate(() => (window.location.hash = '/node/storage'));
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Offline, saved here' })).toBeVisible();
  expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(true);
  for (const own of ['network.json', 'healthz']) {
    expect(await page.evaluate((path) => fetch(`./${path}`).then(String, () => 'no answer'), own)).toBe('no answer');
  }

  await deployment.comeBack();
  await expect(page.getByRole('button', { name: 'Relay reachable' })).toBeVisible({ timeout: 60_000 });
  expect(person.errors).toEqual([]);
});

test('where no copy of the page is kept, a tab outlives its server all the same', async ({ arrive, deployment }) => {
  const person = await arrive(undefined, { serviceWorkers: 'block' });
  const { page } = person;
  await page.waitForFunction(() => performance.getEntriesByName('medmesh/all-fetched').length > 0);
  await deployment.stop();

  await person.go('/me');
  const imported = await page.evaluate(
    (text) => window.medmesh!.importRecord(new Blob([text]), 'ada.json'),
    bundleOf('Ada Example', ['Asthma']),
  );
  expect(imported).toEqual({ ok: true, value: expect.anything() });
  await page
    .getByRole('link', { name: /Ada Example|ada/ })
    .first()
    .click();
  await expect(page.getByText('Asthma')).toBeVisible();
  await person.go('/node/keys');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const phrase = await page.evaluate(() => window.medmesh!.recoveryPhrase());
  expect(phrase).toMatchObject({ ok: true });
});

test('a part of the program that cannot be fetched is asked for again', async ({ arrive }) => {
  let refused = 0;
  const person = await arrive(undefined, {
    serviceWorkers: 'block',
    prepare: (context) =>
      context.route(/\/assets\/(person-session|links)-/, (route) => (refused++ < 4 ? route.abort() : route.continue())),
  });
  await person.waitFor(({ node }) => node.vault.state === 'open' && node.relay === 'online', 60_000);
  expect(refused).toBeGreaterThan(4);
});

test('a newer version waits until its turn', async ({ browser }) => {
  const folder = await mkdtemp(join(tmpdir(), 'medmesh-e2e-'));
  const context = await browser.newContext();
  const dataDir = join(folder, 'data');
  const newer = join(folder, 'app');
  const older = await startServer({ port: 0, host: '127.0.0.1', dataDir });
  const page = await context.newPage();
  await page.goto(older.url);
  await page.waitForFunction(isControlled);
  await older.stop();

  await cp('dist/app', newer, { recursive: true });
  await edit(join(newer, 'index.html'), '<html ', '<html data-newer ');
  await edit(join(newer, 'sw.js'), /(url:"index\.html",revision:")\w+/, '$1newer');
  const server = await startServer({ port: older.port, host: '127.0.0.1', dataDir, appDir: newer });
  const isNewer = () => page.evaluate(() => 'newer' in document.documentElement.dataset);
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update();
  });
  await page.waitForFunction(async () => Boolean((await navigator.serviceWorker.ready).waiting));
  await page.reload();
  expect(await isNewer()).toBe(false);

  await page.goto('about:blank');
  await expect
    .poll(async () => {
      await page.goto(server.url);
      const done = await isNewer();
      if (!done) await page.goto('about:blank');
      return done;
    })
    .toBe(true);

  await context.close();
  await server.stop();
  await rm(folder, { recursive: true });
});

async function edit(path: string, before: string | RegExp, after: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const edited = text.replace(before, after);
  expect(edited).not.toBe(text);
  await writeFile(path, edited);
}
