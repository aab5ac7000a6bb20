import { describe, expect, it } from 'vitest';
import { faultAtPoint, MemoryDisk } from '../../../src/adapters/memory/memory-disk.ts';
import { equalBytes } from '../../../src/core/bytes.ts';
import { encodeBody } from '../../../src/core/block.ts';
import { stateRootOf } from '../../../src/core/lthash.ts';
import { slotKey } from '../../../src/ledger/state-keys.ts';
import { CONNECT_BATCH_BLOCKS, UNDO_DEPTH } from '../../../src/node/params.ts';
import { StoreFault, VerifierFault, type Verifier } from '../../../src/node/ports.ts';
import { Forge, SlotOwner, type Forged } from '../../support/forge.ts';
import { diskPicture, openChain, SPEC, type ChainFixture } from '../../support/chain-fixture.ts';

/** What a node that only ever heard of this chain has on its disk. */
async function replayed(forge: Forge): Promise<string> {
  const fixture = await openChain();
  for (const block of forge.blocks) await fixture.submit(block);
  return diskPicture(fixture.disk);
}

const tipOf = ({ chain }: ChainFixture) => chain.tip.hash;
const last = (forge: Forge) => forge.blocks.at(-1)!;

describe('a block on the tip', () => {
  it('moves tip and state in one commit, and tells what it did', async () => {
    const forge = new Forge(SPEC);
    const owner = new SlotOwner(forge, 1);
    const fixture = await openChain();
    forge.mine([owner.createTx]);
    expect(await fixture.submit(...forge.blocks)).toEqual(['ok']);
    const [change] = fixture.changes;
    expect(fixture.commits).toHaveLength(1);
    expect([fixture.chain.tip.height, tipOf(fixture)]).toEqual([1, last(forge).hash]);
    expect(change!.connected.map(({ body }) => body.transactions.length)).toEqual([2]);
    expect([...change!.changes.keys()].sort()).toEqual([...fixture.disk.chain.state.keys()].sort());
    const { tip } = fixture.disk.chain;
    expect(equalBytes(stateRootOf(tip!.accumulator), fixture.chain.tip.header.stateRoot)).toBe(true);
  });

  it('told twice, or together with itself, counts once', async () => {
    const forge = new Forge(SPEC);
    const block = forge.mine();
    const fixture = await openChain();
    expect(await fixture.submit(block, block)).toEqual(['ok', 'ok']);
    expect(await fixture.submit(block)).toEqual(['ok']);
    expect(fixture.commits).toHaveLength(1);
  });

  it('waits for its parents, and then comes with them in one commit', async () => {
    const forge = new Forge(SPEC);
    const [first, second, third] = forge.mineMany(3) as [Forged, Forged, Forged];
    const fixture = await openChain();
    expect(await fixture.submit(third)).toEqual(['unknown-parent']);
    for (const { header } of forge.blocks) fixture.chain.submitHeader(header);
    expect(await fixture.submit(third, second)).toEqual(['ok', 'ok']);
    expect([fixture.chain.tip.height, fixture.chain.hasBody(fixture.index.get(third.hash)!)]).toEqual([0, true]);
    await fixture.submit(first);
    expect([fixture.chain.tip.height, fixture.commits.length]).toEqual([3, 1]);
  });
});

describe('a body that is not the one its header commits to', () => {
  it('is refused without a word against the block, which is taken when it comes whole', async () => {
    const forge = new Forge(SPEC);
    const owner = new SlotOwner(forge, 1);
    const honest = forge.mine([owner.createTx]);
    const fixture = await openChain();
    const [coinbase, tx] = honest.body.transactions;
    for (const transactions of [[coinbase!], [coinbase!, tx!, tx!], [tx!, coinbase!]]) {
      const mutated = { ...honest, bytes: encodeBody({ ...honest.body, transactions }) };
      expect(await fixture.submit(mutated)).toEqual(['bad-body-root']);
    }
    expect(await fixture.submit({ ...honest, bytes: honest.bytes.subarray(1) })).not.toEqual(['ok']);
    expect([fixture.invalid, tipOf(fixture)]).toEqual([[], fixture.index.genesis.hash]);
    expect(await fixture.submit(honest)).toEqual(['ok']);
    expect(tipOf(fixture)).toBe(honest.hash);
  });
});

describe('a block that breaks a rule', () => {
  it('with a forged signature is out, by name, and so is all that builds on it', async () => {
    const forge = new Forge(SPEC);
    const owner = new SlotOwner(forge, 1);
    const forged = {
      ...owner.createTx,
      signature: owner.createTx.signature.map((byte, i) => (i === 40 ? byte ^ 1 : byte)),
    };
    const bad = forge.mine([owner.createTx], { transactions: ([coinbase]) => [coinbase!, forged] });
    const fixture = await openChain();
    expect(await fixture.submit(bad)).toEqual(['bad-signature']);
    expect(fixture.invalid).toEqual(['1 bad-signature']);
    const [child] = forge.mineHeadersOn(bad, 1);
    expect(await fixture.submit(child!)).toEqual(['known-invalid']);
    const honest = forge.mine([owner.createTx]);
    expect([await fixture.submit(honest), tipOf(fixture)]).toEqual([['ok'], honest.hash]);
  });

  it('with a wrong state root marks its own branch only', async () => {
    const forge = new Forge(SPEC);
    const fixture = await openChain();
    await fixture.submit(...forge.mineMany(2));
    const bad = forge.fork(2).mine([], { header: { stateRoot: new Uint8Array(32).fill(9) } });
    const heavier = forge.mineHeadersOn(bad, 3);
    for (const { header } of [bad, ...heavier]) fixture.chain.submitHeader(header);
    expect(fixture.index.tip.hash).toBe(heavier.at(-1)!.hash);
    expect(await fixture.submit(bad)).toEqual(['bad-state-root']);
    expect([fixture.index.tip.hash, tipOf(fixture)]).toEqual([last(forge).hash, last(forge).hash]);
    const next = forge.mine();
    expect([await fixture.submit(next), tipOf(fixture)]).toEqual([['ok'], next.hash]);
  });

  it('does not take the good blocks below it with it', async () => {
    const forge = new Forge(SPEC);
    const good = forge.mineMany(3);
    const bad = forge.mine([], { header: { stateRoot: new Uint8Array(32).fill(9) } });
    const fixture = await openChain();
    for (const { header } of [...good, bad]) fixture.chain.submitHeader(header);
    await fixture.submit(bad, ...good);
    expect([fixture.invalid, tipOf(fixture)]).toEqual([['4 bad-state-root'], last(forge).hash]);
  });
});

describe('a chain with more work', () => {
  it('takes the place of ours in one commit, and leaves the state it alone would have led to', async () => {
    const trunk = new Forge(SPEC);
    const owner = new SlotOwner(trunk, 1);
    trunk.mine([owner.createTx]);
    const [ours, theirs] = [trunk.fork(2), trunk.fork(3)];
    ours.mine([owner.updateTx(2)]);
    ours.mine([new SlotOwner(trunk, 2).createTx]);
    theirs.mineMany(2);
    theirs.mine([owner.updateTx(2)]);
    const fixture = await openChain();
    await fixture.submit(...ours.blocks);
    const before = fixture.commits.length;
    await fixture.submit(...theirs.blocks.slice(1, 3));
    expect([tipOf(fixture), fixture.commits.length]).toEqual([last(ours).hash, before]);
    await fixture.submit(last(theirs));
    expect([tipOf(fixture), fixture.commits.length]).toEqual([last(theirs).hash, before + 1]);
    const change = fixture.changes.at(-1)!;
    expect(change.disconnected.map(({ at }) => at.height)).toEqual([3, 2]);
    expect(change.connected.map(({ at }) => at.height)).toEqual([2, 3, 4]);
    expect(diskPicture(fixture.disk)).toBe(await replayed(theirs));
  });

  it('that proves invalid half way leaves our tip, our state and our memory as they were', async () => {
    const trunk = new Forge(SPEC);
    trunk.mineMany(2);
    const [ours, theirs] = [trunk.fork(2), trunk.fork(3)];
    ours.mineMany(2);
    theirs.mineMany(2);
    const bad = theirs.mine([], { header: { stateRoot: new Uint8Array(32).fill(9) } });
    const fixture = await openChain();
    await fixture.submit(...ours.blocks);
    const before = [diskPicture(fixture.disk), fixture.commits.length, tipOf(fixture)];
    expect(await fixture.submit(...theirs.blocks.slice(2), bad)).toEqual(['ok', 'ok', 'bad-state-root']);
    expect([diskPicture(fixture.disk), fixture.commits.length, tipOf(fixture)]).toEqual(before);
    expect(fixture.index.tip.hash).toBe(last(ours).hash);
    await fixture.submit(ours.mine());
    expect(fixture.chain.tip.height).toBe(5);
  });

  it('can be left again for the first one, whose bodies the store still has', async () => {
    const trunk = new Forge(SPEC);
    trunk.mine();
    const [ours, theirs] = [trunk.fork(2), trunk.fork(3)];
    ours.mineMany(2);
    theirs.mineMany(3);
    const fixture = await openChain();
    await fixture.submit(...ours.blocks);
    await fixture.submit(...theirs.blocks.slice(1));
    expect(tipOf(fixture)).toBe(last(theirs).hash);
    await fixture.submit(...ours.mineMany(2));
    expect(tipOf(fixture)).toBe(last(ours).hash);
    expect(diskPicture(fixture.disk)).toBe(await replayed(ours));
  });

  it('is taken though a block it takes off is damaged; the damage is told, and that block fetched if it comes back', async () => {
    const trunk = new Forge(SPEC);
    const owner = new SlotOwner(trunk, 1);
    trunk.mine();
    const [ours, theirs] = [trunk.fork(2), trunk.fork(3)];
    const lost = ours.mine([owner.createTx]);
    ours.mineMany(2);
    theirs.mineMany(4);
    const fixture = await openChain();
    await fixture.submit(...ours.blocks);
    fixture.disk.damage(`block ${lost.hash}`);
    await fixture.submit(...theirs.blocks.slice(1));
    expect([tipOf(fixture), fixture.damaged]).toEqual([last(theirs).hash, [`block ${lost.hash}`]]);
    const { disconnected, changes } = fixture.changes.at(-1)!;
    expect(disconnected.map(({ at, body }) => [at.height, body.transactions.length])).toEqual([
      [4, 1],
      [3, 1],
      [2, 0],
    ]);
    expect(changes.has(slotKey(owner.slotId))).toBe(true);
    await fixture.submit(...ours.mineMany(2));
    expect([tipOf(fixture), fixture.chain.hasBody(fixture.index.get(lost.hash)!)]).toEqual([last(theirs).hash, false]);
    await fixture.submit(lost);
    expect([tipOf(fixture), diskPicture(fixture.disk)]).toEqual([last(ours).hash, await replayed(ours)]);
  });

  it('of which a body proves damaged half way is not begun, for that would lose work', async () => {
    const trunk = new Forge(SPEC);
    trunk.mine();
    const [ours, theirs] = [trunk.fork(2), trunk.fork(3)];
    ours.mineMany(3);
    theirs.mineMany(4);
    const fixture = await openChain();
    await fixture.submit(...ours.blocks);
    await fixture.submit(...theirs.blocks.slice(1));
    fixture.disk.damage(`block ${ours.blocks[2]!.hash}`);
    await fixture.submit(...ours.mineMany(2));
    expect([tipOf(fixture), fixture.damaged]).toEqual([last(theirs).hash, [`block ${ours.blocks[2]!.hash}`]]);
    await fixture.submit(ours.blocks[2]!);
    expect(tipOf(fixture)).toBe(last(ours).hash);
  });

  it('that forks below the undo data kept is not taken, and not called invalid', { timeout: 30_000 }, async () => {
    const [ours, theirs] = [new Forge(SPEC, 2), new Forge(SPEC, 3)];
    const fixture = await openChain();
    await fixture.submit(...ours.mineMany(UNDO_DEPTH + 1));
    const verdicts = await fixture.submit(...theirs.mineMany(UNDO_DEPTH + 2));
    expect([new Set(verdicts), fixture.invalid, tipOf(fixture)]).toEqual([new Set(['ok']), [], last(ours).hash]);
    expect(fixture.index.tip.hash).toBe(last(theirs).hash);
    await fixture.submit(ours.mine());
    expect(tipOf(fixture)).toBe(last(ours).hash);
  });
});

describe('a fault of the world', () => {
  it('at any step of a commit leaves disk and memory at the old tip, and the block is taken later', async () => {
    const forge = new Forge(SPEC);
    forge.mineMany(2);
    const fixture = await openChain();
    await fixture.submit(...forge.blocks);
    const next = forge.mine([new SlotOwner(forge, 1).createTx]);
    const picture = diskPicture(fixture.disk);
    const indexed = fixture.chain.submitHeader(next.header);
    expect(indexed.ok).toBe(true);
    let faults = 0;
    for (let step = 0; ; step++) {
      let struck = false;
      const plan = faultAtPoint(
        step,
        'quota-exceeded',
        ({ call, step: at }) => call === 'commit' && at !== 'acknowledge',
      );
      fixture.disk.faults = (point) => {
        const fault = plan(point);
        struck ||= fault !== undefined;
        return fault;
      };
      const attempt = step === 0 ? fixture.chain.submitBlock(next.header, next.bytes) : fixture.chain.resume();
      const fault: unknown = await attempt.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (!struck) break;
      faults++;
      expect(fault).toMatchObject({ name: 'StoreFault', code: 'quota-exceeded' });
      expect([diskPicture(fixture.disk), fixture.chain.tip.height, fixture.changes.at(-1)!.tip.height]).toEqual([
        picture,
        2,
        2,
      ]);
    }
    expect(faults).toBeGreaterThan(5);
    expect([tipOf(fixture), diskPicture(fixture.disk)]).toEqual([next.hash, await replayed(forge)]);
  });

  it('in the verifier is no verdict on the block', async () => {
    const forge = new Forge(SPEC);
    const block = forge.mine([new SlotOwner(forge, 1).createTx]);
    let isDead = true;
    const verifier: Verifier = {
      verify: (items) =>
        isDead
          ? Promise.reject(new VerifierFault('died'))
          : Promise.resolve(new Uint8Array(items.length / 130).fill(1)),
    };
    const fixture = await openChain(new MemoryDisk(), verifier);
    await expect(fixture.submit(block)).rejects.toThrow(VerifierFault);
    expect([fixture.invalid, fixture.chain.tip.height]).toEqual([[], 0]);
    isDead = false;
    await fixture.chain.resume();
    expect(tipOf(fixture)).toBe(block.hash);
  });
});

describe('a chain taken up again', () => {
  it('goes on where the last commit left it, whatever came before', async () => {
    const trunk = new Forge(SPEC);
    trunk.mineMany(3);
    const [ours, theirs] = [trunk.fork(2), trunk.fork(3)];
    ours.mine();
    theirs.mineMany(2);
    const first = await openChain();
    await first.submit(...ours.blocks);
    await first.submit(...theirs.blocks.slice(3));
    const second = await openChain(first.disk);
    expect([tipOf(second), second.index.tip.hash]).toEqual([last(theirs).hash, last(theirs).hash]);
    expect(equalBytes(second.chain.tipAccumulator, first.chain.tipAccumulator)).toBe(true);
    // The branch it left is forgotten, not lost: it is fetched again if it wins.
    await second.submit(...ours.mineMany(2), ...ours.blocks.slice(3));
    await second.submit(last(ours));
    expect(tipOf(second)).toBe(last(ours).hash);
    expect(diskPicture(second.disk)).toBe(await replayed(ours));
  });

  it('is refused by the name of what is damaged', async () => {
    for (const row of ['tip', 'headers 2-2']) {
      const forge = new Forge(SPEC);
      const fixture = await openChain();
      await fixture.submit(...forge.mineMany(3));
      fixture.disk.damage(row);
      const fault: unknown = await openChain(fixture.disk).catch((reason: unknown) => reason);
      expect(fault).toBeInstanceOf(StoreFault);
      expect(fault).toMatchObject({ code: 'corrupt-row', row });
    }
  });

  it('is refused when accumulator and headers contradict each other, or some are missing', async () => {
    const forge = new Forge(SPEC);
    const blocks = forge.mineMany(3);
    for (const spoil of [
      ({ chain }: MemoryDisk) => (chain.tip!.accumulator[0]! ^= 1),
      ({ chain }: MemoryDisk) => chain.headers.delete(2),
      ({ chain }: MemoryDisk) => chain.headers.set(2, chain.headers.get(1)!),
    ]) {
      const fixture = await openChain();
      await fixture.submit(...blocks);
      spoil(fixture.disk);
      await expect(openChain(fixture.disk)).rejects.toMatchObject({ name: 'StoreFault', code: 'corrupt-row' });
    }
  });
});

it('a long sync is stored in batches, each as large as a commit should be', async () => {
  const forge = new Forge(SPEC);
  const blocks = forge.mineMany(3 * CONNECT_BATCH_BLOCKS + 1);
  const fixture = await openChain();
  for (const { header } of blocks) fixture.chain.submitHeader(header);
  await fixture.submit(...blocks.slice(1));
  expect(fixture.commits).toHaveLength(0);
  await fixture.submit(blocks[0]!);
  expect(fixture.commits.map(({ connect }) => connect.length)).toEqual([64, 64, 64, 1]);
  expect(tipOf(fixture)).toBe(last(forge).hash);
});
