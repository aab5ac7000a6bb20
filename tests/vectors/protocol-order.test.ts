/**
 * The order of checks, as docs/PROTOCOL.md has it. Something that breaks every rule is mended rule by rule: the codes come in
 * the order of the document's tables, and what is left is valid.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MemoryChainStore } from '../../src/adapters/memory/memory-chain-store.ts';
import { MemoryDisk } from '../../src/adapters/memory/memory-disk.ts';
import { encodeBody, type Body } from '../../src/core/block.ts';
import { concatBytes } from '../../src/core/bytes.ts';
import { engineFor } from '../../src/core/consensus.ts';
import { encodeHeader, hashHeader, type Header } from '../../src/core/header.ts';
import { HeaderIndex } from '../../src/core/header-index.ts';
import { BlobId, BlockHash, SlotId } from '../../src/core/ids.ts';
import { checkSpec, type NetworkSpec } from '../../src/core/network-spec.ts';
import type { Rejection } from '../../src/core/result.ts';
import { NO_STAMP } from '../../src/core/stamp.ts';
import { StateView } from '../../src/core/state-view.ts';
import { meetsTarget, targetFromBits } from '../../src/core/target.ts';
import type { Transaction } from '../../src/core/transaction.ts';
import { coinbase } from '../../src/ledger/coinbase.ts';
import { seal, type SealPayload } from '../../src/ledger/seal.ts';
import { BlockBodies } from '../../src/node/block-bodies.ts';
import {
  ALICE,
  createTx,
  makeTx,
  MINER,
  sealed,
  sealTx,
  slotOf,
  SPEC,
  stamped,
  TestChain,
  transferTx,
  updateTx,
} from '../support/ledger-fixture.ts';
import { EASY_SPEC, LATE_S, mineHeader } from '../support/mining.ts';
import { fill } from './protocol-examples/sample-chain.ts';

const DOCUMENT = readFileSync(new URL('../../docs/PROTOCOL.md', import.meta.url), 'utf8');
const TRANSACTION_RULES = 'A transaction other than the coinbase';
const BODY_RULES = '**The body against its header**';

const codeOf = (verdict: { ok: true } | Rejection) => (verdict.ok ? 'valid' : verdict.code);

/** Codes of the last column of the first table after `mark`, from the top. */
function tableAfter(mark: string): string[] {
  const from = DOCUMENT.indexOf(mark);
  expect(from, mark).toBeGreaterThan(0);
  const table = /(?:^\|.*\n)+/m.exec(DOCUMENT.slice(from))![0];
  const cells = table.split('\n').map((line) => line.split('|').at(-2) ?? '');
  return cells.flatMap((cell) => Array.from(cell.matchAll(/`([a-z-]+)`/g), ([, code]) => code!));
}

/** What a run of mending met, against a table; `unmet`: what this run cannot break, or another one shows. */
function expectTable(met: readonly string[], mark: string, unmet: readonly string[] = []): void {
  expect(met).toEqual([...tableAfter(mark).filter((code) => !unmet.includes(code)), 'valid']);
}

test('network spec', () => {
  const fields: Partial<NetworkSpec>[] = [
    { name: 'Room' },
    { consensus: { type: 'pow' } },
    { blockIntervalS: 60 },
    { halfLifeS: 30 },
    { halvingBlocks: 100_000 },
    { maturityBlocks: 6 },
    { blockBytesMax: 1_000_000 },
    { futureCapS: 60 },
    { stampBits: 17 },
    { genesisTimeS: 0 },
    { halfLifeS: 60 },
    { powLimitBits: 0x207fffff },
    { subsidy: 0n },
  ];
  let spec: NetworkSpec = {
    ...SPEC,
    name: '',
    consensus: { type: 'committee', members: [] },
    blockIntervalS: 0,
    halfLifeS: 0,
    powLimitBits: 0,
    subsidy: -1n,
    halvingBlocks: 0,
    maturityBlocks: -1,
    blockBytesMax: 0,
    futureCapS: 0,
    stampBits: 33,
    genesisTimeS: -1,
  };
  const met = fields.map((field) => {
    const code = codeOf(checkSpec(spec));
    spec = { ...spec, ...field };
    return code;
  });
  const [from, to] = [DOCUMENT.indexOf('## Network spec'), DOCUMENT.indexOf('## Genesis')];
  const ordered = Array.from(
    DOCUMENT.slice(from, to).matchAll(/(\d+)(?: and (\d+))?: `([a-z-]+)`/g),
    ([, first, again, code]) => [first, again].filter(Boolean).map((order) => [Number(order), code!] as const),
  ).flat();
  expect(met).toEqual(ordered.sort(([a], [b]) => a - b).map(([, code]) => code));
  expect(codeOf(checkSpec(spec))).toBe('valid');
});

test('header', () => {
  const engine = engineFor(EASY_SPEC);
  if (!engine.ok) throw new Error(engine.code);
  const index = new HeaderIndex(engine.value);
  const insert = (bytes: Uint8Array) => codeOf(index.insert(bytes, EASY_SPEC.genesisTimeS + 1_000));
  const invalid = mineHeader(engine.value, index.genesis, { extraNonce: 1 });
  expect(insert(encodeHeader(invalid))).toBe('valid');
  index.markInvalid(hashHeader(invalid));

  const target = targetFromBits(engine.value.nextBits(index.genesis))!;
  /** With a nonce that misses the target, or one that meets it. */
  const aimed = (header: Header, hits: boolean): Uint8Array => {
    for (let nonce = 0; ; nonce++) {
      const made = { ...header, nonce };
      if (meetsTarget(hashHeader(made), target) === hits) return encodeHeader(made);
    }
  };
  const good = mineHeader(engine.value, index.genesis);
  const broken = { ...good, version: 2, prevHash: BlockHash.of(fill(9, 32)), bits: 0x1d00ffff, timeS: 0 };
  const onInvalid = { ...broken, prevHash: hashHeader(invalid) };
  const onGenesis = { ...broken, prevHash: good.prevHash };
  const late = EASY_SPEC.genesisTimeS + 1_000 + EASY_SPEC.futureCapS;
  const met = [
    insert(encodeHeader(broken).subarray(1)),
    insert(concatBytes(encodeHeader(broken), fill(0, 1))),
    insert(encodeHeader(invalid)),
    insert(aimed(broken, false)),
    insert(aimed(onInvalid, false)),
    insert(aimed(onGenesis, false)),
    insert(aimed({ ...onGenesis, version: 1 }, false)),
    insert(aimed({ ...onGenesis, version: 1, bits: good.bits }, false)),
    insert(aimed({ ...onGenesis, version: 1, bits: good.bits }, true)),
    insert(aimed({ ...good, timeS: late + 1 }, true)),
    insert(aimed({ ...good, timeS: late }, true)),
  ];
  expectTable(met, 'A header comes before its body', ['bad-prev', 'index-full']);
});

test('body against its header', () => {
  const engine = engineFor(EASY_SPEC);
  if (!engine.ok) throw new Error(engine.code);
  const index = new HeaderIndex(engine.value);
  const bodies = new BlockBodies(
    { store: new MemoryChainStore(new MemoryDisk()), index, engine: engine.value },
    () => undefined,
  );
  const chain = new TestChain();
  const { body, header } = chain.template([]);
  const inserted = index.insert(mineHeader(engine.value, index.genesis, { bodyRoot: header.bodyRoot }), LATE_S);
  if (!inserted.ok) throw new Error(inserted.code);
  const add = (bytes: Uint8Array) => codeOf(bodies.add(inserted.value, bytes, 0));

  const sealedBody: Body = { ...body, seal: fill(1, 1) };
  const other: Body = { ...sealedBody, transactions: [] };
  const good = encodeBody(body);
  // seal, count, length, transaction: one byte more in the length before the transaction.
  const mislaid = concatBytes(
    fill(0, 1),
    fill(1, 1),
    Uint8Array.of(good[2]! + 1, good[3]!),
    good.subarray(4),
    fill(0, 1),
  );
  const met = [
    add(fill(0xff, EASY_SPEC.blockBytesMax - 111)),
    add(mislaid),
    add(concatBytes(encodeBody(other), fill(0, 1))),
    add(encodeBody(other)),
    add(encodeBody(sealedBody)),
    add(good),
  ];
  expectTable(met, BODY_RULES, ['body-']);
});

test('transaction, and a seal that updates', () => {
  const chain = new TestChain();
  chain.mine(3);
  const own = [createTx(MINER, 1), createTx(MINER, 2)] as const;
  const foreign = createTx(ALICE, 3);
  const erase = (owner: typeof MINER, tx: Transaction) =>
    sealTx(owner, { action: 'update', slotId: slotOf(tx), version: 2, ...sealed(0), sizeBucket: 0 });
  expect(chain.submitAll(...own, foreign, transferTx(MINER, ALICE, 1n, { fee: 1n }))).toEqual({ ok: true });
  expect(chain.submitAll(erase(MINER, own[0]), erase(ALICE, foreign), updateTx(MINER, slotOf(own[1]), 2, 4))).toEqual({
    ok: true,
  });

  const judge = (tx: Transaction) =>
    codeOf(chain.ledger.applyTransaction(new StateView(chain.get), tx, chain.height + 1));
  let payload: SealPayload = {
    action: 'update',
    slotId: SlotId.of(fill(9, 32)),
    version: 9,
    docHash: BlobId.of(fill(0, 32)),
    sizeBucket: 1,
    hint: fill(0, 41),
  };
  let tx: Transaction = {
    ...makeTx(0, MINER, fill(0xff, 3), { stamp: NO_STAMP }),
    accountNonce: 7,
    expiryHeight: 1,
  };
  const met: string[] = [];
  const judged = (fields: Partial<Transaction>, change: Partial<SealPayload> = {}): void => {
    payload = { ...payload, ...change } as SealPayload;
    tx = { ...tx, ...fields };
    if (tx.kind === seal.number && tx.payload.length > 3) tx = { ...tx, payload: seal.codec.encode(payload) };
    if (tx.fee === 0n) tx = stamped(tx, met.includes('stamp-too-low') ? SPEC.stampBits : 0);
    met.push(judge(tx));
  };
  judged({});
  judged({ kind: 9 });
  judged({ kind: seal.number });
  judged({ payload: seal.codec.encode(payload) });
  judged({ accountNonce: 0 });
  judged({}, { sizeBucket: 0 });
  judged({});
  judged({ fee: 10n ** 18n, expiryHeight: 0 });
  judged({ accountNonce: 2 });
  judged({ accountNonce: 1 });
  judged({ fee: 1n });
  const [general, ofState] = [met.slice(0, 10), met.slice(10)];
  expect([...general.slice(0, 4), ...general.slice(5)]).toEqual(tableAfter(TRANSACTION_RULES));
  expect(general[4]).toBe('bad-size-bucket');

  met.length = 0;
  judged({}, { slotId: slotOf(foreign) });
  judged({}, { slotId: slotOf(own[0]) });
  judged({}, { slotId: slotOf(own[1]), version: 2 });
  judged({}, { version: 9 });
  judged({}, { version: 3 });
  expectTable([...ofState, ...met], '### Seal', ['bad-doc-hash', 'bad-size-bucket', 'slot-exists']);
});

test('coinbase, and a block around it', () => {
  const chain = new TestChain();
  const judge = (transactions: readonly Transaction[], root?: Uint8Array) => {
    const block = chain.block(transactions);
    const header = root ? { ...block.header, stateRoot: root } : block.header;
    return codeOf(chain.ledger.applyBlock(chain.get, chain.accumulator, { ...block, header }, 1));
  };
  const payload = (amount: bigint) => coinbase.codec.encode({ amount, extra: fill(0, 0) });
  const most = chain.ledger.subsidyAt(1);
  const good = chain.coinbase(most);
  const bad: Transaction = { ...good, accountNonce: 2, fee: 1n, payload: fill(0xff, 3) };
  const refused = transferTx(MINER, ALICE, 0n, { fee: 1n });
  expect([judge([]), judge([refused]), judge([bad, refused]), judge([bad])]).toEqual([
    'coinbase-missing',
    'coinbase-missing',
    'bad-amount',
    'bad-payload',
  ]);
  const met = [
    judge([bad]),
    judge([{ ...bad, payload: payload(most + 1n) }]),
    judge([{ ...bad, payload: payload(most + 1n), fee: 0n }]),
    judge([{ ...good, payload: payload(most + 1n) }]),
    judge([good]),
  ];
  expectTable(met, '### Coinbase', ['amount-overflow']);
  expect(judge([good], fill(0, 32))).toBe('bad-state-root');
});
