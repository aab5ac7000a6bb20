/** Makes blocks as an honest miner would, on any block, and as a cheat would where a test says so. */
import { makeTemplate, templateTouches } from '../../src/core/block-template.ts';
import { bodyRootOf, encodeBody, type Body } from '../../src/core/block.ts';
import { publicKeyOf } from '../../src/core/ecdsa.ts';
import { engineFor } from '../../src/core/consensus.ts';
import { encodeHeader, hashHeader, type Header } from '../../src/core/header.ts';
import { HeaderIndex } from '../../src/core/header-index.ts';
import { MemoryChainStore } from '../../src/adapters/memory/memory-chain-store.ts';
import type { MemoryDisk } from '../../src/adapters/memory/memory-disk.ts';
import { BlobId, type BlockHash, type SlotId, type StateKey } from '../../src/core/ids.ts';
import type { IndexedHeader } from '../../src/core/indexed-header.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { emptyAccumulator } from '../../src/core/lthash.ts';
import type { NetworkSpec } from '../../src/core/network-spec.ts';
import { assert } from '../../src/core/result.ts';
import type { StateReader } from '../../src/core/state-view.ts';
import { findStamp, NO_STAMP } from '../../src/core/stamp.ts';
import {
  signTransaction,
  TRANSACTION_VERSION,
  type Transaction,
  type TransactionBody,
} from '../../src/core/transaction.ts';
import { encodeUndo } from '../../src/core/undo.ts';
import { createLedger } from '../../src/ledger/ledger.ts';
import { seal, slotIdOf, type SealPayload } from '../../src/ledger/seal.ts';
import { HINT_BYTES } from '../../src/ledger/slot-state.ts';
import { LATE_S, mineHeader } from './mining.ts';
import { Seeded } from './seeded.ts';

/** A block as it is handed around. */
export interface Forged {
  readonly hash: BlockHash;
  readonly height: number;
  /** 112 bytes. */
  readonly header: Uint8Array;
  readonly bytes: Uint8Array;
  readonly body: Body;
  readonly undo: Uint8Array;
}

/** What a cheat changes; header fields after the body was made, so that everything else fits. */
export interface Cheat {
  readonly transactions?: (honest: readonly Transaction[]) => readonly Transaction[];
  readonly header?: Partial<Header>;
}

/** One chain from genesis on. `fork` gives another that shares it so far. */
export class Forge {
  readonly spec: NetworkSpec;
  readonly blocks: Forged[];
  readonly ledger: Ledger;
  readonly genesisHash: BlockHash;
  private readonly index: HeaderIndex;
  readonly state: Map<StateKey, Uint8Array>;
  private readonly minerPublicKey: Uint8Array;
  private accumulator: Uint8Array;
  private tip: IndexedHeader;

  /** @param seed  of the miner's key: forks with other miners make other blocks */
  constructor(spec: NetworkSpec, seed = 1, from?: Forge) {
    this.spec = spec;
    this.minerPublicKey = publicKeyOf(new Uint8Array(32).fill(seed));
    if (from) {
      ({ ledger: this.ledger, genesisHash: this.genesisHash, index: this.index, tip: this.tip } = from);
      this.state = new Map(from.state);
      this.accumulator = from.accumulator;
      this.blocks = [...from.blocks];
      return;
    }
    const engine = engineFor(spec);
    assert(engine.ok, 'a spec with an engine');
    this.index = new HeaderIndex(engine.value);
    this.tip = this.index.genesis;
    this.genesisHash = this.tip.hash;
    this.ledger = createLedger(spec, this.genesisHash);
    this.state = new Map();
    this.accumulator = emptyAccumulator();
    this.blocks = [];
  }

  fork(seed: number): Forge {
    return new Forge(this.spec, seed, this);
  }

  get height(): number {
    return this.tip.height;
  }

  readonly get: StateReader = (key) => this.state.get(key);

  /** The next block, with as many of these transactions as apply. With a cheat it is made but not built upon. */
  mine(transactions: readonly Transaction[] = [], cheat?: Cheat): Forged {
    const keys = new Set(templateTouches(this.ledger, this.minerPublicKey, transactions));
    const template = makeTemplate({
      ledger: this.ledger,
      parent: this.tip,
      timeS: this.tip.timeS + this.spec.blockIntervalS,
      bits: this.index.engine.nextBits(this.tip),
      minerPublicKey: this.minerPublicKey,
      blockBytesMax: this.spec.blockBytesMax,
      candidates: transactions,
      state: (key) => {
        assert(keys.has(key), `read ${key} without loading it`);
        return this.state.get(key);
      },
      accumulator: this.accumulator,
    });
    const body: Body = {
      ...template.body,
      transactions: cheat?.transactions?.(template.body.transactions) ?? template.body.transactions,
    };
    const fields = { ...template.header, bodyRoot: bodyRootOf(body), ...cheat?.header };
    const header = mineHeader(this.index.engine, this.tip, fields);
    const forged = {
      hash: hashHeader(header),
      height: template.height,
      header: encodeHeader(header),
      bytes: encodeBody(body),
      body,
      undo: encodeUndo(template.transition.changes),
    };
    if (!cheat) this.buildOn(forged, template.transition);
    return forged;
  }

  /** Leaves a disk as a node would that has connected all of this. */
  async writeTo(disk: MemoryDisk): Promise<void> {
    const connect = this.blocks.map(({ hash, height, header, bytes, undo }) => ({
      hash,
      height,
      header,
      body: bytes,
      undo,
    }));
    const tip = { hash: this.tip.hash, height: this.height, accumulator: this.accumulator };
    await new MemoryChainStore(disk).commit({ disconnect: [], connect, state: this.state, tip, undoFloor: 0 });
  }

  mineMany(count: number): Forged[] {
    return Array.from({ length: count }, () => this.mine());
  }

  /** A cheat's own continuation: headers that are right, on a block that is not. */
  mineHeadersOn(block: Forged, count: number): Forged[] {
    const inserted = this.index.insert(block.header, LATE_S);
    assert(inserted.ok, 'a header with its work');
    const empty: Body = { seal: new Uint8Array(0), transactions: [] };
    const made: Forged[] = [];
    for (let at = inserted.value; made.length < count;) {
      const header = mineHeader(this.index.engine, at, { bodyRoot: bodyRootOf(empty) });
      const next = this.index.insert(header, LATE_S);
      assert(next.ok, 'a header with its work');
      at = next.value;
      made.push({
        hash: at.hash,
        height: at.height,
        header: at.encoded,
        bytes: encodeBody(empty),
        body: empty,
        undo: new Uint8Array(0),
      });
    }
    return made;
  }

  private buildOn(forged: Forged, transition: ReturnType<typeof makeTemplate>['transition']): void {
    const inserted = this.index.insert(forged.header, LATE_S);
    assert(inserted.ok, 'own header refused');
    this.tip = inserted.value;
    this.accumulator = transition.accumulator;
    for (const [key, { after }] of transition.changes) {
      if (after) this.state.set(key, after);
      else this.state.delete(key);
    }
    this.blocks.push(forged);
  }
}

/** Somebody with a sealed slot: the simplest transactions that are really signed and stamped. */
export class SlotOwner {
  readonly slotId: SlotId;
  readonly createTx: Transaction;
  private readonly forge: Pick<Forge, 'spec' | 'genesisHash'>;
  private readonly secret: Uint8Array;
  private readonly publicKey: Uint8Array;
  private readonly lot: Seeded;
  private readonly isSigned: boolean;

  /** @param isSigned  false for a test whose verifier takes anything: signing is most of the time */
  constructor(forge: Pick<Forge, 'spec' | 'genesisHash'>, seed: number, isSigned = true) {
    this.forge = forge;
    this.lot = new Seeded(seed);
    this.secret = this.lot.bytes(32);
    this.publicKey = publicKeyOf(this.secret);
    this.isSigned = isSigned;
    this.createTx = this.createAnother();
    this.slotId = slotIdOf(this.createTx.payload);
  }

  /** A slot more each time. */
  createAnother(): Transaction {
    return this.make({ action: 'create', ownerKey: this.publicKey, ...this.document() });
  }

  updateTx(version: number): Transaction {
    return this.make({ action: 'update', slotId: this.slotId, version, ...this.document() });
  }

  /** Signed and stamped, but for what a cheat changes. */
  cheatTx(fields: Partial<TransactionBody>, payload: Partial<SealPayload> = {}): Transaction {
    return this.make(
      { action: 'create', ownerKey: this.publicKey, ...this.document(), ...payload } as SealPayload,
      fields,
    );
  }

  private document(): { docHash: BlobId; sizeBucket: number; hint: Uint8Array } {
    return { docHash: BlobId.of(this.lot.bytes(32)), sizeBucket: 3, hint: this.lot.bytes(HINT_BYTES) };
  }

  private make(payload: SealPayload, fields: Partial<TransactionBody> = {}): Transaction {
    const { spec, genesisHash } = this.forge;
    const bare = {
      version: TRANSACTION_VERSION,
      kind: seal.number,
      sender: this.publicKey,
      accountNonce: 0,
      fee: 0n,
      expiryHeight: 0,
      payload: seal.codec.encode(payload),
      stamp: NO_STAMP,
    } as const;
    const found = findStamp({ ...bare, ...fields }, genesisHash, spec.stampBits, 1_000_000);
    assert(found, 'an easy stamp');
    const stamped = { ...found, ...fields };
    return this.isSigned
      ? signTransaction(stamped, this.secret, genesisHash)
      : { ...stamped, signature: new Uint8Array(65) };
  }
}
