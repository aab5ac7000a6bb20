/** A ChainManager on a memory disk, with everything it reports. */
import { MemoryDisk } from '../../src/adapters/memory/memory-disk.ts';
import { InlineVerifier } from '../../src/adapters/verifier/inline-verifier.ts';
import { engineFor } from '../../src/core/consensus.ts';
import { HeaderIndex } from '../../src/core/header-index.ts';
import type { NetworkSpec } from '../../src/core/network-spec.ts';
import { assert } from '../../src/core/result.ts';
import { createLedger } from '../../src/ledger/ledger.ts';
import { ChainManager, type TipChange } from '../../src/node/chain-manager.ts';
import type { ChainUpdate, Verifier } from '../../src/node/ports.ts';
import { SerialQueue } from '../../src/node/serial-queue.ts';
import { WatchedChainStore } from '../sim/watched-chain-store.ts';
import type { Forged } from './forge.ts';
import { EASY_SPEC, LATE_S } from './mining.ts';

export const SPEC: NetworkSpec = { ...EASY_SPEC, stampBits: 2, maturityBlocks: 2 };

export interface ChainFixture {
  readonly chain: ChainManager;
  readonly index: HeaderIndex;
  readonly disk: MemoryDisk;
  readonly changes: TipChange[];
  readonly commits: ChainUpdate[];
  /** `height code` of each block found invalid. */
  readonly invalid: string[];
  /** Rows that the chain went on without. */
  readonly damaged: (string | undefined)[];
  submit(...blocks: readonly Pick<Forged, 'header' | 'bytes'>[]): Promise<string[]>;
}

/** @param disk  of an earlier fixture, to take up its chain */
export async function openChain(
  disk = new MemoryDisk(),
  verifier: Verifier = new InlineVerifier(),
  spec: NetworkSpec = SPEC,
): Promise<ChainFixture> {
  const engine = engineFor(spec);
  assert(engine.ok, 'proof of work');
  const index = new HeaderIndex(engine.value);
  const changes: TipChange[] = [];
  const commits: ChainUpdate[] = [];
  const invalid: string[] = [];
  const damaged: (string | undefined)[] = [];
  const chain = new ChainManager(
    {
      engine: engine.value,
      ledger: createLedger(spec, index.genesis.hash),
      index,
      store: new WatchedChainStore(disk, ({ update }) => commits.push(update)),
      verifier,
      clock: { nowMs: () => LATE_S * 1000, after: () => () => undefined },
    },
    new SerialQueue(),
    {
      onTipChange: async (change) => void changes.push(change),
      onInvalid: (block, { code }) => void invalid.push(`${block.height} ${code}`),
      onDamaged: ({ row }) => void damaged.push(row),
    },
  );
  await chain.open();
  return {
    chain,
    index,
    disk,
    changes,
    commits,
    invalid,
    damaged,
    submit: (...blocks) =>
      Promise.all(
        blocks.map(async ({ header, bytes }) => {
          const verdict = await chain.submitBlock(header, bytes);
          return verdict.ok ? 'ok' : verdict.code;
        }),
      ),
  };
}

/** One text for the state and tip on a disk. */
export function diskPicture({ chain }: MemoryDisk): string {
  const rows = [...chain.state].map(([key, value]) => `${key}=${Buffer.from(value).toString('hex')}`).sort();
  const accumulator = Buffer.from(chain.tip?.accumulator ?? []).toString('hex');
  return [
    chain.tip?.hash,
    accumulator,
    ...[...chain.headers].map(([height, { hash }]) => `${height} ${hash}`).sort(),
    ...rows,
  ].join('\n');
}
