/** A chain whose blocks hold exactly what a test wants, valid or not, and the people who sign for it. */
import { accountOf } from '../../src/core/account.ts';
import { bodyRootOf, encodeBody, NO_SEAL, type Body } from '../../src/core/block.ts';
import { concatBytes } from '../../src/core/bytes.ts';
import { Writer } from '../../src/core/codec.ts';
import { engineFor, type ConsensusEngine } from '../../src/core/consensus.ts';
import { publicKeyOf } from '../../src/core/ecdsa.ts';
import { encodeHeader, type Header } from '../../src/core/header.ts';
import { HeaderIndex } from '../../src/core/header-index.ts';
import { BlobId, type AccountId, type SlotId, type StateKey } from '../../src/core/ids.ts';
import type { IndexedHeader } from '../../src/core/indexed-header.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { emptyAccumulator, stateRootOf } from '../../src/core/lthash.ts';
import { encodeSpec, type NetworkSpec } from '../../src/core/network-spec.ts';
import { assert } from '../../src/core/result.ts';
import { findStamp, NO_STAMP } from '../../src/core/stamp.ts';
import { signTransaction, type Transaction, type TransactionBody } from '../../src/core/transaction.ts';
import { readAccount, type AccountState } from '../../src/ledger/account-state.ts';
import { coinbase } from '../../src/ledger/coinbase.ts';
import { identity, type IdentityPayload } from '../../src/ledger/identity.ts';
import { createLedger } from '../../src/ledger/ledger.ts';
import { seal, type SealPayload } from '../../src/ledger/seal.ts';
import { transfer } from '../../src/ledger/transfer.ts';
import { LATE_S, mineHeader } from '../support/mining.ts';

export interface LabBlock {
  /** 112 bytes. */
  readonly header: Uint8Array;
  /** The encoded body. */
  readonly bytes: Uint8Array;
  readonly body: Body;
}

export class LabChain {
  readonly spec: NetworkSpec;
  readonly engine: ConsensusEngine;
  readonly ledger: Ledger;
  readonly blocks: LabBlock[] = [];
  private readonly index: HeaderIndex;
  private readonly state = new Map<StateKey, Uint8Array>();
  private accumulator: Uint8Array = emptyAccumulator();

  constructor(spec: NetworkSpec) {
    const engine = engineFor(spec);
    assert(engine.ok, 'proof of work');
    this.spec = spec;
    this.engine = engine.value;
    this.index = new HeaderIndex(engine.value);
    this.ledger = createLedger(spec, this.index.genesis.hash);
  }

  get genesis(): IndexedHeader {
    return this.index.genesis;
  }

  get tip(): IndexedHeader {
    return this.index.tip;
  }

  /** Of the block to be made. */
  get nextHeight(): number {
    return this.tip.height + 1;
  }

  /** As a transaction of the next block would find it. */
  account({ account }: Person): AccountState {
    return readAccount((key) => this.state.get(key), account, this.nextHeight);
  }

  /** The first transaction of a block that has these others: it claims all there is, unless told otherwise. */
  coinbase(
    miner: Person,
    others: readonly Transaction[] = [],
    own: { amount?: bigint; extra?: Uint8Array } = {},
  ): Transaction {
    const fees = others.reduce((sum, { fee }) => sum + fee, 0n);
    const amount = own.amount ?? this.ledger.subsidyAt(this.nextHeight) + fees;
    const payload = coinbase.codec.encode({ amount, extra: own.extra ?? new Uint8Array(0) });
    return { ...this.ledger.makeCoinbase(miner.publicKey, this.nextHeight, amount), payload };
  }

  /** A block of exactly these transactions, with its work. Its state root is right where they are valid. */
  make(transactions: readonly Transaction[], fields: Partial<Header> = {}, sealBytes = NO_SEAL): LabBlock {
    const applied = this.applied(transactions);
    const stateRoot = stateRootOf(applied.ok ? applied.value.accumulator : this.accumulator);
    const body: Body = { seal: sealBytes, transactions };
    const header = mineHeader(this.engine, this.tip, { bodyRoot: bodyRootOf(body), stateRoot, ...fields });
    return { header: encodeHeader(header), bytes: encodeBody(body), body };
  }

  /** Makes a valid block and builds on it; throws where it is not valid. */
  mine(transactions: readonly Transaction[], fields: Partial<Header> = {}): void {
    const applied = this.applied(transactions);
    assert(applied.ok, `height ${this.nextHeight}: ${applied.ok ? '' : `${applied.code} ${applied.detail}`}`);
    const block = this.make(transactions, fields);
    const inserted = this.index.insert(block.header, LATE_S);
    assert(inserted.ok, `height ${this.nextHeight}: ${inserted.ok ? '' : inserted.code}`);
    this.accumulator = applied.value.accumulator;
    for (const [key, { after }] of applied.value.changes) {
      if (after) this.state.set(key, after);
      else this.state.delete(key);
    }
    this.blocks.push(block);
  }

  /**
   * The network spec, then each block: together an exported chain.
   * @source docs/PROTOCOL.md, "What is local"
   */
  exported(): Uint8Array[] {
    return [new Writer().varbytes(encodeSpec(this.spec)).finish(), ...this.blocks.map(exported)];
  }

  private applied(transactions: readonly Transaction[]): ReturnType<Ledger['applyTransactions']> {
    return this.ledger.applyTransactions((key) => this.state.get(key), this.accumulator, transactions, this.nextHeight);
  }
}

/** As it stands in an exported chain. */
export function exported({ header, bytes }: LabBlock): Uint8Array {
  return concatBytes(header, new Writer().varbytes(bytes).finish());
}

/** What a transaction says of itself beside kind and payload. */
export type Fields = Partial<Omit<TransactionBody, 'kind' | 'payload'>>;

const DOCUMENT = { docHash: BlobId.of(new Uint8Array(32).fill(0x11)), sizeBucket: 3, hint: new Uint8Array(41).fill(5) };

/** Signs what it is told to, with the account nonce that comes next and the least stamp where it pays no fee. */
export class Person {
  readonly publicKey: Uint8Array;
  readonly account: AccountId;
  private readonly chain: LabChain;
  private readonly secret: Uint8Array;

  constructor(chain: LabChain, seed: number) {
    this.chain = chain;
    this.secret = new Uint8Array(32).fill(seed);
    this.publicKey = publicKeyOf(this.secret);
    this.account = accountOf(this.publicKey);
  }

  tx(kind: number, payload: Uint8Array, fields: Fields = {}): Transaction {
    const usesAccount = kind !== seal.number || (fields.fee ?? 0n) > 0n;
    const body: TransactionBody = {
      version: 1,
      kind,
      sender: this.publicKey,
      accountNonce: usesAccount ? this.chain.account(this).accountNonce : 0,
      fee: 0n,
      expiryHeight: 0,
      payload,
      stamp: NO_STAMP,
      ...fields,
    };
    if (body.fee > 0n || fields.stamp) return this.signed(body);
    const stamped = findStamp(body, this.chain.genesis.hash, this.chain.spec.stampBits, 1_000_000);
    assert(stamped, 'an easy stamp');
    return this.signed(stamped);
  }

  signed(body: TransactionBody): Transaction {
    return signTransaction(body, this.secret, this.chain.genesis.hash);
  }

  transfer(to: Person, amount: bigint, fields: Fields = {}): Transaction {
    return this.tx(transfer.number, transfer.codec.encode({ to: to.account, amount }), fields);
  }

  identity(profile: Partial<IdentityPayload> = {}, fields: Fields = {}): Transaction {
    const payload: IdentityPayload = {
      name: 'Clínica 医院',
      role: 'clinic',
      encryptionKey: new Uint8Array(1216).fill(7),
      scanKey: this.publicKey,
      ...profile,
    };
    return this.tx(identity.number, identity.codec.encode(payload), fields);
  }

  /** A slot of one's own, unless `content` names another owner key. */
  create(content: Partial<SealPayload> = {}, fields: Fields = {}): Transaction {
    const payload = { action: 'create', ownerKey: this.publicKey, ...DOCUMENT, ...content } as SealPayload;
    return this.tx(seal.number, seal.codec.encode(payload), fields);
  }

  update(slotId: SlotId, version: number, content: Partial<SealPayload> = {}, fields: Fields = {}): Transaction {
    const payload = { action: 'update', slotId, version, ...DOCUMENT, ...content } as SealPayload;
    return this.tx(seal.number, seal.codec.encode(payload), fields);
  }

  erase(slotId: SlotId, version: number, fields: Fields = {}): Transaction {
    return this.update(slotId, version, { docHash: BlobId.of(new Uint8Array(32)), sizeBucket: 0 }, fields);
  }
}
