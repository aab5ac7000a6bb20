/**
 * The worker, the tab's process or the whole browser is killed (SIGKILL) at random moments while blocks arrive and things
 * are written, and started again on the same profile: it opens at a valid tip, with the state that its chain leads to,
 * and with everything that was acknowledged.
 */
import { setTimeout as after } from 'node:timers/promises';
import { networkIdOf } from '../../src/core/network-spec.ts';
import { nodeDatabaseName } from '../../src/adapters/indexeddb/database.ts';
import { equalBytes, toHex } from '../../src/core/bytes.ts';
import { Seeded } from '../support/seeded.ts';
import { Diary } from './support/crash/diary.ts';
import { crashPlan } from './support/crash/plan.ts';
import { KILLS, type Kill } from './support/crash/profile.ts';
import { test } from './support/crash/profile-fixture.ts';
import { Replay } from './support/crash/replay.ts';
import { ShownTip } from './support/crash/shown-tip.ts';
import { readStoredNode } from './support/crash/stored-node.ts';
import { fastSpec } from './support/fast-network.ts';
import { expect, type Person } from './support/fixtures.ts';

const spec = fastSpec();
const databaseName = nodeDatabaseName(networkIdOf(spec), 0);
const { times, seed } = crashPlan(process.env);

/** Deeper than any reorg between two tabs. */
const REORG_MAX = 100;
const BLOCKS_MAX = 15;
/** A block is committed some thirty times a second: any moment of a commit is in here. */
const DELAY_MS = 150;
const START_MS = 1_200;

test.use({ spec });

test('killed at any moment, a node opens with everything it acknowledged', async ({ arrive, deployment, profile }) => {
  test.setTimeout(60_000 + times * 20_000);
  console.log(`crash: ${times} kills, seed ${seed}`);
  const random = new Seeded(seed);
  const replay = new Replay(spec);
  const miner = await arrive();
  const { wallet } = await miner.readModel();
  const diary = new Diary(random, wallet.address);
  await miner.page.evaluate(() => window.medmesh!.setMining(true, 1));

  let height = 0;
  let person = await profile.openApp(deployment.url);
  await person.isReady();
  await fund(miner, person);
  for (let round = 1; round <= times; round++) {
    const kill = KILLS[round % KILLS.length]!;
    await test.step(`${round}: ${kill}`, async () => {
      height = await writeUntilKilled(kill, person);
      console.log(round, kill, 'killed', height, new Date());
      // Every fourth time once more while it starts.
      for (let again = random.below(4) === 0; again; again = random.below(2) === 0) {
        person = await profile.openApp(deployment.url);
        await after(random.below(START_MS));
        await profile.kill(KILLS[random.below(KILLS.length)]!, person);
      }
      person = await profile.openApp(deployment.url);
      await person.isReady();
      console.log('ready', new Date());
      await checkReopened(round === times ? 'all' : 'some');
    });
  }
  await test.step('it goes on to the newest tip, and all that was written comes into the chain', async () => {
    await miner.page.evaluate(() => window.medmesh!.setMining(true, 1));
    await diary.isRecorded(person);
    await checkReopened('all');
    expect(diary.areTransfersIn(replay)).toBe(true);
  });
  console.log(`crash: ${diary.count} writes acknowledged, ${replay.height} blocks`);

  async function writeUntilKilled(kill: Kill, at: Person): Promise<number> {
    const shown = await ShownTip.of(at);
    let killed = false;
    const writing = (async () => {
      while (await diary.write(at.page, () => killed));
    })();
    await shown.reaches(shown.height + random.below(BLOCKS_MAX));
    // No waiting for anything: the moment is to be a random one.
    await after(random.below(DELAY_MS));
    killed = true;
    await profile.kill(kill, at);
    await writing;
    return shown.height;
  }

  async function checkReopened(which: 'some' | 'all'): Promise<void> {
    const stored = await readStoredNode(person.page, databaseName, Math.max(0, replay.height - REORG_MAX));
    expect(stored.tip.height).toBeGreaterThanOrEqual(height);
    for (const block of stored.blocks) replay.learn(block);
    replay.moveTo(stored.tip.hash);
    expect(replay.height).toBe(stored.tip.height);
    expect(equalBytes(stored.tip.accumulator, replay.accumulator)).toBe(true);
    expect(hexOf(stored.state)).toEqual(hexOf(replay.state));
    console.log('state equal', stored.tip.height, diary.count, new Date());
    await diary.check(person, replay, which);
    console.log('diary', new Date());
    const newest = (await miner.readModel()).chain.tip.height;
    console.log('newest', newest, new Date());
    await person.waitFor(({ chain }) => chain.tip.height >= newest).catch(async (e) => { console.log(JSON.stringify(await person.readModel(), (_, v) => typeof v === 'bigint' ? String(v) : v)); throw e; });
    console.log('synced', new Date());
    const { storage, log } = await person.readModel();
    expect(storage.damaged).toEqual([]);
    expect(log.filter(({ level }) => level === 'error')).toEqual([]);
    expect(person.errors).toEqual([]);
  }
});

/** Coins to send. */
async function fund(miner: Person, person: Person): Promise<void> {
  const { wallet } = await person.readModel();
  await miner.waitFor(({ wallet: { spendable } }) => spendable > 10_000_000n);
  const outcome = await miner.page.evaluate(
    (to) => window.medmesh!.transfer({ to, amount: 1_000_000n, fee: 1_000n }),
    wallet.address,
  );
  expect(outcome.ok).toBe(true);
  await person.waitFor(({ wallet: { spendable } }) => spendable > 0n);
}

const hexOf = (state: ReadonlyMap<string, Uint8Array>) =>
  Object.fromEntries([...state].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, toHex(value)]));
