/**
 * The whole path, by hand in three real browsers: a record is imported, shared by a link and read; the server dies and
 * they go on; everybody reloads and has everything; the server comes back and nobody has to do anything.
 */
import { expect, test, type Person } from './support/fixtures.ts';
import { bundleOf } from './support/bundle.ts';

async function importFile(person: Person, name: string, text: string): Promise<void> {
  await person.go('/me');
  await person.page
    .getByLabel('Choose a file')
    .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
}

/** Keeps every text the page shows from now on, however short. */
async function watchTexts({ page }: Person): Promise<void> {
  await page.evaluate(() => {
    const texts: string[] = (window.shownTexts = []);
    new MutationObserver(() => texts.push(document.body.innerText)).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
}

async function shownTexts({ page }: Person): Promise<string> {
  return (await page.evaluate(() => window.shownTexts!)).join('\n');
}

async function heightOf(person: Person): Promise<number> {
  return (await person.readModel()).chain.tip.height;
}

declare global {
  interface Window {
    shownTexts?: string[];
  }
}

test('two strangers share a record through the mesh, and outlive the relay', async ({ arrive, deployment }) => {
  test.setTimeout(180_000);
  const patient = await arrive();
  const clinic = await arrive();
  const miner = await arrive();
  for (const person of [patient, clinic, miner]) await person.waitFor(({ peers }) => peers.peers.length === 2);

  await test.step('the miner starts mining', async () => {
    await miner.go('/lab');
    await miner.page.getByRole('button', { name: 'Start mining' }).click();
    await patient.waitFor(({ chain }) => chain.tip.height >= 1);
  });

  await test.step('the patient imports a file and shares it by link', async () => {
    await importFile(patient, 'first.json', bundleOf('Ada Example', ['Asthma']));
    await expect(patient.page.getByRole('heading', { name: 'Ada Example' })).toBeVisible();
    await patient.page.getByRole('link', { name: 'Share this record' }).click();
    await watchTexts(patient);
    await patient.page.getByRole('button', { name: 'Share', exact: true }).click();
    await expect(patient.page.getByRole('heading', { name: 'Your link is ready' })).toBeVisible();
    expect(await shownTexts(patient)).not.toContain('This share is not in this browser');
    await expect(patient.page.getByText('Keep this tab open until whoever you gave the link to')).toBeVisible();
    await patient.page.getByRole('button', { name: 'Copy link' }).click();
  });
  const link = await patient.page.evaluate(() => navigator.clipboard.readText());

  await test.step('the clinic opens the link and reads', async () => {
    await clinic.page.goto(link);
    await expect.poll(() => clinic.page.url()).not.toMatch(/j\/./);
    await watchTexts(clinic);
    await clinic.page.getByRole('button', { name: 'Open it here' }).click();
    await expect(clinic.page.getByText('Asthma')).toBeVisible({ timeout: 30_000 });
    expect(await shownTexts(clinic)).not.toMatch(/not in this browser|Not signed|1970/);
    await clinic.waitFor(({ inbox }) => inbox[0]?.terms !== undefined);
  });

  await test.step('the record and the consent are in blocks', async () => {
    await patient.waitFor(
      ({ records, grants }) => records[0]?.anchor === 'recorded' && grants[0]?.anchor === 'recorded',
      60_000,
    );
    await expect(patient.page.getByText('You may close this tab')).toBeVisible();
  });

  for (const person of [patient, clinic, miner]) await person.hasOfflineShell();
  await deployment.stop();
  const heightAtDeath = await heightOf(patient);

  await test.step('without the relay: a block, a new version, a revocation', async () => {
    await patient.waitFor(({ chain, node }) => chain.tip.height > heightAtDeath && node.relay === 'offline', 60_000);
    await patient.go('/me');
    await patient.page.getByRole('link', { name: 'Ada Example', exact: true }).first().click();
    await patient.page.getByLabel('Replace with a newer file').setInputFiles({
      name: 'second.json',
      mimeType: 'application/json',
      buffer: Buffer.from(bundleOf('Ada Example', ['Asthma', 'Hay fever'])),
    });
    const question = patient.page.getByRole('dialog', { name: 'Replace this record?' });
    await expect(question).toContainText('The new version goes to 1 person or place:');
    await question.getByRole('button', { name: 'Replace and send' }).click();
    await expect(clinic.page.getByText('Hay fever')).toBeVisible({ timeout: 30_000 });

    await patient.go('/me/grants');
    await patient.page.getByRole('button', { name: /^Stop sharing/ }).click();
    await clinic.waitFor(({ inbox }) => inbox[0]?.state === 'revoked');
    await expect(clinic.page.getByText('Hay fever')).toBeHidden();
  });

  await test.step('a version made after the revocation never reaches the clinic', async () => {
    const { records } = await patient.readModel();
    const { inbox: before } = await clinic.readModel();
    const third = bundleOf('Ada Example', ['Asthma', 'Hay fever', 'Gout']);
    await patient.page.evaluate(
      async ([id, text]) => window.medmesh!.replaceRecord(id!, new Blob([text!]), 'third.json'),
      [records[0]!.id, third],
    );
    await patient.waitFor(({ records: [record] }) => record?.version === 3 && record.anchor === 'recorded', 60_000);
    const recordedBy = await heightOf(patient);
    await clinic.waitFor(({ chain }) => chain.tip.height >= recordedBy, 60_000);
    const { inbox } = await clinic.readModel();
    expect(inbox[0]).toMatchObject({ state: 'revoked' });
    expect(inbox).toEqual(before);
    await expect(clinic.page.getByText('Gout')).toBeHidden();
  });

  await test.step('everybody reloads with no server and has everything', async () => {
    const people = [patient, clinic, miner];
    const before = await Promise.all(people.map(async (person) => (await person.readModel()).wallet.address));
    const heights = await Promise.all(people.map(heightOf));
    for (const person of people) await person.page.reload();
    for (const [i, person] of people.entries()) {
      await person.waitFor(({ node, chain }) => node.vault.state === 'open' && chain.tip.height >= heights[i]! - 1);
      expect((await person.readModel()).wallet.address).toBe(before[i]);
    }
    const { records } = await patient.readModel();
    expect(records[0]).toMatchObject({ version: 3 });
    expect((await clinic.readModel()).inbox[0]).toMatchObject({ state: 'revoked' });
    // Whoever mined goes on, whoever did not is not made to.
    await miner.waitFor(({ mining, chain }) => mining.on && chain.tip.height > heights[2]!, 60_000);
    expect((await patient.readModel()).mining.on).toBe(false);
  });

  await test.step('the server comes back and they find each other again', async () => {
    await deployment.comeBack();
    for (const person of [patient, clinic, miner]) {
      await person.waitFor(({ peers }) => peers.peers.length === 2, 60_000);
    }
  });
});
