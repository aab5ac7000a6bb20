/** What people bring by mistake: a clear sentence each time, and nothing lost. */
import { bundleOf } from './support/bundle.ts';
import { expect, test } from './support/fixtures.ts';

const FILES = [
  { name: 'cut.json', text: '{"resourceType": "Bundle", "entry": [', says: 'it is not complete JSON' },
  { name: 'menu.json', text: '{"soup": "tomato"}', says: 'it is not a FHIR health record' },
  { name: 'empty.json', text: '', says: 'This file is empty.' },
];

test('files that are no records are refused in words, and the records stay', async ({ arrive }) => {
  const { page, ...patient } = await arrive();
  await page.evaluate(() => (window.location.hash = '/me'));
  const choose = page.getByLabel('Choose a file');
  await choose.setInputFiles({
    name: 'good.json',
    mimeType: 'application/json',
    buffer: Buffer.from(bundleOf('Ada Example', ['Asthma'])),
  });
  await expect(page.getByRole('heading', { name: 'Ada Example' })).toBeVisible({ timeout: 30_000 });
  await page.evaluate(() => (window.location.hash = '/me'));
  for (const { name, text, says } of FILES) {
    await choose.setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
    await expect(page.getByText(says)).toBeVisible();
    await expect(page.getByText('Nothing was imported')).toBeVisible();
  }
  await expect(page.getByRole('link', { name: 'Ada Example', exact: true })).toBeVisible();
  expect(patient.errors).toEqual([]);
});

test('a damaged link says so and opens nothing', async ({ arrive }) => {
  const visitor = await arrive();
  const { page } = visitor;
  const invite = await page.evaluate(() => window.medmesh!.inviteLink());
  await page.evaluate((link) => (window.location.hash = `/${link.slice(0, -3)}`), invite);
  await expect(page.getByText('This is not a Medmesh link, or part of it is missing.')).toBeVisible();
  await expect(page.getByText('Nothing was opened or sent.')).toBeVisible();
  expect(page.url()).not.toContain(invite.slice(2, 20));
  expect((await visitor.readModel()).inbox).toEqual([]);
});

test('a wrong passphrase keeps the vault shut, the right one opens it', async ({ arrive }) => {
  const person = await arrive();
  const { page } = person;
  const { address } = (await person.readModel()).wallet;
  expect(await page.evaluate(() => window.medmesh!.setPassphrase(undefined, 'a long passphrase'))).toMatchObject({
    ok: true,
  });
  await page.reload();
  await person.waitFor(({ node }) => node.phase === 'locked');
  const field = page.getByLabel('Passphrase', { exact: true });
  await field.fill('another passphrase');
  await page.keyboard.press('Enter');
  await expect(page.getByText('This passphrase is not right.')).toBeVisible();
  await field.fill('a long passphrase');
  await page.keyboard.press('Enter');
  await person.waitFor(({ node }) => node.phase === 'running');
  expect((await person.readModel()).wallet.address).toBe(address);
});
