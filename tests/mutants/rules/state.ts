/** The state: keys, accumulator, undo data. */
import { rulesOf, type Rule } from '../rule.ts';

export const STATE_RULES: readonly Rule[] = [
  ...rulesOf('src/ledger/state-keys.ts', [
    {
      rule: 'the key of an identity begins with 2',
      code: 'bad-state-root',
      from: 'const IDENTITY = Uint8Array.of(0x02);',
      to: 'const IDENTITY = Uint8Array.of(0x04);',
    },
  ]),
  ...rulesOf('src/core/lthash.ts', [
    {
      rule: 'the length of the key is part of an element',
      code: 'bad-state-root',
      from: '.varbytes(key).bytes(value)',
      to: '.bytes(key).bytes(value)',
    },
    {
      rule: 'the value is part of an element',
      code: 'bad-state-root',
      from: '.varbytes(key).bytes(value)',
      to: '.varbytes(key)',
    },
    {
      rule: 'lanes have 16 bits',
      code: 'bad-state-root',
      from: 'lanes[i] = lanes[i]! + term[i]!;',
      to: 'lanes[i] = ((lanes[i]! + term[i]!) & 255) | ((lanes[i]! & 0xff00) + (term[i]! & 0xff00));',
    },
    {
      rule: 'taking an element off is the inverse of adding it',
      code: 'bad-state-root',
      from: 'return this.mixOut(elementOf(key, value));',
      to: 'return this.mixIn(elementOf(key, value));',
    },
  ]),
  ...rulesOf('src/core/undo.ts', [
    {
      rule: 'a changed value takes the old element off',
      code: 'bad-state-root',
      from: 'if (before) sum.remove(keyBytes, before);',
      to: '',
    },
    {
      rule: 'a changed value adds the new element',
      code: 'bad-state-root',
      from: 'if (after) sum.add(keyBytes, after);',
      to: '',
    },
    {
      rule: 'undo data has its keys ascending',
      code: 'non-canonical',
      from: 'if (key <= last)',
      to: 'if (key === last)',
    },
    {
      rule: 'undo data has no key twice',
      code: 'non-canonical',
      from: 'if (key <= last)',
      to: 'if (key < last)',
    },
    {
      rule: 'undo data says of a value that it was there or not',
      code: 'bad-value',
      from: 'if (present > 1)',
      to: 'if (false)',
    },
    {
      rule: 'undo data puts the values back',
      code: 'bad-state-root',
      from: 'changes.set(key, { before: state(key), after });',
      to: 'changes.set(key, { before: after, after: state(key) });',
    },
  ]),
  ...rulesOf('src/core/state-view.ts', [
    {
      rule: 'a value that ended as it began is no change',
      from: 'if (!sameValue(before, after)) changes',
      to: 'changes',
    },
    {
      rule: 'a state key that was not loaded is a bug, not an empty value',
      from: 'assert(loaded.has(key), `state key ${key} was not loaded`);',
      to: '',
    },
  ]),
];
