import type { ConsensusEngine } from '../../src/core/consensus-engine.ts';
import { hashHeader, type Header } from '../../src/core/header.ts';
import type { HeaderIndex } from '../../src/core/header-index.ts';
import type { IndexedHeader } from '../../src/core/indexed-header.ts';
import { genesisHeader } from '../../src/core/genesis.ts';
import { presetSpec, type NetworkSpec } from '../../src/core/network-spec.ts';
import { meetsTarget, targetFromBits } from '../../src/core/target.ts';

/** A classroom in which a block takes two hashes: real rules, no waiting. */
export const EASY_SPEC: NetworkSpec = {
  ...presetSpec('classroom', { name: 'Easy', genesisTimeS: 1_700_000_000 }),
  powLimitBits: 0x207fffff,
};

/** Late enough for every header of a test to be in the past. */
export const LATE_S = 4_000_000_000;

/** Seconds of them: a harder target than this reaches is a mistake in a test. */
const HASHES_MAX = 2 ** 21;

/** A header on `parent` that keeps every rule: on schedule, unless `fields` say otherwise. */
export function mineHeader(engine: ConsensusEngine, parent: IndexedHeader, fields: Partial<Header> = {}): Header {
  const header: Header = {
    ...genesisHeader(engine.spec),
    prevHash: parent.hash,
    timeS: parent.timeS + engine.spec.blockIntervalS,
    bits: engine.nextBits(parent),
    ...fields,
  };
  const target = targetFromBits(header.bits);
  if (target === undefined) throw new Error(`no target: ${header.bits.toString(16)}`);
  for (let nonce = 0; nonce < HASHES_MAX; nonce++) {
    const mined = { ...header, nonce };
    if (meetsTarget(hashHeader(mined), target)) return mined;
  }
  throw new Error(`no nonce within ${HASHES_MAX} hashes at ${header.bits.toString(16)}`);
}

/** Mines and inserts `count` headers on `from`; `branch` makes them differ from those of other branches. */
export function growChain(index: HeaderIndex, from: IndexedHeader, count: number, branch = 0): IndexedHeader[] {
  const grown: IndexedHeader[] = [];
  for (let parent = from; grown.length < count; parent = grown.at(-1)!) {
    const inserted = index.insert(mineHeader(index.engine, parent, { extraNonce: branch }), LATE_S);
    if (!inserted.ok) throw new Error(`${inserted.code} ${inserted.detail}`);
    grown.push(inserted.value);
  }
  return grown;
}
