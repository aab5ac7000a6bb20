/** What people bring by mistake: a clear sentence each time, and nothing lost. */
import { SlotId } from '../../src/core/ids.ts';
import { publicKeyOf } from '../../src/core/ecdsa.ts';
import { encodeLink, parseLink, type InviteLink } from '../../src/health/share-link.ts';
import { bundleOf } from './support/bundle.ts';
import { expect, test, type Person } from './support/fixtures.ts';

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

/** The way into the network a person is in. */
async function inviteOf({ page }: Person): Promise<InviteLink> {
  const invite = parseLink(await page.evaluate(() => window.medmesh!.inviteLink()));
  if (!invite.ok || invite.value.kind !== 'invite') throw new Error('no invite');
  return invite.value;
}

test('a share link whose time is over says so and opens nothing', async ({ arrive }) => {
  const visitor = await arrive();
  const { page } = visitor;
  const { spec, roomSecret, relays } = await inviteOf(visitor);
  const untilS = Math.floor(Date.now() / 1000) - 60;
  const grant = { slotId: SlotId.of(new Uint8Array(32).fill(1)), seed: new Uint8Array(32), untilS };
  const link = encodeLink({ kind: 'share', spec, roomSecret, relays, ...grant });
  await visitor.go(`/${link}`);
  await expect(page.getByText('This link has ended.')).toBeVisible();
  await expect(page.getByText('Ask whoever gave it to you for a new one.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open it here' })).toBeHidden();
  expect(await page.evaluate((text) => window.medmesh!.acceptShare(text), link)).toMatchObject({
    problem: { code: 'link-expired' },
  });
  expect((await visitor.readModel()).inbox).toEqual([]);
});

test('a link of a network with unknown rules is refused in words, and the visitor stays where they are', async ({
  arrive,
}) => {
  const visitor = await arrive();
  const { page } = visitor;
  const { network } = (await visitor.readModel()).node;
  const invite = await inviteOf(visitor);
  const members = [publicKeyOf(new Uint8Array(32).fill(1))];
  const spec = { ...invite.spec, name: 'Ward 7', consensus: { type: 'committee' as const, members } };
  await visitor.go(`/${encodeLink({ ...invite, spec })}`);
  await expect(page.getByText('This network follows rules that this version does not know.')).toBeVisible();
  await expect(page.getByText('You are still in the network you were in.')).toBeVisible();
  expect((await visitor.readModel()).node.network).toEqual(network);
});

test('a camera that is refused leaves a sentence and the other way in', async ({ arrive }) => {
  const { page, ...visitor } = await arrive(undefined, {
    prepare: (context) =>
      context.addInitScript(() => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('refused', 'NotAllowedError'));
      }),
  });
  await page.evaluate(() => (window.location.hash = '/j'));
  // The start page has such a button too.
  await expect(page.getByRole('heading', { name: 'There is no link here any more' })).toBeVisible();
  await page.getByRole('button', { name: 'Scan a QR code' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('The browser did not allow the camera')).toBeVisible();
  await expect(dialog.getByLabel('Paste the link')).toBeVisible();
  expect(visitor.errors).toEqual([]);
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
  // The keys open a moment after the vault does.
  await person.waitFor(({ node, wallet }) => node.phase === 'running' && wallet.address === address);
});
