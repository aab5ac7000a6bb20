/** docs/TESTING.md names a test for every mishap: a name that leads nowhere is a gap that nobody sees. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const GAP = 'none yet';
/** Their titles are a line each in a table. */
const SHARED = 'tests/e2e/support/attacks.ts';

/** @returns the rows of the table after the heading: mishap, and tests */
function rowsOf(markdown: string): readonly (readonly [string, string])[] {
  const table = markdown.slice(markdown.indexOf('## The catalogue of mishaps'));
  return table
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | *\|$/g, '').trim()))
    .map(([mishap = '', tests = '']) => [mishap, tests] as const)
    .filter(([mishap, tests]) => tests !== '' && !/^(mishap|-+)$/.test(mishap));
}

function filesUnder(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path).flatMap((name) => filesUnder(join(path, name)));
}

/** Everything that a name like `unit/node/peers` or `fuzz` may mean. */
function textOf(name: string): string {
  const endings = ['', '.ts', '.test.ts', '.spec.ts', '.memory.test.ts', '.browser.test.ts'];
  const paths = endings.map((ending) => `tests/${name}${ending}`);
  if (name.startsWith('contract/')) paths.push(`tests/contract/suites/${name.slice('contract/'.length)}.ts`);
  if (name.startsWith('e2e/hostile')) paths.push(SHARED);
  return paths
    .flatMap(filesUnder)
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

const rows = rowsOf(readFileSync('docs/TESTING.md', 'utf8'));

describe('the catalogue of mishaps', () => {
  it('is a table of many rows', () => {
    expect(rows.length).toBeGreaterThan(80);
  });

  it.each(rows)('%s', (_, tests) => {
    if (tests.startsWith(GAP)) return expect(tests.length).toBeGreaterThan(GAP.length);
    const missing = tests.split('; ').flatMap((test) => {
      const [name = '', words = ''] = test.split(': ');
      const text = textOf(name);
      if (text === '') return [name];
      return words.split(/, |…/).filter((part) => !text.includes(part.trim()));
    });
    return expect(missing).toEqual([]);
  });
});
