/** Where a code cannot be scanned, what it says is pasted into the same dialog, in words for what is expected there. */
import { expect, test } from './support/fixtures.ts';

test('a link and an address by hand, on a device without a camera', async ({ arrive }) => {
  const { page, ...person } = await arrive();
  const scan = () => page.getByRole('main').getByRole('button', { name: 'Scan a QR code' }).click();
  const dialog = page.getByRole('dialog');

  await page.evaluate(() => (window.location.hash = '/lab/coins'));
  await scan();
  await expect(dialog.getByText(/No camera was found|did not allow the camera/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Use address' }).click();
  await expect(dialog.getByText('Paste the whole address first.')).toBeVisible();
  await dialog.getByLabel('Paste the address').fill(' mm1someone ');
  await dialog.getByRole('button', { name: 'Use address' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByLabel('To address')).toHaveValue('mm1someone');

  const invite = await page.evaluate(() => window.medmesh!.inviteLink());
  await page.evaluate(() => (window.location.hash = '/'));
  await scan();
  await dialog.getByLabel('Paste the link').fill(invite);
  await dialog.getByRole('button', { name: 'Open link' }).click();
  await expect(page.getByRole('heading', { name: /^You are in/ })).toBeVisible();
  expect(person.errors).toEqual([]);
});
