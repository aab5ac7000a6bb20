/** No decoder without a target: what src exports under a decoder's name is fuzzed, or there is a reason why not. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TARGETS } from './targets/all.ts';

const DECODER = /^export (?:async )?(?:function|const) ((?:decode|parse|read|open|from)(?=[A-Z]|\b)\w*)/gm;

/** Why an export that is named like a decoder is none that bytes or texts from outside reach. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  fromBigInt: 'makes bytes of numbers of our own',
  openConnection: 'opens a database: contract tests',
  openNodeDatabase: 'opens a database: contract tests',
  openRedisBus: 'opens a connection: contract tests',
  parseFrame: 'reads JSON for the relay’s parsers, which are all covered',
  readConfirmed: 'reads a slot of the state, which slot-row covers',
  readFhir: 'parseRecord, loaded when first needed',
  readFile: 'takes bytes from a Blob as they are',
  readHeaders: 'finds rows in a database; what is in them is openHeaders’ matter',
  readIfPresent: 'takes a text from a file as it is',
  readLanguage: 'compares with the names of two languages',
};

const exported = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .flatMap((path) => [...readFileSync(join('src', path), 'utf8').matchAll(DECODER)].map(([, name]) => name!))
  .sort();
const covered = new Set(TARGETS.flatMap(({ covers }) => covers.map(({ name }) => name)));

test('decoders are found in the source, each name once', () => {
  expect(exported).toContain('decodeMessage');
  expect(exported.length).toBeGreaterThan(50);
  // `fromBase64url` of two files would be one in the table.
  expect(exported.filter((name, i) => exported.indexOf(name) !== i)).toEqual([]);
});

test.each(exported)('%s is fuzzed, or an exception', (name) => {
  expect([covered.has(name), name in EXCEPTIONS]).toContain(true);
  expect(covered.has(name) && name in EXCEPTIONS).toBe(false);
});

test('every exception is still there', () => {
  expect(Object.keys(EXCEPTIONS).filter((name) => !exported.includes(name))).toEqual([]);
});
