import { describe, expect, test } from 'vitest';
import { drawn } from '../../../src/node/lot.ts';
import { Seeded } from '../../support/seeded.ts';

const ITEMS = ['a', 'b', 'c', 'd', 'e'];

describe('a draw', () => {
  test('is of different items, as many as asked for', () => {
    const rng = new Seeded(1);
    for (let i = 0; i < 100; i++) expect(new Set(drawn(rng, ITEMS, 3)).size).toBe(3);
  });

  test('is of all where there are no more, and leaves the list alone', () => {
    const items = [...ITEMS];
    expect(drawn(new Seeded(1), items, 9).sort()).toEqual(ITEMS);
    expect([items, drawn(new Seeded(1), [], 3), drawn(new Seeded(1), ITEMS, 0)]).toEqual([ITEMS, [], []]);
  });

  test('gives each the same chance, in every place', () => {
    const rng = new Seeded(1);
    const counts = new Map<string, number>();
    for (let i = 0; i < 5_000; i++) {
      for (const [place, item] of drawn(rng, ITEMS, 2).entries()) {
        counts.set(`${item}${place}`, (counts.get(`${item}${place}`) ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(10);
    // 1,000 expected, with a deviation of 28.
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
