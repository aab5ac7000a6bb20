/** A small chain in memory for tests of the ledger and the mempool: real rules, real state roots, no headers' work. */
import { accountOf } from '../../src/core/account.ts';
import { makeTemplate, templateTouches } from '../../src/core/block-template.ts';
import { bodyRootOf, type Block } from '../../src/core/block.ts';
import { toHex } from '../../src/core/bytes.ts';
import { publicKeyOf } from '../../src/core/ecdsa.ts';
import { sha256 } from '../../src/core/hash.ts';
import { hashHeader } from '../../src/core/header.ts';
import { BlobId, type AccountId, type SlotId, type StateKey } from '../../src/core/ids.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { emptyAccumulator, stateRootOf } from '../../src/core/lthash.ts';
import { genesisHeader } from '../../src/core/genesis.ts';
import type { NetworkSpec } from '../../src/core/network-spec.ts';
import { assert, VALID, type Verdict } from '../../src/core/result.ts';
import { findStamp, NO_STAMP, stampBitsOf } from '../../src/core/stamp.ts';
import type { StateChanges, StateReader } from '../../src/core/state-view.ts';
import { encodeUtf8 } from '../../src/core/text.ts';
import type { Transaction } from '../../src/core/transaction.ts';
import { decodeUndo, encodeUndo, undoBlock } from '../../src/core/undo.ts';
import { decodeAccount, holdings } from '../../src/ledger/account-state.ts';
import { identity, type IdentityPayload } from '../../src/ledger/identity.ts';
import { createLedger } from '../../src/ledger/ledger.ts';
import { seal, slotIdOf, type SealPayload } from '../../src/ledger/seal.ts';
import { accountKey } from '../../src/ledger/state-keys.ts';
import { transfer } from '../../src/ledger/transfer.ts';
import { EASY_SPEC } from './mining.ts';

/** Cheap blocks and stamps and early maturity, so that tests are quick. */
export const SPEC: NetworkSpec = {
  ...EASY_SPEC,
  stampBits: 4,
  maturityBlocks: 2,
  halvingBlocks: 10,
  subsidy: 100_000_000n,
};
export const GENESIS = hashHeader(genesisHeader(SPEC));

export interface Person {
  readonly secret: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly account: AccountId;
}

export function person(seed: number): Person {
  const secret = new Uint8Array(32).fill(seed);
  const publicKey = publicKeyOf(secret);
  return { secret, publicKey, account: accountOf(publicKey) };
}

export const ALICE = person(1);
export const BOB = person(2);
export const MINER = person(3);

type Overrides = Partial<Pick<Transaction, 'accountNonce' | 'fee' | 'expiryHeight' | 'stamp'>>;

/** With a stamp of the network's minimum where it pays no fee, unless one is given. The ledger leaves signatures to the node. */
export function makeTx(kind: number, sender: Person, payload: Uint8Array, overrides: Overrides = {}): Transaction {
  const signature = new Uint8Array(65);
  const plain = { accountNonce: 0, fee: 0n, expiryHeight: 0, stamp: NO_STAMP, ...overrides };
  const tx: Transaction = { version: 1, kind, sender: sender.publicKey, payload, signature, ...plain };
  if (overrides.stamp || tx.fee > 0n) return tx;
  const body = findStamp(tx, GENESIS, SPEC.stampBits, 10_000);
  assert(body, 'no stamp found');
  return { ...body, signature };
}

/** With a stamp of exactly so many bits. */
export function stamped(tx: Transaction, bits: number): Transaction {
  const counter = new DataView(new ArrayBuffer(8));
  for (let n = 0n; n < 1_000_000n; n++) {
    counter.setBigUint64(0, n);
    const candidate = { ...tx, stamp: new Uint8Array(counter.buffer.slice(0)) };
    if (stampBitsOf(candidate, GENESIS) === bits) return candidate;
  }
  throw new Error('no stamp found');
}

export function transferTx(from: Person, to: Person, amount: bigint, overrides: Overrides = {}): Transaction {
  return makeTx(transfer.number, from, transfer.codec.encode({ to: to.account, amount }), overrides);
}

export function identityTx(sender: Person, overrides: Overrides & Partial<IdentityPayload> = {}): Transaction {
  const payload = {
    name: 'Clínica São João 医院',
    role: 'clinic' as const,
    encryptionKey: new Uint8Array(1216).fill(7),
    scanKey: BOB.publicKey,
    ...overrides,
  };
  return makeTx(identity.number, sender, identity.codec.encode(payload), overrides);
}

export function sealTx(sender: Person, payload: SealPayload, overrides: Overrides = {}): Transaction {
  return makeTx(seal.number, sender, seal.codec.encode(payload), overrides);
}

/** A sealed document that does not exist; `tag` tells it from others. */
export function sealed(tag: number): { docHash: BlobId; sizeBucket: number; hint: Uint8Array } {
  return { docHash: BlobId.of(new Uint8Array(32).fill(tag)), sizeBucket: 3, hint: new Uint8Array(41).fill(tag) };
}

export function createTx(owner: Person, tag: number, overrides: Overrides = {}, sender: Person = owner): Transaction {
  return sealTx(sender, { action: 'create', ownerKey: owner.publicKey, ...sealed(tag) }, overrides);
}

export function updateTx(
  owner: Person,
  slotId: SlotId,
  version: number,
  tag: number,
  overrides: Overrides = {},
): Transaction {
  return sealTx(owner, { action: 'update', slotId, version, ...sealed(tag) }, overrides);
}

export function slotOf(create: Transaction): SlotId {
  return slotIdOf(create.payload);
}

/** All coins of all accounts in a state, spendable or not. */
export function supplyOf(state: ReadonlyMap<StateKey, Uint8Array>): bigint {
  let sum = 0n;
  for (const [key, value] of state) if (key.startsWith('01')) sum += holdings(decodeAccount(value));
  return sum;
}

export class TestChain {
  readonly spec: NetworkSpec;
  readonly ledger: Ledger;
  readonly state = new Map<StateKey, Uint8Array>();
  readonly undos: Uint8Array[] = [];
  accumulator: Uint8Array = emptyAccumulator();

  constructor(spec: NetworkSpec = SPEC) {
    this.spec = spec;
    this.ledger = createLedger(spec, GENESIS);
  }

  get height(): number {
    return this.undos.length;
  }

  readonly get: StateReader = (key) => this.state.get(key);

  /** What the next block would be with these transactions; those that do not apply are left out. */
  template(candidates: readonly Transaction[], miner: Person = MINER): Block & { readonly reward: bigint } {
    const keys = new Set(templateTouches(this.ledger, miner.publicKey, candidates));
    const loaded: StateReader = (key) => {
      assert(keys.has(key), `read ${key} without loading it`);
      return this.state.get(key);
    };
    return makeTemplate({
      ledger: this.ledger,
      parent: { hash: GENESIS, height: this.height },
      timeS: this.spec.genesisTimeS + this.height + 1,
      bits: this.spec.powLimitBits,
      minerPublicKey: miner.publicKey,
      blockBytesMax: this.spec.blockBytesMax,
      candidates,
      state: loaded,
      accumulator: this.accumulator,
    });
  }

  /** A block of exactly these transactions, its coinbase included, with the state root they lead to where they are valid. */
  block(transactions: readonly Transaction[]): Block {
    const applied = this.ledger.applyTransactions(this.get, this.accumulator, transactions, this.height + 1);
    const body = { seal: new Uint8Array(0), transactions };
    const stateRoot = stateRootOf(applied.ok ? applied.value.accumulator : this.accumulator);
    return { header: { ...genesisHeader(this.spec), bodyRoot: bodyRootOf(body), stateRoot }, body };
  }

  coinbase(amount?: bigint, miner: Person = MINER, height = this.height + 1): Transaction {
    return this.ledger.makeCoinbase(miner.publicKey, height, amount ?? this.ledger.subsidyAt(height));
  }

  /** Judges a block and, if it is valid, puts it on. */
  submit(block: Block): Verdict {
    const applied = this.ledger.applyBlock(this.get, this.accumulator, block, this.height + 1);
    if (!applied.ok) return applied;
    this.undos.push(encodeUndo(applied.value.changes));
    this.accumulator = applied.value.accumulator;
    this.write(applied.value.changes);
    return VALID;
  }

  /** A block of these transactions and a coinbase that takes the subsidy and no fees. */
  submitAll(...transactions: readonly Transaction[]): Verdict {
    return this.submit(this.block([this.coinbase(), ...transactions]));
  }

  /** Empty blocks. */
  mine(count: number, miner: Person = MINER): void {
    for (let i = 0; i < count; i++) {
      const verdict = this.submit(this.template([], miner));
      assert(verdict.ok, 'an empty block is valid');
    }
  }

  /** Takes the last block off. Returns what that changed. */
  undo(): StateChanges {
    const undo = decodeUndo(this.undos.pop()!);
    assert(undo.ok, 'own undo data decodes');
    const { changes, accumulator } = undoBlock(this.get, this.accumulator, undo.value);
    this.accumulator = accumulator;
    this.write(changes);
    return changes;
  }

  /** One text for one state and accumulator, quick to compare. */
  fingerprint(): string {
    const rows = [...this.state].map(([key, value]) => `${key}=${toHex(value)}`).sort();
    return toHex(sha256(encodeUtf8([...rows, toHex(this.accumulator)].join())));
  }

  /** All coins of all accounts, spendable or not. */
  supply(): bigint {
    return supplyOf(this.state);
  }

  balanceOf({ account }: Person): bigint {
    const bytes = this.state.get(accountKey(account));
    return bytes ? holdings(decodeAccount(bytes)) : 0n;
  }

  private write(changes: StateChanges): void {
    for (const [key, { after }] of changes) {
      if (after === undefined) this.state.delete(key);
      else this.state.set(key, after);
    }
  }
}
