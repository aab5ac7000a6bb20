/**
 * The worker, the tab's process or the whole browser is killed (SIGKILL) at random moments while blocks arrive and things
 * are written, or while the node starts, and started again on the same profile: it opens at a valid tip, with the state
 * that its chain leads to, and with everything that was acknowledged.
 */
import { setTimeout as after } from 'node:timers/promises';
import { Seeded } from '../support/seeded.ts';
import { Diary } from './support/crash/diary.ts';
import { crashPlan } from './support/crash/plan.ts';
import { KILLS, type Kill } from './support/crash/profile.ts';
import { test } from './support/crash/profile-fixture.ts';
import { Replay } from './support/crash/replay.ts';
import { ShownTip } from './support/crash/shown-tip.ts';
import { fastSpec } from './support/fast-network.ts';
import { expect, type Person } from './support/fixtures.ts';

const spec = fastSpec();
const { times, seed } = crashPlan(process.env);

const BLOCKS_MAX = 15;
/** A block is committed some ten times a second: any moment of a commit is in here. */
const DELAY_MS = 200;
/** From the page's first byte until the node runs, and a little more. */
const START_MS = 1_500;

test.use({ spec });

test('killed at any moment, a node opens with everything it acknowledged', async ({ arrive, deployment, profile }) => {
  test.setTimeout(60_000 + times * 20_000);
  process.stdout.write(`${times} kills, seed ${seed}\n`);
  const random = new Seeded(seed);
  const replay = new Replay(spec);
  const miner = await arrive();
  const mine = (on: boolean) => miner.page.evaluate((wanted) => window.medmesh!.setMining(wanted, 1), on);
  const diary = new Diary(random, (await miner.readModel()).wallet.address);
  let height = 0;

  await mine(true);
  const first = await profile.openApp(deployment.url);
  await fund(miner, first);
  await die('worker', first);
  for (let round = 1; round <= times; round++) {
    const kill = KILLS[round % KILLS.length]!;
    const isStarting = random.below(3) === 0;
    await test.step(`${round}: ${kill}, while it ${isStarting ? 'starts' : 'runs'}`, async () => {
      const person = await profile.openApp(deployment.url);
      await mine(true);
      if (isStarting) {
        // Here and below nothing is waited for: the moment is to be a random one.
        await after(random.below(START_MS));
        return die(kill, person);
      }
      await person.isReady();
      await checkReopened(person, 'some');
      await writeUntilKilled(kill, person);
    });
  }
  await test.step('it goes on, and all that was written comes into the chain', async () => {
    const person = await profile.openApp(deployment.url);
    await mine(true);
    await person.isReady();
    await checkReopened(person, 'all');
    await diary.waitUntilRecorded(person);
    await checkReopened(person, 'all');
    expect(diary.areTransfersIn(replay)).toBe(true);
  });
  process.stdout.write(`${diary.count} writes acknowledged, ${replay.height} blocks\n`);

  /** While the browser starts the miner rests: on a small machine it would be all there is. */
  async function die(kill: Kill, person: Person): Promise<void> {
    await profile.kill(kill, person);
    await mine(false);
  }

  async function writeUntilKilled(kill: Kill, person: Person): Promise<void> {
    const shown = await ShownTip.of(person);
    let killed = false;
    const writing = (async () => {
      while (await diary.write(person.page, () => killed));
    })();
    await shown.reaches(shown.height + random.below(BLOCKS_MAX));
    await after(random.below(DELAY_MS));
    killed = true;
    await die(kill, person);
    await writing;
    ({ height } = shown);
  }

  async function checkReopened(person: Person, which: 'some' | 'all'): Promise<void> {
    await replay.checkStored(person.page, height);
    await diary.check(person, replay, which);
    const newest = (await miner.readModel()).chain.tip.height;
    await person.waitFor(({ chain }) => chain.tip.height >= newest);
    const { storage, log } = await person.readModel();
    expect(storage.damaged).toEqual([]);
    expect(log.filter(({ level }) => level === 'error')).toEqual([]);
    expect(person.errors).toEqual([]);
  }
});

/** Coins to send. */
async function fund(miner: Person, person: Person): Promise<void> {
  await person.isReady();
  const { wallet } = await person.readModel();
  await miner.waitFor(({ wallet: { spendable } }) => spendable > 10_000_000n);
  const outcome = await miner.page.evaluate(
    (to) => window.medmesh!.transfer({ to, amount: 1_000_000n, fee: 1_000n }),
    wallet.address,
  );
  expect(outcome.ok).toBe(true);
  await person.waitFor(({ wallet: { spendable } }) => spendable > 0n);
}
