import { beforeEach, describe, expect, test } from 'vitest';
import { encodeHeader, hashHeader } from '../../../src/core/header.ts';
import { HeaderIndex } from '../../../src/core/header-index.ts';
import { BlockHash } from '../../../src/core/ids.ts';
import type { IndexedHeader } from '../../../src/core/indexed-header.ts';
import { genesisHeader } from '../../../src/core/genesis.ts';
import { PowEngine } from '../../../src/core/pow.ts';
import { reorgPlan } from '../../../src/core/reorg.ts';
import { EASY_SPEC, growChain, LATE_S, mineHeader } from '../../support/mining.ts';

const engine = new PowEngine(EASY_SPEC);
const heights = (blocks: readonly IndexedHeader[]) => blocks.map((block) => block.height);
let index: HeaderIndex;
beforeEach(() => {
  index = new HeaderIndex(engine);
});

test('starts at genesis, whose work needs no proof', () => {
  expect(index.tip).toBe(index.genesis);
  expect(index.tip.hash).toBe(hashHeader(genesisHeader(EASY_SPEC)));
  expect(index.insert(genesisHeader(EASY_SPEC), LATE_S)).toEqual({ ok: true, value: index.genesis });
});

describe('insert', () => {
  test('a header seen twice changes nothing', () => {
    const header = mineHeader(engine, index.genesis);
    const first = index.insert(header, LATE_S);
    expect(index.insert(encodeHeader(header), LATE_S)).toEqual(first);
    expect(index.size).toBe(2);
  });

  test('a header before its parent is refused, and taken after it', () => {
    const [a, b] = growChain(new HeaderIndex(engine), index.genesis, 2);
    expect(index.insert(b!.encoded, LATE_S)).toMatchObject({ ok: false, code: 'unknown-parent' });
    expect(index.insert(a!.encoded, LATE_S).ok).toBe(true);
    expect(index.insert(b!.encoded, LATE_S).ok).toBe(true);
    expect(index.tip.hash).toBe(b!.hash);
  });

  test('bytes that are no header, and headers that break a rule', () => {
    expect(index.insert(new Uint8Array(111), LATE_S)).toMatchObject({ ok: false, code: 'truncated' });
    expect(index.insert(new Uint8Array(113), LATE_S)).toMatchObject({ ok: false, code: 'oversized' });
    expect(index.insert(mineHeader(engine, index.genesis), 0)).toMatchObject({ ok: false, code: 'time-too-new' });
    expect(index.size).toBe(1);
  });

  test('keeps a copy: the message a header came in may be overwritten', () => {
    const bytes = encodeHeader(mineHeader(engine, index.genesis));
    const inserted = index.insert(bytes, LATE_S);
    if (!inserted.ok) throw new Error(inserted.code);
    bytes.fill(0);
    expect(hashHeader(inserted.value.encoded)).toBe(inserted.value.hash);
    expect(hashHeader(inserted.value.header)).toBe(inserted.value.hash);
  });
});

describe('best chain', () => {
  test('one that lies idle is not rewritten cheaply: easy blocks, dated all over the pause, weigh what they cost', () => {
    const mine = (parent: IndexedHeader, everyS: number): IndexedHeader => {
      const inserted = index.insert(mineHeader(engine, parent, { timeS: parent.timeS + everyS }), LATE_S);
      if (!inserted.ok) throw new Error(inserted.code);
      return inserted.value;
    };
    let ours = index.genesis;
    for (let i = 0; i < 40; i++) ours = mine(ours, 1);
    let rival = index.genesis;
    for (let i = 0; i < 40; i++) rival = mine(rival, 3_600);
    expect([rival.height, index.tip]).toEqual([ours.height, ours]);
    while (index.tip === ours) rival = mine(rival, 3_600);
    expect(rival.chainwork > ours.chainwork).toBe(true);
    expect(rival.height).toBeGreaterThan(1.5 * ours.height);
  });

  test('of equal work the first seen stands; one more block wins', () => {
    const ours = growChain(index, index.genesis, 3, 1);
    const rival = growChain(index, index.genesis, 3, 2);
    expect(rival[2]!.chainwork).toBe(ours[2]!.chainwork);
    expect(index.tip).toBe(ours[2]);
    const [winner] = growChain(index, rival[2]!, 1, 2);
    expect(index.tip).toBe(winner);
    expect(index.isOnMain(ours[0]!)).toBe(false);
    expect(index.mainAt(2)).toBe(rival[1]);
    expect(index.mainAt(5)).toBeUndefined();
  });

  test('most work wins against more blocks', () => {
    const engine = new PowEngine({ ...EASY_SPEC, powLimitBits: 0x2007ffff });
    const index = new HeaderIndex(engine);
    const slow = growChain(index, index.genesis, 12, 1);
    let fast = index.genesis;
    for (let i = 0; i < 11; i++) {
      const inserted = index.insert(mineHeader(engine, fast, { extraNonce: 2, timeS: fast.timeS + 1 }), LATE_S);
      if (!inserted.ok) throw new Error(inserted.code);
      fast = inserted.value;
    }
    expect(fast.height).toBeLessThan(slow.at(-1)!.height);
    expect(index.tip).toBe(fast);
  });

  test('from one tip to another: what to take off and what to put on', () => {
    const trunk = growChain(index, index.genesis, 4);
    const left = growChain(index, trunk[3]!, 2, 1);
    const right = growChain(index, trunk[3]!, 3, 2);
    const plan = reorgPlan(index, left[1]!, right[2]!);
    expect(index.forkPoint(left[1]!, right[2]!)).toBe(trunk[3]);
    expect(plan.disconnect).toEqual([left[1], left[0]]);
    expect(plan.connect).toEqual(right);
    expect(index.forkPoint(trunk[1]!, right[2]!)).toBe(trunk[1]);
    expect(reorgPlan(index, right[2]!, right[2]!)).toEqual({ disconnect: [], connect: [] });
  });

  test('ancestors by height, on the best chain and beside it', () => {
    const trunk = growChain(index, index.genesis, 5);
    const side = growChain(index, trunk[1]!, 2, 1);
    expect(index.ancestorAt(trunk[4]!, 2)).toBe(trunk[1]);
    expect(index.ancestorAt(side[1]!, 3)).toBe(side[0]);
    expect(index.ancestorAt(side[1]!, 1)).toBe(trunk[0]);
    expect(index.ancestorAt(side[1]!, 5)).toBeUndefined();
    expect(index.ancestorAt(side[1]!, -1)).toBeUndefined();
  });
});

describe('invalid blocks', () => {
  test('their whole branch is out, the best other chain is the tip, and nothing is built on them again', () => {
    const trunk = growChain(index, index.genesis, 6);
    const rival = growChain(index, trunk[1]!, 2, 1);
    index.markInvalid(trunk[3]!.hash);
    expect(index.tip).toBe(rival[1]);
    expect(index.isInvalid(trunk[5]!.hash)).toBe(true);
    expect(index.get(trunk[5]!.hash)).toBeUndefined();
    expect(index.isInvalid(trunk[2]!.hash)).toBe(false);
    expect(index.insert(trunk[4]!.encoded, LATE_S)).toMatchObject({ ok: false, code: 'known-invalid' });
    expect(index.insert(mineHeader(engine, trunk[5]!), LATE_S)).toMatchObject({ ok: false, code: 'known-invalid' });
  });

  test('without a rival the parent is the tip', () => {
    const trunk = growChain(index, index.genesis, 3);
    index.markInvalid(trunk[0]!.hash);
    expect(index.tip).toBe(index.genesis);
    expect(growChain(index, index.genesis, 1, 1)[0]).toBe(index.tip);
  });

  test('an invalid branch on the side leaves the tip alone', () => {
    const trunk = growChain(index, index.genesis, 3);
    const side = growChain(index, index.genesis, 2, 1);
    index.markInvalid(side[0]!.hash);
    index.markInvalid(BlockHash.of(new Uint8Array(32)));
    expect(index.tip).toBe(trunk[2]);
  });

  test('ends of chains with more work than ours, best first, for when the bodies of the best one cannot be had', () => {
    const trunk = growChain(index, index.genesis, 6);
    const side = growChain(index, trunk[0]!, 3, 1);
    const rival = growChain(index, trunk[1]!, 2, 2);
    growChain(index, index.genesis, 1, 3);
    expect(index.tipsAbove(trunk[2]!.chainwork)).toEqual([trunk[5], side[2], rival[1]]);
    expect(index.tipsAbove(trunk[3]!.chainwork)).toEqual([trunk[5]]);
    expect(index.tipsAbove(trunk[5]!.chainwork)).toEqual([]);
    index.markInvalid(trunk[4]!.hash);
    // What is left of the broken branch was there before the others.
    expect(index.tipsAbove(trunk[2]!.chainwork)).toEqual([trunk[3], side[2], rival[1]]);
  });
});

test('its version changes with every header, and with every verdict', () => {
  const { version } = index;
  const [block] = growChain(index, index.genesis, 1);
  const grown = index.version;
  index.insert(block!.encoded, LATE_S);
  expect([grown === version, index.version === grown]).toEqual([false, true]);
  index.markInvalid(block!.hash);
  expect(index.version).not.toBe(grown);
});

describe('locators', () => {
  test('dense near the tip, then ever wider, genesis last, within what a message may carry', () => {
    const trunk = growChain(index, index.genesis, 60);
    const hashes = index.locator();
    const located = hashes.map((hash) => index.get(hash)!.height);
    expect(located).toEqual([60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 49, 45, 37, 21, 0]);
    expect(index.locator(trunk[1])).toEqual([trunk[1]!.hash, trunk[0]!.hash, index.genesis.hash]);
  });

  test('headers after the first hash we share, in order, at most so many', () => {
    const trunk = growChain(index, index.genesis, 10);
    const side = growChain(index, trunk[3]!, 3, 1);
    expect(heights(index.headersAfter(index.locator(side[2]), 100))).toEqual([5, 6, 7, 8, 9, 10]);
    expect(heights(index.headersAfter([trunk[3]!.hash], 2))).toEqual([5, 6]);
    expect(heights(index.headersAfter([index.tip.hash], 2))).toEqual([]);
    expect(heights(index.headersAfter([BlockHash.of(new Uint8Array(32))], 2))).toEqual([1, 2]);
    // Towards a tip of our own choosing: what is connected, not what is merely known.
    expect(index.headersAfter([trunk[3]!.hash], 9, side[1])).toEqual([side[0], side[1]]);
    expect(index.headersAfter([trunk[8]!.hash, trunk[1]!.hash], 9, trunk[4])).toEqual(trunk.slice(2, 5));
  });
});

describe('bounds', () => {
  test('beyond its room a side branch needs more work than the weakest leaf', () => {
    const small = new HeaderIndex(engine, 0);
    const trunk = growChain(small, small.genesis, 3);
    // Room for as many side headers as the best chain has: four.
    const weak = growChain(small, small.genesis, 1, 1)[0]!;
    const strong = growChain(small, trunk[0]!, 2, 2)[1]!;
    const pinned = growChain(small, small.genesis, 1, 3)[0]!;
    small.pin(pinned.hash);
    expect(small.size).toBe(8);
    expect(small.insert(mineHeader(engine, small.genesis, { extraNonce: 4 }), LATE_S)).toMatchObject({
      code: 'index-full',
    });
    expect(small.insert(mineHeader(engine, trunk[0]!, { extraNonce: 5 }), LATE_S).ok).toBe(true);
    expect(small.size).toBe(8);
    expect(small.get(weak.hash)).toBeUndefined();
    // The weakest that is left is where the state stands.
    expect(small.insert(mineHeader(engine, trunk[0]!, { extraNonce: 6 }), LATE_S)).toMatchObject({
      code: 'index-full',
    });
    expect(small.get(pinned.hash)).toBe(pinned);
    expect(small.get(strong.hash)).toBe(strong);
  });

  test('bodiless children of the block that state stands on cannot keep out its true child', () => {
    const small = new HeaderIndex(engine, 0);
    const at = growChain(small, small.genesis, 4).at(-1)!;
    small.pin(at.hash);
    const flood: IndexedHeader[] = [];
    for (let i = 1; i <= 30; i++) {
      const sibling = small.insert(mineHeader(engine, at, { extraNonce: i }), LATE_S);
      if (sibling.ok) flood.push(sibling.value);
    }
    const { size } = small;
    // And a child of one of them, so that all others are weaker than the best.
    expect(small.insert(mineHeader(engine, small.get(flood.at(-1)!.hash)!, { extraNonce: 99 }), LATE_S).ok).toBe(true);
    const honest = small.insert(mineHeader(engine, at, { extraNonce: 100 }), LATE_S);
    expect(honest).toMatchObject({ ok: true });
    expect(small.size).toBeLessThanOrEqual(size + 2);
    // Nor do more of them push it out at once: the oldest goes first.
    for (let i = 101; i <= 102; i++) small.insert(mineHeader(engine, at, { extraNonce: i }), LATE_S);
    expect(small.get(honest.ok ? honest.value.hash : at.hash)).toBeDefined();
  });

  test('a flood of side headers stays within bounds while the best chain grows', () => {
    const small = new HeaderIndex(engine, 0);
    growChain(small, small.genesis, 20);
    for (let branch = 1; branch <= 30; branch++) {
      small.insert(mineHeader(engine, small.genesis, { extraNonce: branch }), LATE_S);
    }
    expect(small.size).toBe(2 * 21);
    growChain(small, small.tip, 1);
    expect(small.size).toBe(2 * 21 + 1);
  });

  test('a rival as long as the best chain fits beside it, and what it outdoes makes room', () => {
    const small = new HeaderIndex(engine, 0);
    const trunk = growChain(small, small.genesis, 20);
    const rival = growChain(small, trunk[0]!, 20, 1);
    expect(small.tip).toBe(rival[19]);
    expect(small.size).toBe(22 + 19);
    small.markInvalid(rival[0]!.hash);
    expect(small.tip).toBe(trunk[19]);
    small.markInvalid(trunk[1]!.hash);
    expect(small.tip).toBe(trunk[0]);
    expect(small.size).toBe(2 * 2);
  });

  test('five thousand headers go in, and load again, to the same tip', () => {
    growChain(index, index.genesis, 5000);
    const chain = index.headersAfter([index.genesis.hash], 5000);
    const rows = chain.map(({ hash, encoded }) => ({ hash, header: encoded }));
    const loaded = new HeaderIndex(engine);
    expect(loaded.loadTrusted(rows.slice(0, 2500))).toEqual({ ok: true });
    expect(loaded.loadTrusted(rows.slice(2500))).toEqual({ ok: true });
    expect(loaded.tip.hash).toBe(index.tip.hash);
    expect(loaded.tip.chainwork).toBe(index.tip.chainwork);
    expect(loaded.tip.idleS).toBe(index.tip.idleS);
  });
});

describe('loading from disk', () => {
  test('a damaged row is named and nothing after it is taken', () => {
    const rows = growChain(index, index.genesis, 5).map(({ hash, encoded }) => ({ hash, header: encoded }));
    const damaged = rows.map((row, i) =>
      i === 2 ? { ...row, header: row.header.with(50, row.header[50]! ^ 1) } : row,
    );
    const loaded = new HeaderIndex(engine);
    expect(loaded.loadTrusted(damaged)).toEqual({ ok: false, code: 'hash-mismatch', detail: rows[2]!.hash });
    expect(loaded.tip.height).toBe(2);
    expect(loaded.loadTrusted([rows[4]!])).toMatchObject({ ok: false, code: 'unlinked' });
    const header = encodeHeader({ ...mineHeader(engine, loaded.tip), bits: 0x1d80ffff });
    expect(loaded.loadTrusted([{ hash: hashHeader(header), header }])).toMatchObject({ ok: false, code: 'bad-bits' });
    expect(loaded.loadTrusted(rows)).toEqual({ ok: true });
    expect(loaded.tip.height).toBe(5);
  });
});
