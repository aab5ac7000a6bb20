/** Going from one network to another is somebody's choice, with a way back; a link alone takes nobody anywhere. */
import { bundleOf } from './support/bundle.ts';
import { expect, test, type Person } from './support/fixtures.ts';

const nameOf = async (person: Person) => (await person.readModel()).node.network.name;

async function makeNetwork(person: Person, name: string): Promise<void> {
  const { page } = person;
  await person.go('/node/network');
  await page.getByLabel('Name of the network').fill(name);
  await page.getByRole('button', { name: 'Create network' }).click();
  await person.waitFor(({ node }) => node.phase === 'running' && node.network.name === name);
}

async function inviteOf(person: Person, url: string): Promise<string> {
  return `${url}#/${await person.page.evaluate(() => window.medmesh!.inviteLink())}`;
}

test('a link to another network asks, and changes nothing until it is answered', async ({ arrive, deployment }) => {
  const stranger = await arrive();
  await makeNetwork(stranger, 'Attacker room');
  const invite = await inviteOf(stranger, deployment.url);

  const patient = await arrive();
  const home = await nameOf(patient);
  const tab = await patient.openTab(invite);
  await tab.waitFor(({ node }) => node.phase === 'running');
  await expect(tab.page.getByRole('heading', { name: 'This link leads to another network' })).toBeVisible();
  await expect(tab.page.getByText('Attacker room')).toBeVisible();
  await expect(tab.page.getByText('the server of this page')).toBeVisible();
  expect(await nameOf(tab)).toBe(home);
  await tab.page.getByRole('button', { name: 'Stay here' }).click();

  const plain = await patient.openTab(deployment.url);
  await plain.waitFor(({ node }) => node.network.name === home);
});

test('whoever is new goes where their link leads, and no further by another', async ({ arrive, deployment }) => {
  const host = await arrive();
  await makeNetwork(host, 'Room 12');
  const guest = await arrive(await inviteOf(host, deployment.url));
  await expect(guest.page.getByRole('heading', { name: 'You are in “Room 12”' })).toBeVisible();
  const next = await guest.openTab(deployment.url);
  await next.waitFor(({ node }) => node.network.name === 'Room 12');
});

test('there is a way back to a network that was left, and what was there is there', async ({ arrive, deployment }) => {
  const person = await arrive();
  const { page } = person;
  const home = await nameOf(person);
  await page.evaluate(
    (text) => window.medmesh!.importRecord(new Blob([text]), 'ada.json'),
    bundleOf('Ada Example', ['Asthma']),
  );
  await makeNetwork(person, 'Elsewhere');
  expect((await person.readModel()).records).toEqual([]);

  await test.step('a reload and new tabs stay there', async () => {
    await page.reload();
    await person.waitFor(({ node }) => node.phase === 'running' && node.network.name === 'Elsewhere');
    const plain = await person.openTab(deployment.url);
    await plain.waitFor(({ node }) => node.network.name === 'Elsewhere');
    await plain.page.close();
  });

  await person.go('/node/network');
  await page.getByRole('button', { name: `Switch to ${home}` }).click();
  await person.waitFor(({ node, records }) => node.network.name === home && records.length === 1);

  await test.step('a network that is forgotten is off the list', async () => {
    await person.go('/node/network');
    await page.getByRole('button', { name: 'Forget Elsewhere' }).click();
    await page.getByRole('button', { name: 'Forget it' }).click();
    await expect(page.getByRole('button', { name: 'Forget Elsewhere' })).toBeHidden();
    await page.reload();
    await expect(page.getByRole('heading', { name: 'Make a new network' })).toBeVisible();
    await expect(page.getByText('Elsewhere')).toBeHidden();
  });
});
