import { describe, expect, it } from 'vitest';
import { HeaderIndex } from '../../../src/core/header-index.ts';
import type { IndexedHeader } from '../../../src/core/indexed-header.ts';
import { PowEngine } from '../../../src/core/pow.ts';
import { ChainGoals } from '../../../src/node/chain-goals.ts';
import { PENDING_BODIES_MAX, UNDO_DEPTH } from '../../../src/node/params.ts';
import { EASY_SPEC, growChain } from '../../support/mining.ts';

/** A chain that moves where a test puts it, and counts how often it is looked at. */
class PutChain {
  readonly bodies = new Set<IndexedHeader>();
  looks = 0;
  private readonly main: IndexedHeader[] = [];

  constructor(tip: IndexedHeader) {
    this.put(tip);
  }

  get tip(): IndexedHeader {
    return this.main.at(-1)!;
  }

  put(tip: IndexedHeader): void {
    const branch: IndexedHeader[] = [];
    let at: IndexedHeader | undefined = tip;
    for (; at && this.main[at.height] !== at; at = at.parent) branch.push(at);
    this.main.length = at ? at.height + 1 : 0;
    this.main.push(...branch.reverse());
  }

  isOnMain = (block: IndexedHeader): boolean => {
    this.looks++;
    return this.main[block.height] === block;
  };

  hasBody = (block: IndexedHeader): boolean => {
    this.looks++;
    return this.main[block.height] === block || this.bodies.has(block);
  };
}

function world() {
  const index = new HeaderIndex(new PowEngine(EASY_SPEC));
  const chain = new PutChain(index.genesis);
  const refused: string[] = [];
  const goals = new ChainGoals(index, chain, (depth, why) => void refused.push(`${depth} ${why}`));
  const ends = () => [...goals.list()].map(({ end }) => end);
  return { index, chain, goals, refused, ends };
}

describe('the chains to go for', () => {
  it('are those with more work than ours, best first', () => {
    const { index, chain, ends } = world();
    const trunk = growChain(index, index.genesis, 5);
    const [long, short] = [growChain(index, trunk[1]!, 6, 1), growChain(index, trunk[2]!, 4, 2)];
    growChain(index, trunk[0]!, 2, 3);
    chain.put(trunk[4]!);
    expect(ends()).toEqual([long.at(-1), short.at(-1)]);
    chain.put(short.at(-1)!);
    expect(ends()).toEqual([long.at(-1)]);
    chain.put(long.at(-1)!);
    expect(ends()).toEqual([]);
  });

  it('are told apart by the body they lack next: a hundred ends above one that is withheld are one', () => {
    const { index, chain, goals, ends } = world();
    const trunk = growChain(index, index.genesis, 3);
    const withheld = growChain(index, trunk[2]!, 20, 1);
    for (let i = 0; i < 100; i++) growChain(index, withheld[i % 20]!, 1, 1_000 + i);
    const honest = growChain(index, trunk[2]!, 2, 2);
    chain.put(trunk[2]!);
    const [best, second, ...others] = goals.list();
    expect([best!.missing(1), second!.end, others]).toEqual([[withheld[0]], honest.at(-1), []]);
    // The body of the first came: some of them lack another one now.
    chain.bodies.add(withheld[0]!);
    expect(ends().length).toBeGreaterThan(2);
  });

  it('follow our chain wherever it goes', () => {
    const { index, chain, goals } = world();
    const trunk = growChain(index, index.genesis, 3 * PENDING_BODIES_MAX);
    const side = growChain(index, trunk[0]!, 5, 1);
    const next = () => goals.list().next().value!.missing(1)[0];
    for (const at of [-1, 0, 1, 700, 1_900, 3_500, 900, 2]) {
      if (at >= 0) chain.put(trunk[at]!);
      expect(next()).toBe(trunk[at + 1]);
    }
    chain.put(side[4]!);
    expect(next()).toBe(trunk[1]);
  });

  it('cost a few looks for each block, however many there are', () => {
    const { index, chain, goals } = world();
    const trunk = growChain(index, index.genesis, 5 * PENDING_BODIES_MAX);
    for (const block of trunk) {
      for (const goal of goals.list()) goal.missing(1);
      chain.put(block);
    }
    expect(chain.looks).toBeLessThan(8 * trunk.length);
  });
});

describe('a chain that ours cannot cross over to', () => {
  it('forks below the undo data kept: it is none, and that is told once', () => {
    const { index, chain, refused, ends } = world();
    const ours = growChain(index, index.genesis, UNDO_DEPTH + 3);
    const theirs = growChain(index, index.genesis, UNDO_DEPTH + 5, 1);
    chain.put(ours[UNDO_DEPTH - 1]!);
    expect([ends(), refused]).toEqual([[theirs.at(-1), ours.at(-1)], []]);
    chain.put(ours[UNDO_DEPTH]!);
    expect([ends(), refused]).toEqual([[ours.at(-1)], [`${UNDO_DEPTH + 1} too-deep`]]);
    chain.put(ours.at(-1)!);
    growChain(index, theirs.at(-1)!, 3, 1);
    expect([ends(), refused.length]).toEqual([[], 1]);
  });

  it('needs more bodies than may wait: it is none, until fewer will do', () => {
    const { index, chain, goals, refused, ends } = world();
    const [root] = growChain(index, index.genesis, 1);
    const ours = growChain(index, root!, 3, 1);
    growChain(index, root!, 4, 2);
    chain.put(ours[2]!);
    const [goal] = goals.list();
    goals.refuse(goal!);
    expect([ends(), refused]).toEqual([[], ['3 too-large']]);
    const [next] = growChain(index, ours[2]!, 2, 1).slice(-1);
    expect(ends()).toEqual([next]);
  });
});
