/** A chain whose tip and state had to go: connected anew from its stored blocks, with help for what is missing only. */
import { describe, expect, it } from 'vitest';
import { MemoryChainStore } from '../../../src/adapters/memory/memory-chain-store.ts';
import { faultAtPoint, noFaults, type MemoryDisk } from '../../../src/adapters/memory/memory-disk.ts';
import { repairChain } from '../../../src/node/chain-repair.ts';
import { CONNECT_BATCH_BLOCKS } from '../../../src/node/params.ts';
import { StoreFault } from '../../../src/node/ports.ts';
import { Forge, SlotOwner, type Forged } from '../../support/forge.ts';
import { diskPicture, openChain, SPEC, type ChainFixture } from '../../support/chain-fixture.ts';

const last = (forge: Forge) => forge.blocks.at(-1)!;
const damage = (row: string) => new StoreFault('corrupt-row', 'damaged', row);

/** Blocks with something in the state, on a disk of their own; `reopen` is the next session. */
async function storeChain(count: number) {
  const forge = new Forge(SPEC);
  const owner = new SlotOwner(forge, 1);
  forge.mine([owner.createTx]);
  forge.mine([owner.updateTx(2)]);
  forge.mineMany(count - 2);
  const fixture = await openChain();
  for (const { header } of forge.blocks) fixture.chain.submitHeader(header);
  await fixture.submit(...forge.blocks);
  const { disk } = fixture;
  const drop = () => new MemoryChainStore(disk).dropChainstate();
  const reopen = async (): Promise<ChainFixture> => {
    const next = await openChain(disk);
    await next.chain.resume();
    return next;
  };
  return { forge, disk, picture: diskPicture(disk), drop, reopen };
}

const writtenBlocks = ({ commits }: ChainFixture) =>
  commits.flatMap(({ connect }) => connect.filter(({ isStored }) => !isStored).map(({ height }) => height));

describe('stored blocks without a tip', () => {
  it('are connected anew in batches, and no block is written twice', async () => {
    const { disk, picture, drop, reopen } = await storeChain(2 * CONNECT_BATCH_BLOCKS + 5);
    const undo = new Map(disk.chain.undo);
    await drop();
    expect([disk.chain.state.size, disk.chain.tip]).toEqual([0, undefined]);
    const fixture = await reopen();
    expect(diskPicture(disk)).toBe(picture);
    expect(new Map(disk.chain.undo)).toEqual(undo);
    expect(fixture.commits.map(({ connect }) => connect.length)).toEqual([64, 64, 5]);
    expect([writtenBlocks(fixture), fixture.chain.storedAboveTip, fixture.chain.waitingBodies]).toEqual([[], 0, 0]);
  });

  it('are all found again after a crash at any moment of it', async () => {
    const { disk, picture, drop, reopen } = await storeChain(2 * CONNECT_BATCH_BLOCKS + 5);
    const heights: number[] = [];
    for (let commit = 0; commit < 3; commit++) {
      for (const step of ['commit', 'acknowledge']) {
        await drop();
        disk.faults = faultAtPoint(commit, 'crash', (point) => point.call === 'commit' && point.step === step);
        await expect(reopen()).rejects.toMatchObject({ code: 'closed' });
        disk.faults = noFaults;
        heights.push(disk.chain.tip?.height ?? 0);
        expect((await reopen()).damaged).toEqual([]);
        expect(diskPicture(disk)).toBe(picture);
      }
    }
    expect(heights).toEqual([0, 64, 64, 128, 128, 133]);
  });

  it('that are damaged are asked of peers, one by one; those above come from the disk', async () => {
    const { forge, disk, picture, drop, reopen } = await storeChain(100);
    const [early, late] = [forge.blocks[39]!, forge.blocks[79]!];
    for (const { hash } of [early, late]) disk.damage(`block ${hash}`);
    await drop();
    const fixture = await reopen();
    expect([fixture.chain.tip.height, fixture.index.tip.height]).toEqual([39, 100]);
    expect(fixture.damaged).toEqual([`block ${early.hash}`]);
    const isHere = ({ hash }: Forged) => fixture.chain.hasBody(fixture.index.get(hash)!);
    expect([isHere(early), isHere(forge.blocks[40]!)]).toEqual([false, true]);
    await fixture.submit(early);
    expect(fixture.chain.tip.height).toBe(79);
    await fixture.submit(late);
    expect([fixture.chain.tip.height, diskPicture(disk)]).toEqual([100, picture]);
    expect(writtenBlocks(fixture)).toEqual([40, 80]);
    expect((await reopen()).damaged).toEqual([]);
  });

  it('are taken as far as their headers can be read', async () => {
    const { forge, disk, picture, drop, reopen } = await storeChain(20);
    disk.damage('headers 12-12');
    await drop();
    const fixture = await reopen();
    expect([fixture.chain.tip.height, fixture.damaged]).toEqual([11, ['headers 12-12']]);
    for (const { header } of forge.blocks) fixture.chain.submitHeader(header);
    await fixture.submit(...forge.blocks.slice(11));
    expect(diskPicture(disk)).toBe(picture);
  });

  it('are refused where one breaks a rule, as from a peer', async () => {
    const { forge, disk, drop, reopen } = await storeChain(3);
    const bad = forge.mine([], { header: { stateRoot: new Uint8Array(32).fill(9) } });
    disk.chain.headers.set(4, bad);
    disk.chain.blocks.set(bad.hash, { ...bad, body: bad.bytes });
    await drop();
    const fixture = await reopen();
    expect([fixture.chain.tip.height, fixture.index.tip.height, fixture.invalid]).toEqual([3, 3, ['4 bad-state-root']]);
    await fixture.submit(forge.mine());
    expect(fixture.chain.tip.hash).toBe(last(forge).hash);
  });

  it('are left for a heavier chain, and what is stored is true again after that', async () => {
    const { forge, disk, drop, reopen } = await storeChain(20);
    const theirs = new Forge(SPEC, 3);
    theirs.mineMany(25);
    const lost = forge.blocks[9]!;
    disk.damage(`block ${lost.hash}`);
    await drop();
    const fixture = await reopen();
    for (const { header } of theirs.blocks) fixture.chain.submitHeader(header);
    // Nine of ours come off again, and ours goes on above them on the disk.
    await fixture.submit(...theirs.blocks.slice(0, 12));
    expect([fixture.chain.tip.hash, fixture.chain.storedAboveTip]).toEqual([theirs.blocks[11]!.hash, 0]);
    const again = await reopen();
    expect([again.chain.tip.hash, again.index.tip.hash]).toEqual([theirs.blocks[11]!.hash, theirs.blocks[11]!.hash]);
    forge.mineMany(8);
    for (const { header } of forge.blocks) again.chain.submitHeader(header);
    await again.submit(...forge.blocks);
    expect(again.chain.tip.hash).toBe(last(forge).hash);
    const undamaged = await openChain();
    for (const block of forge.blocks) await undamaged.submit(block);
    expect(diskPicture(disk)).toBe(diskPicture(undamaged.disk));
    expect((await reopen()).chain.tip.hash).toBe(last(forge).hash);
  });
});

describe('the repair of a chain', () => {
  const repair = (disk: MemoryDisk, row: string) => repairChain(new MemoryChainStore(disk), damage(row));

  it('drops what follows from the blocks, and no block', async () => {
    for (const row of ['tip', 'state 03aa', 'undo 00', 'headers from 1']) {
      const { disk, picture, reopen } = await storeChain(5);
      disk.damage(row);
      expect([row, await repair(disk, row)]).toEqual([row, 'reconnect']);
      await reopen();
      expect(diskPicture(disk)).toBe(picture);
    }
  });

  it('reads lost headers from the stored blocks, and leaves the rest as it is', async () => {
    for (const lost of [[1, 3], [4, 4], [5]] as const) {
      const { disk, picture, reopen } = await storeChain(5);
      const [first, end = first] = lost;
      for (let height = first; height <= end; height++) disk.damage(`headers ${height}-${height}`);
      expect(await repair(disk, `headers ${first}-${end}`)).toBe('mended');
      const fixture = await reopen();
      expect([diskPicture(disk), fixture.commits.length]).toEqual([picture, 0]);
    }
  });

  it('gives up only the part whose headers and blocks are both lost', async () => {
    const { forge, disk, reopen } = await storeChain(9);
    disk.damage('headers 5-5');
    disk.damage(`block ${forge.blocks[4]!.hash}`);
    expect(await repair(disk, 'headers 5-5')).toBe('reconnect');
    expect((await reopen()).chain.tip.height).toBe(4);
  });

  it('forgets everything where there is neither tip nor first header', async () => {
    const { forge, disk, drop, reopen } = await storeChain(5);
    disk.damage('headers 1-1');
    disk.damage(`block ${forge.blocks[0]!.hash}`);
    await drop();
    await expect(reopen()).rejects.toMatchObject({ row: 'headers 1-1' });
    expect(await repair(disk, 'headers 1-1')).toBe('fetch-again');
    expect([disk.chain.blocks.size, (await reopen()).chain.tip.height]).toEqual([0, 0]);
  });
});
