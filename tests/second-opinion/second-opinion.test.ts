/**
 * The rules of the chain twice: the code of this repository, and verify.py, written from docs/PROTOCOL.md alone. What both
 * accept must come to the same bytes; what one refuses the other must refuse with the same code.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concatBytes, toHex } from '../../src/core/bytes.ts';
import { Writer } from '../../src/core/codec.ts';
import { engineFor } from '../../src/core/consensus.ts';
import { decodeSpec } from '../../src/core/network-spec.ts';
import { LATE_S } from '../support/mining.ts';
import { openChain } from '../support/chain-fixture.ts';
import { cheatsOn, randomChangesOn, type Candidate, type Cheat } from './cheats.ts';
import { exported, LabChain, Person } from './lab-chain.ts';
import { SPECS } from './specs.ts';
import { tellShortStory, tellStory, type Story } from './story.ts';

const VERIFY = fileURLToPath(new URL('verify.py', import.meta.url));
const DOCUMENT = fileURLToPath(new URL('../../docs/PROTOCOL.md', import.meta.url));
const RANDOM_CHANGES = 200;
/** For a machine that does other things too. */
const HOOK_TIMEOUT_MS = 60_000;
const OUTPUT_BYTES_MAX = 10_000_000;

/** A code for each block, or `ok`. */
interface Verdicts {
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

/** Codes of the document's tables that no stored chain can break a rule with. */
const OUT_OF_REACH: Readonly<Record<string, string>> = {
  'bad-genesis-time': 'every u32 is allowed',
  'known-invalid': 'speaks of a second block; a chain ends with its first invalid one',
  'bad-prev': 'unknown-parent comes before it',
  'index-full': 'local',
  'block-too-large': 'body-oversized comes before it',
  'amount-overflow': 'a spec that could issue so much is refused: bad-subsidy',
};

const isPythonHere = hasPython();
if (!isPythonHere) process.stderr.write('tests/second-opinion: skipped, there is no python3 (3.9 or newer) here\n');

describe.skipIf(!isPythonHere)('a second opinion (skipped when python3 is absent)', () => {
  let folder: string;
  let story: Story;
  let cheats: readonly Cheat[];
  /** Of the cheats, then of the blocks changed at random. */
  let verdicts: Verdicts;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medmesh-second-opinion-'));
    story = tellStory();
    cheats = cheatsOn(story);
    verdicts = await judge([...cheats.map(({ block }) => block), ...randomChangesOn(story, 20_240, RANDOM_CHANGES)]);
  }, HOOK_TIMEOUT_MS);
  afterAll(() => rm(folder, { recursive: true }));

  test('finds what the document’s examples say', async () => {
    const { code, lines } = await verify('--examples', DOCUMENT);
    expect([code, lines.filter((line) => line.startsWith('example'))]).toEqual([0, []]);
    expect(lines.at(-1)).toMatch(/^(\d+) of \1 values of the examples hold$/);
  });

  test('comes to the same tip, state and work on a valid chain', async () => {
    const chains = [story.chain, tellShortStory()];
    const paths = await Promise.all(chains.map((chain, i) => write(`valid-${i}`, concatBytes(...chain.exported()))));
    const expected = await Promise.all(chains.map((chain, i) => summaryOf(chain, paths[i]!)));
    expect(story.chain.blocks.length).toBeGreaterThan(100);
    expect(await verify(...paths)).toEqual({ code: 0, lines: expected });
  });

  test('refuses a block that breaks a rule with the same code', () => {
    const named = cheats.map(({ code, name }) => `${name}: ${code}`);
    const { ours, theirs } = verdicts;
    expect(cheats.map(({ name }, i) => `${name}: ${ours[i]}`)).toEqual(named);
    expect(cheats.map(({ name }, i) => `${name}: ${theirs[i]}`)).toEqual(named);
    const met = new Set([...cheats, ...SPECS].map(({ code }) => code));
    const unmet = consensusCodes().filter((code) => !met.has(code) && !met.has(`body-${code}`));
    expect(unmet.sort()).toEqual(Object.keys(OUT_OF_REACH).sort());
  });

  test('judges blocks changed at random alike', () => {
    const [ours, theirs] = [verdicts.ours.slice(cheats.length), verdicts.theirs.slice(cheats.length)];
    expect(theirs).toEqual(ours);
    expect(ours).toHaveLength(RANDOM_CHANGES);
    expect(ours).not.toContain('ok');
  });

  test('refuses a network spec with the same code', async () => {
    const paths = await Promise.all(
      SPECS.map(({ bytes }, i) => write(`spec-${i}`, new Writer().varbytes(bytes).finish())),
    );
    const expected = SPECS.map(({ code, bytes }) => `${toHex(bytes)} ${code}`);
    const ours = SPECS.map(({ bytes }) => {
      const spec = decodeSpec(bytes);
      const judged = spec.ok ? engineFor(spec.value) : spec;
      return `${toHex(bytes)} ${judged.ok ? 'ok' : judged.code}`;
    });
    const { lines } = await verify(...paths);
    const theirs = lines.map((line, i) => `${toHex(SPECS[i]!.bytes)} ${codeOf(line)}`);
    expect(ours).toEqual(expected);
    expect(theirs).toEqual(expected);
  });

  test('names height, rule and code, and ends with 1', async () => {
    const chain = new LabChain(story.chain.spec);
    const miner = new Person(chain, 1);
    chain.mine([chain.coinbase(miner)]);
    // The median of two is the later one.
    const bad = chain.make([chain.coinbase(miner)], { timeS: chain.tip.timeS });
    const node = await openChain(undefined, undefined, chain.spec);
    expect(await node.submit(...chain.blocks, bad)).toEqual(['ok', 'time-too-old']);
    const path = await write('broken', concatBytes(...chain.exported(), exported(bad)));
    expect(await verify(path)).toEqual({ code: 1, lines: ['refused at height 2: Header 9: time-too-old'] });
  });

  async function write(name: string, bytes: Uint8Array): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  }

  /** What the code and verify.py say to each of these as the next block of the story: a code, or `ok`. */
  async function judge(candidates: readonly Candidate[]): Promise<Verdicts> {
    const { chain } = story;
    const node = await openChain(undefined, undefined, chain.spec);
    expect(new Set(await node.submit(...chain.blocks))).toEqual(new Set(['ok']));
    const ours: string[] = [];
    for (const block of candidates) ours.push(...(await node.submit(block)));

    const base = await write('base', concatBytes(...chain.exported()));
    const paths = await Promise.all(
      candidates.map(({ header, bytes }, i) => write(`block-${i}`, concatBytes(header, bytes))),
    );
    const { lines } = await verify(base, '--next', ...paths);
    return { ours, theirs: lines.slice(1).map(codeOf) };
  }
});

/** As a node that was told this chain sees it, in the words of verify.py. */
async function summaryOf(chain: LabChain, path: string): Promise<string> {
  const node = await openChain(undefined, undefined, chain.spec);
  await node.submit(...chain.blocks);
  const { height, hash, chainwork, header } = node.chain.tip;
  const work = chainwork.toString(16).padStart(64, '0');
  return `${path}: verified ${height} blocks, tip ${hash}, state root ${toHex(header.stateRoot)}, chainwork ${work}`;
}

/** The last column of every table of codes in the document, but for that of addresses, which are no matter of a chain. */
function consensusCodes(): string[] {
  const tables = readFileSync(DOCUMENT, 'utf8').match(/(?:^\|.*\n)+/gm) ?? [];
  const ruled = tables.filter((table) => /^\|.*\bcode +\|\n/.test(table) && !table.includes('an address that is read'));
  const cells = ruled.flatMap((table) => table.split('\n').map((line) => line.split('|').at(-2) ?? ''));
  const codes = cells.flatMap((cell) =>
    Array.from(cell.matchAll(/`([a-z0-9]+(?:-[a-z0-9]+)*)`/g), ([, code]) => code!),
  );
  return [...new Set(codes)].filter((code) => code !== 'u8');
}

function codeOf(line: string): string {
  return / (?:verified \d+ blocks, |accepted at )/.test(line) ? 'ok' : line.slice(line.lastIndexOf(' ') + 1);
}

function verify(...argv: readonly string[]): Promise<{ code: number; lines: string[] }> {
  const all = ['-B', VERIFY, '--clock', String(LATE_S), ...argv];
  return new Promise((resolve, reject) => {
    execFile('python3', all, { maxBuffer: OUTPUT_BYTES_MAX }, (error, stdout, stderr) => {
      if (stderr !== '') reject(new Error(`${basename(VERIFY)}: ${stderr}`));
      else resolve({ code: error ? Number(error.code) : 0, lines: stdout.trimEnd().split('\n') });
    });
  });
}

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
