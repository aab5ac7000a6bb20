/** Headers and blocks that only somebody hostile makes, on a chain that everybody knows. Their work is real. */
import { bodyRootOf, type Block, type Body } from '../../src/core/block.ts';
import { publicKeyOf } from '../../src/core/ecdsa.ts';
import { encodeHeader, hashHeader } from '../../src/core/header.ts';
import type { HeaderIndex } from '../../src/core/header-index.ts';
import type { BlockHash } from '../../src/core/ids.ts';
import { medianTimePast, type IndexedHeader } from '../../src/core/indexed-header.ts';
import { meetsTarget, targetFromBits } from '../../src/core/target.ts';
import { createLedger } from '../../src/ledger/ledger.ts';
import { mineHeader } from './mining.ts';
import type { Seeded } from './seeded.ts';

/** What its author knows: the chain of the node it comes to, and the time. */
export interface Knowledge {
  readonly lot: Seeded;
  readonly index: HeaderIndex;
  readonly nowS: number;
}

/** As a hello tells of it, and as its headers cross the wire. */
export interface ShownChain {
  readonly tip: { readonly hash: BlockHash; readonly height: number; readonly chainwork: bigint };
  readonly headers: readonly Uint8Array[];
}

/** A chain that honest blocks do not soon outdo. */
const AHEAD_BLOCKS = 20;
/** Blocks that come faster than they are due become harder: nobody goes on for ever. */
const HARDER_MAX = 8n;

/**
 * Blocks on the tip whose bodies nobody has: more work than the tip, and nothing behind it.
 * @param count  at most: fewer where they become too hard
 */
export function emptyPromise(knowledge: Knowledge, count: number): ShownChain {
  return promiseOn(knowledge.index.tip, knowledge, count);
}

function promiseOn(parent: IndexedHeader, knowledge: Knowledge, count: number): ShownChain {
  const { index, lot, nowS } = knowledge;
  const { engine } = index;
  const headers: Uint8Array[] = [];
  let at = parent;
  const workMax = HARDER_MAX * engine.workOf({ bits: engine.nextBits(at) });
  while (headers.length < count && engine.workOf({ bits: engine.nextBits(at) }) <= workMax) {
    const header = mineHeader(engine, at, { timeS: timeOn(at, knowledge), bodyRoot: lot.bytes(32) });
    const inserted = index.insert(header, nowS);
    if (!inserted.ok) throw new Error(inserted.code);
    at = inserted.value;
    headers.push(at.encoded);
  }
  return { tip: at, headers };
}

/** Rivals of one old block, all different: as long as there is work, there are as many as one likes. */
export function rivals(knowledge: Knowledge, count: number): readonly Uint8Array[] {
  const { index, lot } = knowledge;
  const parent = index.mainAt(Math.max(0, index.tip.height - 2))!;
  const timeS = timeOn(parent, knowledge);
  return Array.from({ length: count }, () =>
    encodeHeader(mineHeader(index.engine, parent, { timeS, bodyRoot: lot.bytes(32) })),
  );
}

/** A header that keeps every rule but the one that costs something. */
export function headerWithoutWork(knowledge: Knowledge): Uint8Array {
  const { tip, engine } = knowledge.index;
  const honest = mineHeader(engine, tip, { timeS: timeOn(tip, knowledge) });
  const target = targetFromBits(honest.bits)!;
  for (let nonce = 0; ; nonce++) {
    const header = { ...honest, nonce };
    if (!meetsTarget(hashHeader(header), target)) return encodeHeader(header);
  }
}

/**
 * A block with real work in its header, and a body with another coinbase than the header promises; and more blocks on it,
 * whose bodies nobody has.
 */
export function tamperedBlock(knowledge: Knowledge): ShownChain & { readonly block: Block } {
  const { index, lot, nowS } = knowledge;
  const { engine, tip, genesis } = index;
  const ledger = createLedger(engine.spec, genesis.hash);
  const minerPublicKey = publicKeyOf(lot.bytes(32));
  const bodyOf = (amount: bigint): Body => ({
    seal: new Uint8Array(0),
    transactions: [ledger.makeCoinbase(minerPublicKey, tip.height + 1, amount)],
  });
  const bodyRoot = bodyRootOf(bodyOf(ledger.subsidyAt(tip.height + 1)));
  const header = mineHeader(engine, tip, { timeS: timeOn(tip, knowledge), bodyRoot });
  const inserted = index.insert(header, nowS);
  if (!inserted.ok) throw new Error(inserted.code);
  const promise = promiseOn(inserted.value, knowledge, AHEAD_BLOCKS);
  return { ...promise, headers: [inserted.value.encoded, ...promise.headers], block: { header, body: bodyOf(1n) } };
}

/** On schedule where it can be, never of the future. */
function timeOn(parent: IndexedHeader, { index, nowS }: Knowledge): number {
  return Math.max(medianTimePast(parent) + 1, Math.min(nowS, parent.timeS + index.engine.spec.blockIntervalS));
}
