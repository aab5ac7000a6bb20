import { describe, expect, it } from 'vitest';
import { en } from '../../../src/ui/i18n/en.ts';
import { zh } from '../../../src/ui/i18n/zh.ts';

type Leaf = readonly [path: string, value: unknown];

function leavesOf(words: object, path = ''): readonly Leaf[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? leavesOf(value, `${path}${key}.`)
      : [[`${path}${key}`, value] as const],
  );
}

/** The type check sees missing keys; open-ended lists (codes with words) are compared here. */
describe('dictionaries', () => {
  it('have the same keys', () => {
    expect(leavesOf(zh).map(([path]) => path)).toEqual(leavesOf(en).map(([path]) => path));
  });

  it('leave nothing empty, and nothing in English among the Chinese', () => {
    const empty = [...leavesOf(en), ...leavesOf(zh)].filter(
      ([, value]) => typeof value === 'string' && value.trim() === '',
    );
    expect(empty).toEqual([]);
    const english = leavesOf(zh).filter(
      ([path, value]) =>
        typeof value === 'string' &&
        !/\p{Script=Han}/u.test(value) &&
        !/^(appName|link\.placeholder|lab\.block\.fields\.\w+\.name)$/.test(path),
    );
    expect(english).toEqual([]);
  });
});
