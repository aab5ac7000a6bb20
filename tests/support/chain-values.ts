/** Random values that the chain is made of, of any content the codec can write. */
import fc from 'fast-check';
import type { Block, Body } from '../../src/core/block.ts';
import type { Header } from '../../src/core/header.ts';
import { AccountId, BlobId, BlockHash, SlotId, StateKey } from '../../src/core/ids.ts';
import { presetSpec, type Consensus, type NetworkSpec } from '../../src/core/network-spec.ts';
import { bitsFromTarget } from '../../src/core/target.ts';
import { HEIGHT_MAX, type Transaction } from '../../src/core/transaction.ts';
import type { UndoData } from '../../src/core/undo.ts';
import { compareBytes } from '../../src/core/bytes.ts';
import { bytes, filler, fillerUpTo, keyPair, plainText, uint, uint64, upTo } from './arbitrary-bytes.ts';

export const blockHash = filler(32).map(BlockHash.of);
export const blobId = filler(32).map(BlobId.of);
export const slotId = filler(32).map(SlotId.of);
export const accountId = filler(20).map(AccountId.of);
export const height = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: HEIGHT_MAX }));

export const transaction: fc.Arbitrary<Transaction> = fc.record({
  version: fc.constant(1 as const),
  kind: uint(8),
  sender: filler(33),
  accountNonce: fc.oneof(fc.nat(300), fc.maxSafeNat()),
  fee: uint64,
  expiryHeight: height,
  payload: fc.oneof(upTo(60), fillerUpTo(1400)),
  stamp: bytes(8),
  signature: filler(65),
});

export const body: fc.Arbitrary<Body> = fc.record({
  seal: upTo(20),
  transactions: fc.array(transaction, { maxLength: 4 }),
});

export const header: fc.Arbitrary<Header> = fc.record({
  version: uint(16),
  extraNonce: uint(16),
  prevHash: blockHash,
  bodyRoot: filler(32),
  stateRoot: filler(32),
  timeS: uint(32),
  bits: uint(32),
  nonce: uint(32),
});

export const block: fc.Arbitrary<Block> = fc.record({ header, body });

const members = fc
  .uniqueArray(keyPair, { minLength: 1, maxLength: 5, selector: ({ secret }) => secret[0] })
  .map((pairs) => pairs.map(({ publicKey }) => publicKey).sort(compareBytes));

const consensus: fc.Arbitrary<Consensus> = fc.oneof(
  fc.constant({ type: 'pow' as const }),
  members.map((list) => ({ type: 'committee' as const, members: list })),
);

/** Any that `checkSpec` allows. */
export const networkSpec: fc.Arbitrary<NetworkSpec> = fc
  .record({
    preset: fc.constantFrom('classroom' as const, 'open' as const),
    name: plainText(40).filter((name) => name.length > 0 && Array.from(name).length <= 40),
    genesisTimeS: uint(32),
    realm: fc.constantFrom('lab' as const, 'records' as const),
    consensus,
    blockIntervalS: fc.integer({ min: 1, max: 3600 }),
    halfLife: fc.nat(1000),
    target: fc.bigInt({ min: 1n, max: 2n ** 256n - 1n }),
    subsidy: fc.bigInt({ min: 0n, max: 2n ** 31n - 1n }),
    halvingBlocks: fc.integer({ min: 1, max: HEIGHT_MAX }),
    maturityBlocks: fc.nat(1000),
    blockBytesMax: fc.integer({ min: 16_384, max: 2_000_000 }),
    futureCapS: fc.integer({ min: 1, max: 7200 }),
    stampBits: fc.nat(32),
  })
  .map(({ preset, name, genesisTimeS, halfLife, target, ...fields }) => ({
    ...presetSpec(preset, { name, genesisTimeS }),
    ...fields,
    halfLifeS: fields.blockIntervalS + halfLife,
    powLimitBits: bitsFromTarget(target),
  }));

const undoEntry = fc.tuple(
  fc
    .oneof(upTo(33), filler(33))
    .filter((key) => key.length > 0)
    .map(StateKey.of),
  fc.option(fillerUpTo(200), { nil: undefined }),
);

export const undoData: fc.Arbitrary<UndoData> = fc
  .array(undoEntry, { maxLength: 8 })
  .map((entries) => new Map([...new Map(entries)].sort(([a], [b]) => (a < b ? -1 : 1))));
