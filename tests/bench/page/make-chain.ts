/** A long chain that keeps every rule, made in a moment: a block takes two hashes, and its time is on schedule. */
import { accountOf } from '../../../src/core/account.ts';
import { makeTemplate } from '../../../src/core/block-template.ts';
import { encodeBody } from '../../../src/core/block.ts';
import { engineFor } from '../../../src/core/consensus.ts';
import { publicKeyOf } from '../../../src/core/ecdsa.ts';
import { sha256 } from '../../../src/core/hash.ts';
import { HeaderIndex } from '../../../src/core/header-index.ts';
import { hashHeader, type Header } from '../../../src/core/header.ts';
import type { StateKey } from '../../../src/core/ids.ts';
import type { IndexedHeader } from '../../../src/core/indexed-header.ts';
import { emptyAccumulator } from '../../../src/core/lthash.ts';
import { presetSpec, type NetworkSpec } from '../../../src/core/network-spec.ts';
import { NO_STAMP } from '../../../src/core/stamp.ts';
import { meetsTarget, targetFromBits } from '../../../src/core/target.ts';
import { signTransaction, TRANSACTION_VERSION, type Transaction } from '../../../src/core/transaction.ts';
import { encodeUndo } from '../../../src/core/undo.ts';
import { createLedger } from '../../../src/ledger/ledger.ts';
import { transfer } from '../../../src/ledger/transfer.ts';
import type { ChainUpdate } from '../../../src/node/ports.ts';

export interface ChainPlan {
  /** Unix seconds. */
  readonly genesisTimeS: number;
  readonly blocks: number;
  /** How many of them, the last ones, hold more than a coinbase. */
  readonly fullBlocks: number;
  readonly transactionsPerBlock: number;
}

/** Blocks in one update. */
export const BATCH_BLOCKS = 500;
const FEE = 1_000n;

export function easySpec({ genesisTimeS }: ChainPlan): NetworkSpec {
  return { ...presetSpec('classroom', { name: 'Bench', genesisTimeS }), powLimitBits: 0x207fffff };
}

/** What a store must be told for it to hold the chain. Everybody mines in turn and then pays the next one, in every full block. */
export function* makeChain(plan: ChainPlan): Iterable<ChainUpdate> {
  const spec = easySpec(plan);
  const engine = engineFor(spec);
  if (!engine.ok) throw new Error(engine.code);
  const index = new HeaderIndex(engine.value);
  const ledger = createLedger(spec, index.genesis.hash);
  const people = Array.from({ length: plan.transactionsPerBlock }, (_, i) => {
    const secret = sha256(Uint8Array.of(i >> 8, i));
    return { secret, publicKey: publicKeyOf(secret) };
  });
  const state = new Map<StateKey, Uint8Array>();
  let accumulator = emptyAccumulator();
  let parent = index.genesis;

  const payAround = (accountNonce: number): Transaction[] =>
    people.map(({ secret, publicKey }, i) => {
      const to = accountOf(people[(i + 1) % people.length]!.publicKey);
      const payload = transfer.codec.encode({ to, amount: 1n });
      const body = { version: TRANSACTION_VERSION, kind: transfer.number, sender: publicKey, accountNonce } as const;
      return signTransaction(
        { ...body, fee: FEE, expiryHeight: 0, payload, stamp: NO_STAMP },
        secret,
        index.genesis.hash,
      );
    });

  for (let from = 1; from <= plan.blocks; from += BATCH_BLOCKS) {
    const connect: ChainUpdate['connect'][number][] = [];
    const changed = new Map<StateKey, Uint8Array | null>();
    for (let height = from; height < Math.min(from + BATCH_BLOCKS, plan.blocks + 1); height++) {
      const nonce = height - (plan.blocks - plan.fullBlocks) - 1;
      const { header, body, transition } = makeTemplate({
        ledger,
        parent,
        timeS: parent.timeS + spec.blockIntervalS,
        bits: engine.value.nextBits(parent),
        minerPublicKey: people[height % people.length]!.publicKey,
        blockBytesMax: spec.blockBytesMax,
        candidates: nonce < 0 ? [] : payAround(nonce),
        state: (key) => state.get(key),
        accumulator,
      });
      parent = insert(index, mine(header));
      accumulator = transition.accumulator;
      for (const [key, { after }] of transition.changes) {
        changed.set(key, after ?? null);
        if (after) state.set(key, after);
        else state.delete(key);
      }
      const { hash, encoded } = parent;
      connect.push({ hash, height, header: encoded, body: encodeBody(body), undo: encodeUndo(transition.changes) });
    }
    const tip = { hash: parent.hash, height: parent.height, accumulator };
    yield { disconnect: [], connect, state: changed, tip, undoFloor: 0 };
  }
}

function mine(header: Header): Header {
  const target = targetFromBits(header.bits)!;
  for (let nonce = 0; ; nonce++) {
    const mined = { ...header, nonce };
    if (meetsTarget(hashHeader(mined), target)) return mined;
  }
}

function insert(index: HeaderIndex, header: Header): IndexedHeader {
  const inserted = index.insert(header, header.timeS);
  if (!inserted.ok) throw new Error(inserted.code);
  return inserted.value;
}
