/**
 * The chains this node would go over to: those with more work than its own, best first. A chain that it could not cross
 * over to is none of them: one that forks below the undo data kept, or needs more bodies at once than may wait in memory.
 * That breaks no rule, so nobody is blamed for it and its headers stay; the person is told, once.
 */
import type { HeaderIndex } from '../core/header-index.ts';
import type { BlockHash } from '../core/ids.ts';
import type { IndexedHeader } from '../core/indexed-header.ts';
import { BoundedMap, BoundedSet } from './bounded.ts';
import type { ChainManager } from './chain-manager.ts';
import { PENDING_BODIES_MAX, UNDO_DEPTH } from './params.ts';

export type ReorgRefusal = 'too-deep' | 'too-large';

type OwnChain = Pick<ChainManager, 'tip' | 'isOnMain' | 'hasBody'>;

const PEER_TIPS_REMEMBERED = 64;
/** Each costs its maker a block's work, and us a look at all the others. */
const ENDS_LOOKED_AT_MAX = 256;
const REFUSALS_REMEMBERED = 1_000;

/** One such chain, and where it leaves ours. */
export class Goal {
  readonly end: IndexedHeader;
  private readonly index: HeaderIndex;
  private readonly chain: OwnChain;
  private fork: IndexedHeader;
  /** Blocks on the way to the end, lowest first: so many that those above the fork need not be looked up at every step. */
  private path: readonly IndexedHeader[] = [];
  /** Of the first block above the fork, in `path`. */
  private at = 0;
  private readonly shared = new BoundedMap<BlockHash, number>(PEER_TIPS_REMEMBERED);

  constructor(end: IndexedHeader, index: HeaderIndex, chain: OwnChain) {
    this.end = end;
    this.index = index;
    this.chain = chain;
    this.fork = chain.tip;
    this.find();
  }

  /** Blocks of ours that would have to go. */
  get depth(): number {
    return this.chain.tip.height - this.fork.height;
  }

  /** The block above the fork: what tells this branch from others. */
  get root(): IndexedHeader {
    return this.path[this.at]!;
  }

  /** Whether the bodies that make it better than our chain may all wait in memory, by their number. */
  get fits(): boolean {
    const last = this.path[this.at + PENDING_BODIES_MAX - 1];
    return last === undefined || last.chainwork > this.chain.tip.chainwork;
  }

  /** Takes notice of where our chain has gone: mostly along this one, or away from where it left it. */
  follow(): void {
    for (let next = this.path[this.at]; next && this.chain.isOnMain(next); next = this.path[++this.at])
      this.fork = next;
    const isShort = this.path.length - this.at < PENDING_BODIES_MAX && this.path.at(-1) !== this.end;
    if (isShort || !this.chain.isOnMain(this.fork)) this.find();
  }

  /** Whether this chain stands on a block at or above the fork, and not too far above it. */
  passes(block: IndexedHeader): boolean {
    return block === this.fork || this.path[this.at + block.height - this.root.height] === block;
  }

  /** The next blocks without a body, lowest first. No body waits further ahead than is looked. */
  missing(max: number): IndexedHeader[] {
    const missing: IndexedHeader[] = [];
    const end = Math.min(this.path.length, this.at + PENDING_BODIES_MAX);
    for (let i = this.at; i < end && missing.length < max; i++) {
      if (!this.chain.hasBody(this.path[i]!)) missing.push(this.path[i]!);
    }
    return missing;
  }

  /** How high this chain and that of another block go together. */
  sharedHeight(block: IndexedHeader): number {
    const known = this.shared.get(block.hash);
    if (known !== undefined) return known;
    const { height } = this.index.forkPoint(block, this.end);
    this.shared.set(block.hash, height);
    return height;
  }

  private find(): void {
    this.fork = this.index.forkPoint(this.chain.tip, this.end);
    const path: IndexedHeader[] = [];
    const last = this.index.ancestorAt(this.end, this.fork.height + 2 * PENDING_BODIES_MAX) ?? this.end;
    for (let block = last; block !== this.fork; block = block.parent!) path.push(block);
    this.path = path.reverse();
    this.at = 0;
  }
}

export class ChainGoals {
  private readonly index: HeaderIndex;
  private readonly chain: OwnChain;
  private readonly onRefused: (depth: number, why: ReorgRefusal) => void;
  /** What follows was worked out for this tip and this version of the index. */
  private tip: IndexedHeader | undefined;
  private version = -1;
  private ends: readonly IndexedHeader[] = [];
  private goals = new Map<IndexedHeader, Goal>();
  private readonly tooLarge = new BoundedSet<BlockHash>(REFUSALS_REMEMBERED);
  private readonly told = new BoundedSet<BlockHash>(REFUSALS_REMEMBERED);

  constructor(index: HeaderIndex, chain: OwnChain, onRefused: (depth: number, why: ReorgRefusal) => void) {
    this.index = index;
    this.chain = chain;
    this.onRefused = onRefused;
  }

  /** Best first. Of chains that lack the same body next, only the best: what holds one up holds up the others. */
  *list(): Generator<Goal> {
    this.update();
    const passed: IndexedHeader[] = [];
    for (const end of this.ends) {
      if (passed.some((block) => this.leadsThrough(end, block))) continue;
      const goal = this.goalTo(end);
      if (this.isRefused(goal)) {
        passed.push(goal.root);
        continue;
      }
      passed.push(...goal.missing(1));
      yield goal;
    }
  }

  /** Its bodies turned out to need more room than there is. */
  refuse(goal: Goal): void {
    this.tooLarge.add(goal.root.hash);
    this.tell(goal, 'too-large');
  }

  private update(): void {
    const { tip } = this.chain;
    if (this.tip === tip && this.version === this.index.version) return;
    this.tip = tip;
    this.version = this.index.version;
    this.ends = this.index.tipsAbove(tip.chainwork).slice(0, ENDS_LOOKED_AT_MAX);
    const kept = new Map<IndexedHeader, Goal>();
    for (const end of this.ends) {
      const goal = this.goals.get(end);
      if (!goal) continue;
      goal.follow();
      kept.set(end, goal);
    }
    this.goals = kept;
  }

  private goalTo(end: IndexedHeader): Goal {
    const goal = this.goals.get(end) ?? new Goal(end, this.index, this.chain);
    this.goals.set(end, goal);
    return goal;
  }

  /** Chains already looked into know; for others, which mostly are stubs off the best chain, the index does. */
  private leadsThrough(end: IndexedHeader, block: IndexedHeader): boolean {
    return this.goals.get(end)?.passes(block) ?? this.index.ancestorAt(end, block.height) === block;
  }

  private isRefused(goal: Goal): boolean {
    if (this.tooLarge.has(goal.root.hash)) return true;
    const why = goal.depth > UNDO_DEPTH ? 'too-deep' : goal.fits ? undefined : 'too-large';
    if (why) this.tell(goal, why);
    return why !== undefined;
  }

  private tell(goal: Goal, why: ReorgRefusal): void {
    if (this.told.has(goal.root.hash)) return;
    this.told.add(goal.root.hash);
    this.onRefused(goal.depth, why);
  }
}
