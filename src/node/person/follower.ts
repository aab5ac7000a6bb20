/**
 * Walks the chain for one person: every connected block in order, exactly once. How far it came is stored together with
 * what it found, so that a closed tab neither misses a block nor counts one twice; where a reorg took blocks off, it steps
 * back to the fork first. A person who is new begins at the tip: nothing before can concern them.
 */
import type { BlockHash } from '../../core/ids.ts';
import type { IndexedHeader } from '../../core/indexed-header.ts';
import { BoundedMap } from '../bounded.ts';
import type { MainBlock, TipChange } from '../chain-manager.ts';
import type { PersonContext } from './context.ts';
import type { RowBatch } from './person-rows.ts';
import { OWN, type PositionRow } from './row-types.ts';

/** Blocks whose findings are stored in one write. */
const STEP_BLOCKS = 32;
/** Blocks just connected, kept so that they need not be read from disk again. */
const RECENT_BLOCKS = 64;
/** One entry per block at the near end of the trail, then ever wider steps. */
const TRAIL_DENSE = 8;

export interface Walk {
  /** Blocks above this height came off; undefined where none did. */
  readonly forkHeight: number | undefined;
  /** Lowest first. */
  readonly blocks: readonly MainBlock[];
}

export interface FollowerHandlers {
  /** Looks at blocks; what the returned function puts is stored with the new position. */
  onWalk(walk: Walk): Promise<(batch: RowBatch) => void>;
  /** All blocks up to the tip have been walked. */
  onCaughtUp(): Promise<void>;
}

export class Follower {
  private readonly context: PersonContext;
  private readonly handlers: FollowerHandlers;
  private readonly recent = new BoundedMap<BlockHash, MainBlock>(RECENT_BLOCKS);
  /** The last block walked. */
  private at: IndexedHeader;
  /** Set where a block walked before is gone, until the step back is stored. */
  private forkHeight: number | undefined;
  private walking = false;
  private wakeAgain = false;

  constructor(context: PersonContext, handlers: FollowerHandlers) {
    this.context = context;
    this.handlers = handlers;
    this.at = context.core.chain.tip;
  }

  /** Whether every block up to the tip has been walked. */
  get isCaughtUp(): boolean {
    return this.at === this.context.core.chain.tip;
  }

  /** Takes up where an earlier session ended. */
  async resume(): Promise<void> {
    const { chain } = this.context.core;
    const stored = this.context.rows.own('position');
    if (!stored) {
      await this.context.rows.change((batch) => batch.put('position', OWN, this.trail()));
      return;
    }
    const onMain = stored.trail.find(({ height, hash }) => chain.at(height)?.hash === hash);
    this.at = chain.at(onMain?.height ?? 0) ?? chain.genesis;
    if (onMain !== stored.trail[0]) this.forkHeight = this.at.height;
  }

  onTipChange(change: TipChange): void {
    for (const block of change.connected.slice(-RECENT_BLOCKS)) this.recent.set(block.at.hash, block);
    this.wake();
  }

  /** Walks on until the tip is reached. */
  wake(): void {
    if (this.walking) {
      this.wakeAgain = true;
      return;
    }
    this.walking = true;
    this.context.background(async () => {
      try {
        do {
          this.wakeAgain = false;
          while (!this.isCaughtUp || this.forkHeight !== undefined) {
            await this.step();
            await this.context.pause();
          }
          await this.handlers.onCaughtUp();
        } while (this.wakeAgain);
      } finally {
        this.walking = false;
      }
    });
  }

  private async step(): Promise<void> {
    const { chain } = this.context.core;
    while (!chain.isOnMain(this.at)) {
      this.at = this.at.parent ?? chain.genesis;
      this.forkHeight = Math.min(this.at.height, this.forkHeight ?? Infinity);
    }
    const { forkHeight } = this;
    const blocks: MainBlock[] = [];
    for (let height = this.at.height + 1; blocks.length < STEP_BLOCKS; height++) {
      const next = chain.at(height);
      // A reorg while blocks were being read: the next step sees it whole.
      if (!next || next.parent !== (blocks.at(-1)?.at ?? this.at)) break;
      blocks.push(this.recent.get(next.hash) ?? (await chain.loadBlock(next)));
    }
    if (blocks.length === 0 && forkHeight === undefined) return;
    const store = await this.handlers.onWalk({ forkHeight, blocks });
    const last = blocks.at(-1)?.at ?? this.at;
    await this.context.rows.change((batch) => {
      store(batch);
      batch.put('position', OWN, trailOf(last));
    });
    this.at = last;
    this.forkHeight = undefined;
  }

  private trail(): PositionRow {
    return trailOf(this.at);
  }
}

function trailOf(block: IndexedHeader): PositionRow {
  const trail: { height: number; hash: string }[] = [];
  let step = 1;
  for (let at: IndexedHeader | undefined = block; at;) {
    trail.push({ height: at.height, hash: at.hash });
    if (trail.length >= TRAIL_DENSE) step *= 2;
    let down = step;
    while (at && down-- > 0) at = at.parent;
  }
  return { trail };
}
