import { beforeEach, expect, it } from 'vitest';
import { Mempool } from '../../../src/core/mempool.ts';
import { signTransaction, type Transaction } from '../../../src/core/transaction.ts';
import { InlineVerifier } from '../../../src/adapters/verifier/inline-verifier.ts';
import { ADMISSION_QUEUE_MAX } from '../../../src/node/params.ts';
import type { Verifier } from '../../../src/node/ports.ts';
import { SerialQueue } from '../../../src/node/serial-queue.ts';
import { TxAdmission } from '../../../src/node/tx-admission.ts';
import {
  ALICE,
  BOB,
  createTx,
  GENESIS,
  slotOf,
  SPEC,
  TestChain,
  transferTx,
  updateTx,
} from '../../support/ledger-fixture.ts';

let ledger: TestChain['ledger'];
let admitted: Transaction[];
/** How many batches of signatures the verifier was asked for. */
let batches: number;
let admission: TxAdmission;

function open(verifier: Verifier): void {
  const mempool = new Mempool(ledger, { genesisHash: GENESIS, stampBits: SPEC.stampBits }, 0);
  const chain = { readState: (keys: readonly unknown[]) => Promise.resolve(keys.map(() => undefined)) };
  admission = new TxAdmission(
    { ledger, mempool, chain: chain as never, verifier, queue: new SerialQueue() },
    (tx) => void admitted.push(tx),
  );
}

beforeEach(() => {
  ({ ledger } = new TestChain());
  admitted = [];
  batches = 0;
  const inline = new InlineVerifier();
  open({ verify: (items) => (batches++, inline.verify(items)) });
});

const signed = signTransaction(createTx(ALICE, 1), ALICE.secret, GENESIS);
const forged = { ...signed, signature: signed.signature.with(40, signed.signature[40]! ^ 1) };

it('lets in what is signed, and knows it again with this signature only', async () => {
  expect(admission.isVerified(signed)).toBe(false);
  expect(await admission.submit(signed)).toEqual({ ok: true });
  expect(admitted).toEqual([signed]);
  expect([admission.isVerified(signed), admission.isVerified(forged)]).toEqual([true, false]);
});

it('does not look twice at what waits, be its signature another one', async () => {
  await admission.submit(signed);
  expect(await admission.submit(signed)).toMatchObject({ code: 'already-known', never: false });
  expect(await admission.submit(forged)).toMatchObject({ code: 'already-known', never: false });
  expect(batches).toBe(1);
});

it.each<[string, Transaction, boolean, number]>([
  ['bad-signature', forged, true, 1],
  ['bad-amount', transferTx(ALICE, BOB, 0n), true, 0],
  ['slot-unknown', signTransaction(updateTx(ALICE, slotOf(signed), 2, 2), ALICE.secret, GENESIS), false, 1],
])('refuses what breaks a rule, and says whether any chain could hold it: %s', async (code, tx, never, asked) => {
  expect(await admission.submit(tx)).toMatchObject({ ok: false, code, never });
  expect([admitted, batches]).toEqual([[], asked]);
});

it('refuses a coinbase, which has no signature to check', async () => {
  const coinbase = ledger.makeCoinbase(ALICE.publicKey, 1, 1n);
  const [refused, taken] = await Promise.all([admission.submit(coinbase), admission.submit(signed)]);
  expect([refused, taken]).toMatchObject([{ code: 'coinbase-misplaced', never: true }, { ok: true }]);
});

it('lets so many wait for a slow verifier, and no more', async () => {
  open({ verify: () => new Promise(() => undefined) });
  // The first is with the verifier already.
  for (let i = 0; i <= ADMISSION_QUEUE_MAX; i++) void admission.submit(signed);
  expect(await Promise.race([admission.submit(signed), 'it waits'])).toMatchObject({
    code: 'admission-full',
    never: false,
  });
});
