/** Random valid histories of the ledger: forwards, backwards, along forks, and as they reach a node in any order. */
import fc from 'fast-check';
import { MemoryDisk } from '../../../src/adapters/memory/memory-disk.ts';
import type { Block } from '../../../src/core/block.ts';
import { equalBytes, toHex } from '../../../src/core/bytes.ts';
import { StateKey, type SlotId } from '../../../src/core/ids.ts';
import { Accumulation, emptyAccumulator } from '../../../src/core/lthash.ts';
import { VERIFY_ITEM_BYTES, type Verifier } from '../../../src/node/ports.ts';
import { Forge, type Forged } from '../../support/forge.ts';
import { SPEC, supplyOf, TestChain } from '../../support/ledger-fixture.ts';
import { assertSlotsGrew, intent, PEOPLE, realiseAll, someone } from '../../support/ledger-histories.ts';
import { Seeded } from '../../support/seeded.ts';
import { diskPicture, openChain } from '../../support/chain-fixture.ts';
import { Finding, type Target } from '../engine/target.ts';

const wishes = fc.array(intent, { maxLength: 8 });

function mustHold(holds: boolean, otherwise: string): void {
  if (!holds) throw new Finding(otherwise);
}

/** People by number, bytes as hex. */
function describe(one: unknown): string {
  return JSON.stringify(one, (_name, value: unknown) => {
    if (value instanceof Uint8Array) return toHex(value);
    if (typeof value === 'bigint') return Number(value);
    const number = PEOPLE.findIndex((person) => person === value);
    return number < 0 ? value : `person ${number + 1}`;
  });
}

// ---------------------------------------------------------------- apply and undo

const move = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('mine' as const), miner: someone, wishes }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undo' as const), count: fc.integer({ min: 1, max: 6 }) }) },
);
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

/** Everybody has something to spend from the first random block on. */
function startingChain(): TestChain {
  const chain = new TestChain();
  for (const who of PEOPLE) chain.mine(1, who);
  chain.mine(SPEC.maturityBlocks);
  return chain;
}

/** What the chain was at a height, and the block that came next. */
interface Stage {
  readonly fingerprint: string;
  readonly supply: bigint;
  readonly slots: readonly SlotId[];
}

const stageOf = (chain: TestChain, slots: readonly SlotId[]): Stage => ({
  fingerprint: chain.fingerprint(),
  supply: chain.supply(),
  slots: [...slots],
});

const history: Target<readonly Move[]> = {
  name: 'ledger-history',
  weight: 1,
  covers: [],
  cases: fc.array(move, { minLength: 2, maxLength: 12, size: 'max' }),
  show: async (moves) => describe(moves),
  async check(moves) {
    const chain = startingChain();
    const first = chain.height;
    const blocks: Block[] = [];
    const stages = [stageOf(chain, [])];
    const top = () => stages.at(-1)!;
    for (const step of moves) {
      if (step.do === 'undo') {
        for (let i = 0; i < step.count && chain.height > first; i++) {
          chain.undo();
          blocks.pop();
          stages.pop();
          mustHold(chain.fingerprint() === top().fingerprint, `another state after undoing block ${chain.height + 1}`);
        }
        continue;
      }
      const before = new Map(chain.state);
      const slots = [...top().slots];
      const transactions = realiseAll(chain, slots, step.wishes);
      const block = chain.template(transactions, step.miner);
      mustHold(block.body.transactions.length === transactions.length + 1, 'a template without a valid transaction');
      const verdict = chain.submit(block);
      mustHold(verdict.ok, `a valid block is refused: ${verdict.ok || verdict.code}`);
      assertSlotsGrew(before, chain.state);
      const issued = top().supply + chain.ledger.subsidyAt(chain.height);
      mustHold(chain.supply() === issued, `${chain.supply()} coins, ${issued} were issued`);
      blocks.push(block);
      stages.push(stageOf(chain, slots));
    }
    const fromScratch = new Accumulation(emptyAccumulator());
    for (const [key, value] of chain.state) fromScratch.add(StateKey.toBytes(key), value);
    mustHold(equalBytes(chain.accumulator, fromScratch.bytes()), 'the accumulator is not that of the state');

    const again = startingChain();
    for (const block of blocks) mustHold(again.submit(block).ok, 'a block of the chain is refused the second time');
    mustHold(again.fingerprint() === chain.fingerprint(), 'another state after going the straight way');
    return blocks.some(({ body }) => body.transactions.length > 1);
  },
};

// ---------------------------------------------------------------- any order of arrival

const grown = fc.record({
  /** How far below the newest block its parent is; 0 mostly. */
  back: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(8) }),
  miner: fc.integer({ min: 1, max: PEOPLE.length }),
  wishes,
});

type Grown = typeof grown extends fc.Arbitrary<infer T> ? T : never;

interface Delivery {
  readonly tree: readonly Grown[];
  /** Of the order of arrival, what comes twice, and what comes together. */
  readonly seed: number;
}

interface Branch {
  readonly forge: Forge;
  readonly slots: readonly SlotId[];
}

/** Blocks here are signed by nobody: signing would be most of the time, and its checks have tests of their own. */
const anySignature: Verifier = {
  verify: async (items) => new Uint8Array(items.length / VERIFY_ITEM_BYTES).fill(1),
};

/** A tree of blocks with one branch that has most work. */
function plant({ tree }: Delivery): { readonly blocks: readonly Forged[]; readonly best: Forge } {
  let root = new Forge(SPEC);
  for (let i = 1; i <= PEOPLE.length + SPEC.maturityBlocks; i++) {
    root = root.fork(1 + (i % PEOPLE.length));
    root.mine();
  }
  const branches: Branch[] = [{ forge: root, slots: [] }];
  const blocks = new Map(root.blocks.map((block) => [block.hash, block]));
  for (const { back, miner, wishes: wanted } of tree) {
    const parent = branches[Math.max(0, branches.length - 1 - back)]!;
    const forge = parent.forge.fork(miner);
    const slots = [...parent.slots];
    const block = forge.mine(realiseAll(forge, slots, wanted));
    assertSlotsGrew(parent.forge.state, forge.state);
    blocks.set(block.hash, block);
    branches.push({ forge, slots });
  }
  const height = Math.max(...branches.map(({ forge }) => forge.height));
  const [best, ...rivals] = branches.map(({ forge }) => forge).filter((forge) => forge.height === height) as [Forge];
  // Of equal ones the first that comes stands.
  if (rivals.length > 0) {
    const block = best.mine();
    blocks.set(block.hash, block);
  }
  return { blocks: [...blocks.values()], best };
}

async function deliver(blocks: readonly Forged[], seed: number): Promise<MemoryDisk> {
  const random = new Seeded(seed);
  const fixture = await openChain(new MemoryDisk(), anySignature, SPEC);
  const queue = [...blocks, ...blocks.filter(() => random.below(3) === 0)];
  for (let i = queue.length - 1; i > 0; i--) {
    const other = random.below(i + 1);
    [queue[i], queue[other]] = [queue[other]!, queue[i]!];
  }
  while (queue.length > 0) {
    const some = queue.splice(0, 1 + random.below(4));
    // Some are announced before they come.
    for (const { header } of some) if (random.below(2) === 0) fixture.chain.submitHeader(header);
    const verdicts = await fixture.submit(...some);
    for (const [i, verdict] of verdicts.entries()) {
      if (verdict === 'unknown-parent') queue.push(some[i]!);
      else mustHold(verdict === 'ok', `a valid block is refused: ${verdict}`);
    }
  }
  mustHold(fixture.invalid.length === 0, `valid blocks found invalid: ${fixture.invalid.join()}`);
  return fixture.disk;
}

const arrival: Target<Delivery> = {
  name: 'ledger-arrival',
  weight: 1,
  covers: [],
  cases: fc.record({ tree: fc.array(grown, { minLength: 2, maxLength: 14, size: 'max' }), seed: fc.nat() }),
  show: async (delivery) => describe(delivery),
  async check(delivery) {
    const { blocks, best } = plant(delivery);
    const disk = await deliver(blocks, delivery.seed);
    mustHold(
      disk.chain.tip?.hash === best.blocks.at(-1)!.hash,
      `the tip is at height ${disk.chain.tip?.height}, not the best`,
    );
    const straight = await openChain(new MemoryDisk(), anySignature, SPEC);
    for (const block of best.blocks) await straight.submit(block);
    mustHold(diskPicture(disk) === diskPicture(straight.disk), 'another state than by the straight way');
    let issued = 0n;
    for (let height = 1; height <= best.height; height++) issued += best.ledger.subsidyAt(height);
    mustHold(supplyOf(disk.chain.state) === issued, `${supplyOf(disk.chain.state)} coins, ${issued} were issued`);
    return blocks.length > best.blocks.length;
  },
};

export const historyTargets = [history, arrival];
