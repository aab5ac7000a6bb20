import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HeaderIndex } from '../../src/core/header-index.ts';
import { medianTimePast, type IndexedHeader } from '../../src/core/indexed-header.ts';
import { PowEngine } from '../../src/core/pow.ts';
import { reorgPlan } from '../../src/core/reorg.ts';
import { EASY_SPEC, LATE_S, mineHeader } from '../support/mining.ts';

const engine = new PowEngine({ ...EASY_SPEC, powLimitBits: 0x2007ffff, halfLifeS: 10 });

/** A tree as it grows: which earlier block each one stands on (the newest ones mostly), and how long it took. */
const trees = fc.array(
  fc.tuple(fc.oneof({ weight: 3, arbitrary: fc.nat(1) }, fc.nat(40)), fc.integer({ min: -4, max: 20 })),
  {
    minLength: 1,
    maxLength: 40,
  },
);
type Tree = readonly (readonly [number, number])[];

function plant(index: HeaderIndex, tree: Tree): IndexedHeader[] {
  const blocks = [index.genesis];
  for (const [back, tookS] of tree) {
    const parent = blocks[Math.max(0, blocks.length - 1 - back)]!;
    const timeS = Math.max(medianTimePast(parent) + 1, parent.timeS + tookS);
    const inserted = index.insert(mineHeader(engine, parent, { timeS, extraNonce: blocks.length }), LATE_S);
    if (!inserted.ok) throw new Error(inserted.code);
    blocks.push(inserted.value);
  }
  return blocks;
}

function chainOf(block: IndexedHeader): IndexedHeader[] {
  const chain: IndexedHeader[] = [];
  for (let at: IndexedHeader | undefined = block; at; at = at.parent) chain.unshift(at);
  return chain;
}

/** By trying them all: most work, then first come. */
function bestOf(blocks: readonly IndexedHeader[]): IndexedHeader {
  return blocks.reduce((best, block) => (block.chainwork > best.chainwork ? block : best));
}

test('the tip, its chain, ancestors and fork points are those found by trying everything', () => {
  fc.assert(
    fc.property(trees, fc.nat(), fc.nat(), (tree, a, b) => {
      const index = new HeaderIndex(engine);
      const blocks = plant(index, tree);
      expect(index.tip).toBe(bestOf(blocks));
      const main = chainOf(index.tip);
      for (const block of blocks) expect(index.isOnMain(block)).toBe(main.includes(block));

      const from = blocks[a % blocks.length]!;
      const to = blocks[b % blocks.length]!;
      const height = b % (from.height + 1);
      expect(index.ancestorAt(from, height)).toBe(chainOf(from)[height]);
      const plan = reorgPlan(index, from, to);
      const shared = chainOf(from).filter((block) => chainOf(to).includes(block));
      expect(index.forkPoint(from, to)).toBe(shared.at(-1));
      const walked = chainOf(from);
      for (const block of plan.disconnect) expect(walked.pop()).toBe(block);
      expect([...walked, ...plan.connect]).toEqual(chainOf(to));
      expect(plan.disconnect.some((block) => plan.connect.includes(block))).toBe(false);
    }),
  );
});

test('after blocks turn out invalid, the tip is the best of what does not stand on them', () => {
  fc.assert(
    fc.property(trees, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), (tree, picks) => {
      const index = new HeaderIndex(engine);
      const blocks = plant(index, tree);
      const bad = picks.map((pick) => blocks[1 + (pick % tree.length)]!);
      for (const block of bad) index.markInvalid(block.hash);
      const sound = blocks.filter((block) => !chainOf(block).some((ancestor) => bad.includes(ancestor)));
      for (const block of blocks) expect(index.isInvalid(block.hash)).toBe(!sound.includes(block));
      expect(index.tip).toBe(bestOf(sound));
      const better = sound.filter(({ chainwork }) => chainwork > sound[0]!.chainwork);
      const tips = index.tipsAbove(sound[0]!.chainwork);
      expect(tips.every((block) => better.includes(block))).toBe(true);
      const ends = better.filter((block) => !better.some(({ parent }) => parent === block));
      expect(ends.every((block) => tips.includes(block))).toBe(true);
      expect(index.headersAfter([index.genesis.hash], 100)).toEqual(chainOf(index.tip).slice(1));
    }),
  );
});

test('two nodes that exchange locators and headers end on one tip, in whatever order they saw the tree', () => {
  fc.assert(
    fc.property(trees, trees, fc.integer({ min: 1, max: 5 }), (ours, theirs, batch) => {
      const left = new HeaderIndex(engine);
      const right = new HeaderIndex(engine);
      plant(left, ours);
      plant(right, theirs);
      const pull = (to: HeaderIndex, from: HeaderIndex) => {
        // Each answer starts from the headers of the last one, as a node on its way to another chain asks.
        for (let known = to.tip; ;) {
          const headers = from.headersAfter(to.locator(known), batch);
          for (const header of headers) expect(to.insert(header.encoded, LATE_S).ok).toBe(true);
          const last = headers.at(-1);
          if (!last) return;
          known = to.get(last.hash)!;
        }
      };
      pull(left, right);
      pull(right, left);
      expect(left.tip.chainwork).toBe(right.tip.chainwork);
    }),
  );
});

test('however the tree grows, side headers stay within their room and the best chain whole', () => {
  fc.assert(
    fc.property(trees, fc.nat(), (tree, pick) => {
      const index = new HeaderIndex(engine, 2);
      const blocks = [index.genesis];
      for (const [back, tookS] of tree) {
        const parent = blocks[Math.max(0, blocks.length - 1 - back)]!;
        if (index.get(parent.hash) !== parent) continue;
        const timeS = Math.max(medianTimePast(parent) + 1, parent.timeS + tookS);
        const inserted = index.insert(mineHeader(engine, parent, { timeS, extraNonce: blocks.length }), LATE_S);
        if (inserted.ok) blocks.push(inserted.value);
        if (blocks.length - 1 === pick % tree.length) index.pin(blocks.at(-1)!.hash);
        const mainLength = index.tip.height + 1;
        expect(index.size - mainLength).toBeLessThanOrEqual(mainLength + 2);
        expect(index.tip.chainwork).toBe(bestOf(blocks).chainwork);
        expect(chainOf(index.tip).every((block) => index.get(block.hash) === block)).toBe(true);
      }
      const pinned = blocks[pick % tree.length];
      if (pinned && pinned !== index.genesis) expect(index.get(pinned.hash)).toBe(pinned);
    }),
  );
});
