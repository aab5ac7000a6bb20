/** docs/RELAY.md and the Containerfile are followed by people who cannot ask: what they name must be there. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { HELP } from '../../../src/app/serve/cli.ts';
import { relayMetrics } from '../../../src/app/serve/metrics.ts';
import { DEFAULT_LIMITS } from '../../../src/relay/limits.ts';

const manual = readFileSync('docs/RELAY.md', 'utf8');
const containerfile = readFileSync('Containerfile', 'utf8').replaceAll('\\\n', ' ').split('\n');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

const optionsIn = (text: string) => new Set([...text.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([option]) => option));
const instructions = (name: string) =>
  containerfile.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1).trim());

it('names every option of the command line, and no other', () => {
  // Podman's own options stand before the image's name.
  const ours = manual.replace(/podman (build .*|run .* medmesh(?= )|stop .*)/g, '').replace('`--format docker`', '');
  expect([...optionsIn(ours)].sort()).toEqual([...optionsIn(HELP)].sort());
});

it('names every metric of the relay, and no other', async () => {
  const named = (text: string) => [...new Set(text.match(/medmesh_relay_\w+/g))].sort();
  expect(named(manual)).toEqual(named(await relayMetrics(() => undefined).text()));
});

it('gives the limits as they are', () => {
  const limits: Record<string, number> = { ...DEFAULT_LIMITS };
  const section = manual.slice(manual.indexOf('## Limits'), manual.indexOf('## Who may use it'));
  const rows = [...section.matchAll(/^\| `(\w+)` +\| (\d+) +\|/gm)].map(([, name = '', value]) => [
    name,
    Number(value),
  ]);
  expect(rows.length).toBeGreaterThan(5);
  for (const [name, value] of rows) expect([name, value]).toEqual([name, limits[name as string]]);
});

it('copies into the container only what there is', () => {
  const fromHere = instructions('COPY').filter((words) => !words.startsWith('--from='));
  const sources = fromHere.flatMap((words) => words.split(/\s+/).slice(0, -1));
  expect(sources).toContain('package-lock.json');
  expect(sources.filter((source) => !existsSync(source))).toEqual([]);
});

it('runs in the container only commands of this repository, on files that are copied', () => {
  const copied = instructions('COPY').flatMap((words) => words.split(/\s+/).slice(0, -1));
  for (const command of instructions('RUN')) {
    const [, script] = /^npm run (\S+)/.exec(command) ?? [];
    if (script) expect(Object.keys(scripts)).toContain(script);
    const [, ...files] = /^node (\S+) (\S+)/.exec(command) ?? [];
    for (const file of files.filter((each) => !each.startsWith('dist/'))) {
      expect(existsSync(file)).toBe(true);
      expect(copied).toContain(file.split('/')[0]);
    }
  }
  // What is started is what was bundled, and it runs without rights.
  const bundled = instructions('RUN')
    .find((command) => command.includes('bundle.mjs'))
    ?.split(' ')
    .at(-1);
  const entry = JSON.parse(instructions('ENTRYPOINT')[0] ?? '') as string[];
  expect(entry).toContain(bundled);
  const known = optionsIn(HELP);
  expect(entry.slice(entry.indexOf(bundled ?? '')).filter((word) => word.startsWith('--') && !known.has(word))).toEqual(
    [],
  );
  expect(instructions('USER')).toEqual(['node']);
  expect(instructions('HEALTHCHECK')[0]).toContain('/healthz');
});
