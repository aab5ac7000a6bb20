/**
 * The browser has no room left while blocks arrive and records are saved: the app says so, keeps and shows what it has,
 * and goes on by itself when there is room again.
 */
import type { LogRow } from '../../src/node/api.ts';
import { bundleOf } from './support/bundle.ts';
import { openRecords } from './support/crash/write-in-page.ts';
import { test } from './support/crash/profile-fixture.ts';
import { Replay } from './support/crash/replay.ts';
import { fastSpec } from './support/fast-network.ts';
import { expect, type Person } from './support/fixtures.ts';

const spec = fastSpec();

test.use({ spec });

/** @returns the id of the record, or the code of the problem */
async function save({ page }: Person, finding: string): Promise<string> {
  const outcome = await page.evaluate(
    (file) => window.medmesh!.importRecord(new Blob([file]), 'file.json'),
    bundleOf('Ada Example', [finding]),
  );
  return outcome.ok ? outcome.value.recordId : outcome.problem.code;
}

/** @param quotaSize  bytes; undefined for as much as there is */
async function setQuota({ page }: Person, quotaSize: number | undefined): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  await session.send('Storage.overrideQuotaForOrigin', { origin, ...(quotaSize === undefined ? {} : { quotaSize }) });
}

const isFull = ({ event }: LogRow) => event.type === 'storage-fault' && event.detail.startsWith('quota-exceeded');

test('a disk without room is said to be full and loses nothing', async ({ arrive, deployment, profile }) => {
  test.setTimeout(180_000);
  const miner = await arrive();
  await miner.page.evaluate(() => window.medmesh!.setMining(true, 1));
  let person = await profile.openApp(deployment.url);
  await person.isReady();
  const saved = new Map([[await save(person, 'Asthma'), 'Asthma']]);
  const openAll = () => person.page.evaluate(openRecords, [...saved.keys()]);

  await test.step('there is no room', async () => {
    await setQuota(person, 1);
    // The browser looks again what is used only now and then: until it does, things are still saved.
    const saveUntilFull = async () => {
      const answer = await save(person, 'Gout');
      if (answer !== 'storage-full') saved.set(answer, 'Gout');
      return answer;
    };
    await expect.poll(saveUntilFull, { timeout: 60_000 }).toBe('storage-full');
    await person.waitFor(({ storage, log }) => !storage.acceptingBlobs && log.some(isFull), 60_000);
    await expect(person.page.getByRole('status').getByText('Records shared with you are fetched')).toBeVisible();
    const { node, records } = await person.readModel();
    expect(node.phase).toBe('running');
    expect(new Set(records.map(({ id }) => id))).toEqual(new Set(saved.keys()));
    expect(await openAll()).toEqual([...saved.values()]);
    const { tip } = (await person.readModel()).chain;
    await miner.waitFor(({ chain }) => chain.tip.height > tip.height + 5);
    expect((await person.readModel()).chain.tip.height).toBe(tip.height);
  });

  await test.step('there is room again', async () => {
    await setQuota(person, undefined);
    const newest = (await miner.readModel()).chain.tip.height;
    await person.waitFor(({ chain }) => chain.tip.height >= newest, 60_000);
    saved.set(await save(person, 'Hay fever'), 'Hay fever');
    await person.waitFor(
      ({ storage, records }) => storage.acceptingBlobs && records.every(({ anchor }) => anchor === 'recorded'),
      60_000,
    );
  });

  await test.step('and after a restart everything is there', async () => {
    await person.page.close();
    person = await profile.openApp(deployment.url);
    await person.isReady();
    await new Replay(spec).checkStored(person.page, 1);
    expect(await openAll()).toEqual([...saved.values()]);
    const { records, storage } = await person.readModel();
    expect([records.length, storage.damaged]).toEqual([saved.size, []]);
  });
});
