/** What a run was like: how blocks spread, what it cost to carry them, how often the chain forked. */
import type { SimNode, World } from './world.ts';

/** A node that takes more than so many blocks at once catches up; what it was late by says nothing of gossip. */
const CATCH_UP_BLOCKS = 2;
const SHARES = [0.5, 0.95, 0.99] as const;

export interface Figures {
  readonly virtualMinutes: number;
  /** On the chain of the first node. */
  readonly height: number;
  /** Blocks that some node connected and that are not on that chain. */
  readonly stale: number;
  /** Stale blocks by all blocks, 0..1. */
  readonly forkRate: number;
  readonly commits: number;
  /** From a block's first commit anywhere to its commit by another node, ms by share of all such; absent without any. */
  readonly propagationMs?: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
  readonly framesPerNodeSecond: number;
  readonly bytesPerNodeSecond: number;
  readonly transactionsTaken: number;
  readonly transactionsRefused: Readonly<Record<string, number>>;
  /** Seconds that scenarios waited until all nodes had one tip, in order. */
  readonly oneTipAfterS: readonly number[];
}

export class Measurements {
  /** Ascending once `propagation` was asked for. */
  private readonly delaysMs: number[] = [];
  private readonly firstMs = new Map<string, number>();
  /** Of each node, by its index: the blocks it has connected. */
  private readonly had: readonly Set<string>[];
  private readonly oneTipAfterS: number[] = [];
  private commits = 0;
  private frames = 0;
  private bytes = 0;
  /** Sum over nodes of the time their tabs were open. */
  private nodeMs = 0;
  private countedMs: number;
  private readonly fromMs: number;
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
    this.had = world.nodes.map(() => new Set());
    this.fromMs = this.countedMs = world.clock.nowMs();
    world.watchers.push((node, { update }) => this.onCommit(node, update.connect));
    world.frameWatchers.push((bytes) => {
      this.frames++;
      this.bytes += bytes;
    });
    world.lifeWatchers.push(() => this.countTime());
  }

  noteOneTip(seconds: number): void {
    this.oneTipAfterS.push(seconds);
  }

  /** Delays in ms, ascending: one for each block and each node that had it from another. */
  propagation(): readonly number[] {
    return this.delaysMs.sort((a, b) => a - b);
  }

  figures(traffic: { readonly sent: number; readonly refused: ReadonlyMap<string, number> }): Figures {
    this.countTime();
    const height = this.world.nodes[0]!.disk.chain.tip?.height ?? 0;
    const stale = this.firstMs.size - height;
    const delays = this.propagation();
    const [p50, p95, p99] = SHARES.map((share) => delays[Math.ceil(share * delays.length) - 1]);
    const nodeSeconds = Math.max(1, this.nodeMs / 1000);
    return {
      virtualMinutes: (this.world.clock.nowMs() - this.fromMs) / 60_000,
      height,
      stale,
      forkRate: stale / Math.max(1, this.firstMs.size),
      commits: this.commits,
      ...(delays.length > 0 ? { propagationMs: { p50: p50!, p95: p95!, p99: p99!, max: delays.at(-1)! } } : {}),
      framesPerNodeSecond: this.frames / nodeSeconds,
      bytesPerNodeSecond: this.bytes / nodeSeconds,
      transactionsTaken: traffic.sent,
      transactionsRefused: Object.fromEntries(traffic.refused),
      oneTipAfterS: this.oneTipAfterS,
    };
  }

  private onCommit(node: SimNode, connected: readonly { readonly hash: string }[]): void {
    this.commits++;
    const nowMs = this.world.clock.nowMs();
    for (const { hash } of connected) {
      const firstMs = this.firstMs.get(hash);
      const had = this.had[node.index]!;
      if (firstMs === undefined) this.firstMs.set(hash, nowMs);
      // A block that a reorg brought back was there before.
      else if (!had.has(hash) && connected.length <= CATCH_UP_BLOCKS) this.delaysMs.push(nowMs - firstMs);
      had.add(hash);
    }
  }

  /** Called whenever a tab opens or closes: until then as many were open. */
  private countTime(): void {
    const nowMs = this.world.clock.nowMs();
    this.nodeMs += (nowMs - this.countedMs) * this.world.openNodes.length;
    this.countedMs = nowMs;
  }
}

/** For people: one line each. */
export function linesOf(figures: Figures): readonly string[] {
  const { propagationMs: spread, transactionsRefused } = figures;
  const refused = Object.entries(transactionsRefused).map(([code, count]) => `${count} ${code}`);
  return [
    `${figures.virtualMinutes.toFixed(1)} virtual minutes, ${figures.height} blocks on the chain, ${figures.stale} beside it` +
      ` (fork rate ${(100 * figures.forkRate).toFixed(1)} %), ${figures.commits} commits`,
    spread
      ? `a block reaches half of the nodes within ${spread.p50} ms, 95 % within ${spread.p95} ms, 99 % within ${spread.p99} ms, the last in ${spread.max} ms`
      : 'no block went from one node to another',
    `${figures.framesPerNodeSecond.toFixed(1)} frames and ${(figures.bytesPerNodeSecond / 1000).toFixed(2)} kB sent per node and second`,
    `${figures.transactionsTaken} transactions taken; not taken: ${refused.join(', ') || 'none'}`,
    ...(figures.oneTipAfterS.length > 0
      ? [`one tip after ${figures.oneTipAfterS.map((seconds) => `${seconds.toFixed(1)} s`).join(', ')}`]
      : []),
  ];
}
