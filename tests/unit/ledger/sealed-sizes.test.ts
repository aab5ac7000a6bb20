/** The ledger and the sealing know nothing of each other, but agree on how long what passes between them is. */
import { expect, test } from 'vitest';
import { ENCRYPTION_KEY_BYTES as SEALING_KEY_BYTES } from '../../../src/health/hpke.ts';
import { HINT_BYTES as SEALING_HINT_BYTES } from '../../../src/health/hint.ts';
import { ENCRYPTION_KEY_BYTES } from '../../../src/ledger/identity.ts';
import { HINT_BYTES } from '../../../src/ledger/slot-state.ts';

test('a hint and an encryption key are as long to the ledger as they are to the sealing', () => {
  expect(HINT_BYTES).toBe(SEALING_HINT_BYTES);
  expect(ENCRYPTION_KEY_BYTES).toBe(SEALING_KEY_BYTES);
});
