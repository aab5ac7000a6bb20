/** What the examples are made of: a network, four transactions and its first block, from fixed keys. */
import { bodyRootOf, type Block, type Body } from '../../../src/core/block.ts';
import { equalBytes } from '../../../src/core/bytes.ts';
import { engineFor } from '../../../src/core/consensus.ts';
import { publicKeyOf } from '../../../src/core/ecdsa.ts';
import { genesisHeader } from '../../../src/core/genesis.ts';
import { hashHeader, type Header } from '../../../src/core/header.ts';
import { HeaderIndex } from '../../../src/core/header-index.ts';
import { accountOf } from '../../../src/core/account.ts';
import { BlobId, type StateKey } from '../../../src/core/ids.ts';
import { emptyAccumulator, stateRootOf } from '../../../src/core/lthash.ts';
import { presetSpec } from '../../../src/core/network-spec.ts';
import { assert } from '../../../src/core/result.ts';
import { NO_STAMP, stampBitsOf } from '../../../src/core/stamp.ts';
import { StateView } from '../../../src/core/state-view.ts';
import { signTransaction, type Transaction, type TransactionBody } from '../../../src/core/transaction.ts';
import { identity } from '../../../src/ledger/identity.ts';
import { createLedger } from '../../../src/ledger/ledger.ts';
import { seal, slotIdOf } from '../../../src/ledger/seal.ts';
import { transfer } from '../../../src/ledger/transfer.ts';

export function fill(byte: number, length: number): Uint8Array {
  return new Uint8Array(length).fill(byte);
}

/** `secret` is the key 32 times this byte. */
export function keyOf(byte: number) {
  const secret = fill(byte, 32);
  const publicKey = publicKeyOf(secret);
  return { secret, publicKey, account: accountOf(publicKey) };
}

export const SPEC = presetSpec('classroom', { name: 'Example', genesisTimeS: 1_700_000_000 });
export const GENESIS = genesisHeader(SPEC);
export const GENESIS_HASH = hashHeader(GENESIS);
const LEDGER = createLedger(SPEC, GENESIS_HASH);
/** Mines block 1. */
export const MINER = keyOf(0x01);
/** An organisation. */
export const CLINIC = keyOf(0x02);
const ONCE = keyOf(0x04);
const OWNER = keyOf(0x05);

/** Found by trying, from 0 on; another spec or other fields need others. */
const STAMPS = { identity: 17_432, create: 9_891, update: 39_472 };
const NONCE = 5_689_949;

type Draft = Pick<TransactionBody, 'kind' | 'payload'> & Partial<TransactionBody>;

function bodyFrom(draft: Draft, sender: Uint8Array): TransactionBody {
  return { version: 1, sender, accountNonce: 0, fee: 0n, expiryHeight: 0, stamp: NO_STAMP, ...draft };
}

function stamped(draft: Draft, counter: number, key: { secret: Uint8Array; publicKey: Uint8Array }): Transaction {
  const stamp = new Uint8Array(8);
  new DataView(stamp.buffer).setUint32(4, counter);
  const body = { ...bodyFrom(draft, key.publicKey), stamp };
  assert(stampBitsOf(body, GENESIS_HASH) >= SPEC.stampBits, 'the stamp fits this body no more: find another');
  return signTransaction(body, key.secret, GENESIS_HASH);
}

export const COINBASE = LEDGER.makeCoinbase(MINER.publicKey, 1, LEDGER.subsidyAt(1));

export const IDENTITY = stamped(
  {
    kind: identity.number,
    payload: identity.codec.encode({
      name: 'Clínica 医院',
      role: 'clinic',
      encryptionKey: fill(0x07, 1216),
      scanKey: keyOf(0x03).publicKey,
    }),
  },
  STAMPS.identity,
  CLINIC,
);

export const CREATE = stamped(
  {
    kind: seal.number,
    payload: seal.codec.encode({
      action: 'create',
      ownerKey: OWNER.publicKey,
      docHash: BlobId.of(fill(0x11, 32)),
      sizeBucket: 0,
      hint: fill(0x12, 41),
    }),
  },
  STAMPS.create,
  ONCE,
);
export const SLOT_ID = slotIdOf(CREATE.payload);

export const UPDATE = stamped(
  {
    kind: seal.number,
    expiryHeight: 300,
    payload: seal.codec.encode({
      action: 'update',
      slotId: SLOT_ID,
      version: 2,
      docHash: BlobId.of(fill(0x13, 32)),
      sizeBucket: 14,
      hint: fill(0x14, 41),
    }),
  },
  STAMPS.update,
  OWNER,
);

/** Valid once block 1 is mature. */
export const TRANSFER_HEIGHT = 1 + SPEC.maturityBlocks;
export const TRANSFER = signTransaction(
  bodyFrom(
    {
      kind: transfer.number,
      fee: 2_000n,
      payload: transfer.codec.encode({ to: CLINIC.account, amount: 150_000_000n }),
    },
    MINER.publicKey,
  ),
  MINER.secret,
  GENESIS_HASH,
);

const engine = engineFor(SPEC);
assert(engine.ok, 'the example network is proof of work');
export const ENGINE = engine.value;
const index = new HeaderIndex(ENGINE);

const body: Body = { seal: new Uint8Array(0), transactions: [COINBASE, IDENTITY, CREATE] };
const applied = LEDGER.applyTransactions(() => undefined, emptyAccumulator(), body.transactions, 1);
assert(applied.ok, 'the transactions of block 1 are valid');
export const STATE_1 = applied.value;
const header: Header = {
  version: 1,
  extraNonce: 0,
  prevHash: GENESIS_HASH,
  bodyRoot: bodyRootOf(body),
  stateRoot: stateRootOf(STATE_1.accumulator),
  timeS: SPEC.genesisTimeS + 5,
  bits: ENGINE.nextBits(index.genesis),
  nonce: NONCE,
};
export const BLOCK_1: Block = { header, body };

const inserted = index.insert(header, header.timeS);
assert(inserted.ok, `block 1: ${inserted.ok ? '' : inserted.code}; where its header changed, find another nonce`);
export const INDEXED_1 = inserted.value;
const judged = LEDGER.applyBlock(() => undefined, emptyAccumulator(), BLOCK_1, 1);
assert(judged.ok && equalBytes(judged.value.accumulator, STATE_1.accumulator), 'block 1 is valid');

/** State after block 1, or after one transaction more on it. */
export function stateAfter(...transactions: readonly { tx: Transaction; height: number }[]) {
  const view = new StateView((key: StateKey) => STATE_1.changes.get(key)?.after);
  for (const { tx, height } of transactions) {
    const verdict = LEDGER.applyTransaction(view, tx, height);
    assert(verdict.ok, `example transaction: ${verdict.ok ? '' : verdict.code}`);
  }
  return view.get;
}
