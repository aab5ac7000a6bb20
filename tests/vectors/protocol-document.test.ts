/**
 * The protocol documents against the code. Every block of them fenced as an example is what the code gives from the same
 * inputs, to the byte, and every code that a rule refuses with is named in them. An example that fails shows the block as
 * it should be, ready to be pasted.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CONSENSUS } from './protocol-examples/consensus.ts';
import type { Examples } from './protocol-examples/format.ts';
import { SEALED } from './protocol-examples/sealed.ts';
import { WIRE } from './protocol-examples/wire.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

const DOCUMENTS: Readonly<Record<string, Examples>> = {
  'docs/PROTOCOL.md': CONSENSUS,
  'docs/protocol/wire.md': WIRE,
  'docs/protocol/sealed.md': SEALED,
};
const FENCED = /^```example ([a-z0-9-]+)\n([\s\S]*?)\n?^```$/gm;

/** Label and text of each example, in order. */
function blocksOf(document: string): [string, string][] {
  return Array.from(read(document).matchAll(FENCED), ([, label, text]) => [label!, text!]);
}

describe.each(Object.entries(DOCUMENTS))('%s', (document, examples) => {
  const blocks = blocksOf(document);

  test('has each example once, and no other', () => {
    expect(blocks.map(([label]) => label).sort()).toEqual(Object.keys(examples).sort());
  });

  test.each(Object.entries(examples))('example %s', (label, expected) => {
    expect(new Map(blocks).get(label), `\`\`\`example ${label}\n${expected}\n\`\`\``).toBe(expected);
  });
});

test('names every code with which the core or the ledger refuses something', () => {
  const text = Object.keys(DOCUMENTS).map(read).join('\n');
  const codes = ['src/core', 'src/ledger'].flatMap((folder) =>
    readdirSync(new URL(folder, ROOT)).flatMap((file) =>
      Array.from(read(`${folder}/${file}`).matchAll(/(?:reject|fail)\(\s*'([a-z-]+)'/g), ([, code]) => code!),
    ),
  );
  expect(codes.length).toBeGreaterThan(0);
  expect([...new Set(codes)].filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
});
