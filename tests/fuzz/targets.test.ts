/** A few thousand cases over all targets, from another seed each time; `npm run fuzz` runs as many as one likes. */
import { expect, test } from 'vitest';
import { runTarget, share } from './engine/run.ts';
import { FAMILIES } from './targets/all.ts';

const CASES_PER_FAMILY = 600;

const seed = Math.floor(Math.random() * 0x7fff_ffff);
const plan = FAMILIES.flatMap(({ targets, part }) =>
  [...share(targets, part * CASES_PER_FAMILY)].map(([target, cases]) => ({ name: target.name, target, cases })),
);

test.each(plan)('$name: $cases random cases', async ({ target, cases }) => {
  const { failure } = await runTarget(target, seed, cases);
  expect(failure, failure).toBeUndefined();
});

test('names of targets are unique: --target finds each of them', () => {
  const names = [...FAMILIES.map(({ name }) => name), ...plan.map(({ name }) => name)];
  expect(new Set(names).size).toBe(names.length);
});
