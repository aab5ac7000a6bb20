/**
 * One damaged row of each store of a node's disk, with the real app on it: it starts, mends what peers or its own blocks
 * can mend, says plainly what nobody can, and loses nothing that was not damaged.
 */
import { nodeDatabaseName } from '../../src/adapters/indexeddb/database.ts';
import { parseAddress } from '../../src/core/account.ts';
import { toHex } from '../../src/core/bytes.ts';
import { networkIdOf } from '../../src/core/network-spec.ts';
import { accountKey } from '../../src/ledger/state-keys.ts';
import type { ReadModel } from '../../src/node/api.ts';
import { easySpec, type ChainPlan } from '../bench/page/make-chain.ts';
import { bundleOf } from './support/bundle.ts';
import { performWrite, openRecords } from './support/crash/write-in-page.ts';
import { test } from './support/crash/profile-fixture.ts';
import { readStoredNode } from './support/crash/stored-node.ts';
import { Disk } from './support/damage/disk.ts';
import { expect, type Person } from './support/fixtures.ts';

/** Enough for settled blocks and headers to lie in segments. */
const BLOCKS = 2_100;
const plan: ChainPlan = {
  genesisTimeS: Math.floor(Date.now() / 1000) - (BLOCKS + 1) * 5,
  blocks: BLOCKS,
  fullBlocks: 0,
  transactionsPerBlock: 1,
};
const spec = easySpec(plan);
const network = networkIdOf(spec);
const databaseName = nodeDatabaseName(network, 0);

test.use({ spec });

const heightOf = async (person: Person) => (await person.readModel()).chain.tip.height;

async function mineTo(person: Person, height: number): Promise<void> {
  await person.page.evaluate(() => window.medmesh!.setMining(true, 1));
  await person.waitFor(({ chain }) => chain.tip.height >= height, 60_000);
  await person.page.evaluate(() => window.medmesh!.setMining(false, 1));
}

/** What a person has, and must have again. */
function possessions({ chain, wallet, records, grants, storage }: ReadModel) {
  return {
    tip: chain.tip.hash,
    spendable: wallet.spendable,
    records: records.map(({ id, version, patients, anchor }) => ({ id, version, patients, anchor })),
    grants: grants.map(({ id, state, anchor }) => ({ id, state, anchor })),
    blobBytes: storage.blobBytes,
  };
}

test('a damaged row of each store costs nothing but itself', async ({ arrive, deployment, profile }) => {
  test.setTimeout(240_000);
  const disk = await Disk.of(profile, deployment.url, databaseName);
  const write = (order: Parameters<typeof performWrite>[0]) => victim.page.evaluate(performWrite, order);
  const open = (...ids: string[]) => victim.page.evaluate(openRecords, ids);
  const stateRows = async () => {
    const { state } = await readStoredNode(disk.page, databaseName, Infinity);
    return Object.fromEntries([...state].map(([key, value]) => [key, toHex(value)]));
  };
  await disk.seed(plan);
  let victim = await profile.openApp(deployment.url);
  await victim.isReady();
  const keeper = await arrive();

  // ---- a life: coins, a record that somebody else keeps too, one that nobody else has, a name
  await mineTo(victim, BLOCKS + 8);
  let shared = '';
  const pieces = await disk.newKeys('pieces', async () => {
    shared = await write({ type: 'import', file: bundleOf('Ada Example', ['Asthma']) });
  });
  const own = await write({ type: 'import', file: bundleOf('Ada Example', ['Gout']) });
  await write({ type: 'share', id: shared });
  const [nameRow] = await disk.newKeys('rows', () => write({ type: 'name', name: 'Ada' }));
  await keeper.waitFor(({ chain }) => chain.tip.height >= BLOCKS + 8, 60_000);
  await keeper.page.evaluate((link) => window.medmesh!.acceptShare(link), (await victim.readModel()).grants[0]!.link!);
  await mineTo(victim, (await heightOf(victim)) + 2);
  await victim.waitFor(
    ({ records, grants }) =>
      [...records, ...grants].every(({ anchor }) => anchor === 'recorded') &&
      records.some(({ id, keepers }) => id === shared && keepers === 1),
    60_000,
  );
  for (const store of ['header-segments', 'block-segments']) {
    await expect.poll(async () => (await disk.keysOf(store)).length).toBeGreaterThan(0);
  }
  await keeper.waitFor(({ inbox }) => inbox[0]?.state === 'ready');
  await victim.page.reload();
  await victim.waitFor(({ node, storage }) => node.vault.state === 'open' && storage.blobBytes > 0);
  const before = await victim.readModel();
  const stateBefore = await stateRows();
  const { chain, wallet } = before;
  const packed = await victim.page.evaluate(() => window.medmesh!.getBlock(5));
  if (!packed.ok) throw new Error(packed.problem.code);

  const reopen = async (...damage: (() => Promise<void>)[]) => {
    await victim.page.close();
    for (const spoil of damage) await spoil();
    victim = await profile.openApp(deployment.url);
  };
  const hasAll = async () => {
    await victim.waitFor(
      (model) =>
        model.node.phase === 'running' &&
        model.node.vault.state === 'open' &&
        model.chain.tip.hash === chain.tip.hash &&
        model.storage.blobBytes === before.storage.blobBytes,
      60_000,
    );
    expect(possessions(await victim.readModel())).toEqual(possessions(before));
    expect(await open(shared, own)).toEqual(['Asthma', 'Gout']);
    expect(await stateRows()).toEqual(stateBefore);
  };
  const isMended = (row: string) =>
    victim.waitFor(({ storage }) => storage.damaged.some((each) => each.row === row && each.mended));

  await test.step('blocks, block-segments, pieces, usage, rows', async () => {
    const recent = `block ${chain.recent[2]!.hash}`;
    const settled = `block ${packed.value.hash}`;
    const [blobId, index] = pieces.find((key) => (key as number[])[1] === 0) as [string, number];
    const chunk = `chunk ${blobId} ${index}`;
    await reopen(
      () => disk.damage(recent),
      () => disk.damage(settled),
      () => disk.damage(chunk),
      () => disk.damage(`row ${String(nameRow)}`),
      () => disk.flip('usage', 'usage'),
    );
    await victim.isReady();
    await isMended(recent);
    const damaged = await victim.page.evaluate(() => window.medmesh!.getBlock(5));
    expect(damaged).toMatchObject({ ok: false, problem: { detail: settled } });
    await isMended(settled);
    expect(await victim.page.evaluate(() => window.medmesh!.getBlock(5))).toEqual(packed);
    await victim.waitFor(({ records }) => records.some(({ id, keepers }) => id === shared && keepers === 1));
    expect(await open(shared)).toEqual([`record-damaged ${chunk}`]);
    await isMended(chunk);
    // What nobody else has cannot be mended: it is said, and set anew by whoever knows it.
    const { storage, node } = await victim.readModel();
    expect(storage.damaged.filter(({ mended }) => !mended).map(({ row }) => row)).toEqual([`row ${String(nameRow)}`]);
    expect(node.personName).toBe('');
    await victim.go('/node/storage');
    await expect(victim.page.getByText(`row ${String(nameRow)}`, { exact: true })).toBeVisible();
    await hasAll();
  });

  const account = parseAddress(wallet.address);
  if (!account.ok) throw new Error(account.code);
  const { height } = chain.tip;
  for (const row of [
    'tip',
    `headers ${height - 1}-${height - 1}`,
    'headers 1-999',
    `state ${accountKey(account.value)}`,
  ]) {
    await test.step(row, async () => {
      await reopen(() => disk.damage(row));
      await hasAll();
    });
  }

  await test.step('undo', async () => {
    // The victim goes on alone, the keeper too and farther: only the victim's undo data leads to the better chain.
    await keeper.page.goto(new URL('/healthz', deployment.url).href);
    await victim.waitFor(({ peers }) => peers.peers.length === 0);
    await mineTo(victim, height + 1);
    await victim.page.close();
    const { tip } = await readStoredNode(disk.page, databaseName, Infinity);
    await disk.damage(`undo ${tip.hash}`);
    await keeper.page.goto(deployment.url);
    await keeper.isReady();
    await mineTo(keeper, tip.height + 3);
    victim = await profile.openApp(deployment.url);
    await victim.waitFor(
      ({ node, chain: { tip: at } }) => node.vault.state === 'open' && at.height > tip.height,
      60_000,
    );
    const theirs = await keeper.page.evaluate((at) => window.medmesh!.getBlock(at), height + 1);
    const ours = await victim.page.evaluate((at) => window.medmesh!.getBlock(at), height + 1);
    expect(ours).toMatchObject({ ok: true, value: { hash: theirs.ok && theirs.value.hash } });
    expect(await open(shared, own)).toEqual(['Asthma', 'Gout']);
  });

  await test.step('vault', async () => {
    const spoil = () => disk.flip('vault', 'vault', `medmesh/vault/${network}/0`);
    await reopen(spoil);
    await victim.waitFor(({ node, chain: { tip } }) => node.vault.state === 'corrupt' && tip.height > height);
    await expect(victim.page.getByText('Your key vault is damaged').first()).toBeVisible();
    // Nothing was written over what is left of it.
    await reopen(spoil);
    await victim.isReady();
    expect(await open(shared, own)).toEqual(['Asthma', 'Gout']);
    expect((await victim.readModel()).wallet.address).toBe(wallet.address);
  });
});
