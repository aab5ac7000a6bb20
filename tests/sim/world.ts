/**
 * A world of real nodes: the code that runs in a tab, on one virtual clock, one network and a disk each. Nothing happens
 * but what the seed draws; one event runs to its end, with all its awaits, before the next. The same seed gives the same
 * run, which `digest` shows.
 */
import { createHash } from 'node:crypto';
import { LotteryMiner } from '../../src/adapters/memory/lottery-miner.ts';
import { MemoryBlobStore } from '../../src/adapters/memory/memory-blob-store.ts';
import { MemoryDisk } from '../../src/adapters/memory/memory-disk.ts';
import { MemoryMeter } from '../../src/adapters/memory/memory-meter.ts';
import { MemoryPrivateStore } from '../../src/adapters/memory/memory-private-store.ts';
import { MemoryNetwork } from '../../src/adapters/memory/memory-transport.ts';
import { MemoryVault } from '../../src/adapters/memory/memory-vault.ts';
import { InlineVerifier } from '../../src/adapters/verifier/inline-verifier.ts';
import type { PeerId } from '../../src/core/ids.ts';
import { presetSpec, type NetworkSpec } from '../../src/core/network-spec.ts';
import { bitsFromTarget } from '../../src/core/target.ts';
import type { Rng, Verifier } from '../../src/node/ports.ts';
import { NodeService } from '../../src/node/service.ts';
import { Seeded } from '../support/seeded.ts';
import { SyncCipher } from '../support/sync-cipher.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { TabClock } from './tab-clock.ts';
import { WatchedChainStore, type CommitSeen } from './watched-chain-store.ts';

const GENESIS_TIME_S = 1_700_000_000;
/** Signature verdicts kept for all nodes: what one has checked costs the others nothing. */
const VERDICTS_REMEMBERED = 200_000;

export interface WorldOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly preset?: 'classroom' | 'open';
  readonly spec?: Partial<NetworkSpec>;
  /** Of one mining node: blocks cost some thousand real hashes at most. */
  readonly hashesPerSecond?: number;
  /** How long a frame travels, at least and at most. */
  readonly latencyMs?: readonly [number, number];
  /** Of each wire, each way; by default sending takes no time. */
  readonly bytesPerMs?: number;
  /** Seconds after genesis at which the world begins. */
  readonly startS?: number;
  /** Instead of one that checks signatures and remembers what it found. */
  readonly verifier?: Verifier;
  /** Share of frames that have to be sent again, and of signals that never arrive: 0..1. */
  readonly loss?: number;
  /** Times slower one way of a wire is than the other, at most; which way is drawn once for each pair of nodes. */
  readonly lopsided?: number;
  /** Share of frames that a way of a wire loses beside that, at most; drawn once for each way of each pair of nodes. */
  readonly lossyWays?: number;
  /** Share of signals that arrive twice, and out of order: 0..1. */
  readonly echoes?: number;
}

export interface SimNode {
  readonly name: string;
  readonly index: number;
  readonly disk: MemoryDisk;
  /** Undefined while its tab is closed. */
  service: NodeService | undefined;
  /** As the network knows this life of the tab. */
  tab: string;
  clock: TabClock | undefined;
  lives: number;
}

/** A network on which blocks are found at the preset's pace by a handful of slow lottery miners. */
function simulatedSpec({ preset: name = 'classroom', spec }: WorldOptions, hashesPerSecond: number): NetworkSpec {
  const preset = presetSpec(name, { name: 'Simulated', genesisTimeS: GENESIS_TIME_S });
  const floorHashes = Math.max(2, Math.floor((hashesPerSecond * preset.blockIntervalS) / 3));
  const powLimitBits = bitsFromTarget((1n << 256n) / BigInt(floorHashes));
  return { ...preset, powLimitBits, stampBits: 4, ...spec };
}

/** What is the same for every frame of one way of one wire. */
interface Way {
  /** Times slower than others. */
  readonly slowness: number;
  /** Share of frames that have to be sent again. */
  readonly loss: number;
}

/** Draws the ways of wires, each once. */
function waysOf({ lopsided = 1, lossyWays = 0, loss = 0 }: WorldOptions): (from: string, to?: string) => Way {
  const plain: Way = { slowness: 1, loss };
  const drawn = new Map<string, Way>();
  return (from, to) => {
    if (to === undefined || (lopsided === 1 && lossyWays === 0)) return plain;
    const name = `${from} -> ${to}`;
    let way = drawn.get(name);
    if (!way) {
      const [slow, lossy] = createHash('sha256').update(name).digest();
      way = { slowness: 1 + ((lopsided - 1) * slow!) / 255, loss: loss + (lossyWays * lossy!) / 255 };
      drawn.set(name, way);
    }
    return way;
  };
}

export class World {
  readonly clock: VirtualClock;
  readonly spec: NetworkSpec;
  readonly network: MemoryNetwork;
  readonly nodes: readonly SimNode[];
  /** Every life of every node, by the name its peers know it by. */
  readonly honest = new Set<PeerId>();
  /** Everything scenarios draw. */
  readonly lot: Seeded;
  /** What every commit of every node did, as it happens. */
  readonly watchers: ((node: SimNode, seen: CommitSeen) => void)[] = [];
  /** Told of every frame that a node sends, by its length. */
  readonly frameWatchers: ((bytes: number) => void)[] = [];
  /** Told before a tab opens, closes or dies. */
  readonly lifeWatchers: (() => void)[] = [];
  private readonly options: WorldOptions;
  private readonly hashesPerSecond: number;
  private readonly verifier: Verifier;
  private readonly cipher = new SyncCipher();
  private readonly hash = createHash('sha256');

  constructor(options: WorldOptions) {
    this.options = options;
    this.clock = new VirtualClock((GENESIS_TIME_S + (options.startS ?? 0)) * 1000);
    this.verifier = options.verifier ?? new InlineVerifier(VERDICTS_REMEMBERED);
    this.hashesPerSecond = options.hashesPerSecond ?? 50;
    this.spec = simulatedSpec(options, this.hashesPerSecond);
    this.lot = new Seeded(options.seed);
    const weather = new Seeded(options.seed ^ 0x5eed);
    const [least, most] = options.latencyMs ?? [20, 120];
    const wayOf = waysOf(options);
    const travel = (from: string, to: string | undefined) => {
      const { slowness, loss } = wayOf(from, to);
      if (weather.below(1_000_000) < loss * 1_000_000) return 'lost';
      return (least + weather.below(most - least + 1)) * slowness;
    };
    this.network = new MemoryNetwork({
      clock: this.clock,
      rng: weather,
      travel,
      onFrame: (_from, bytes) => {
        for (const watch of this.frameWatchers) watch(bytes);
      },
      ...(options.echoes ? { echoes: options.echoes } : {}),
      ...(options.bytesPerMs ? { bytesPerMs: options.bytesPerMs } : {}),
    });
    this.nodes = Array.from({ length: options.nodes }, (_, index) => ({
      name: `node ${index}`,
      index,
      disk: new MemoryDisk(),
      service: undefined,
      tab: '',
      clock: undefined,
      lives: 0,
    }));
  }

  /** Opens a tab on the node's disk, as it was left; its clock may be wrong from the start. */
  async open(node: SimNode, skewMs = 0): Promise<NodeService> {
    this.tellOfLife();
    const clock = (node.clock = new TabClock(this.clock));
    clock.skewMs = skewMs;
    const rng: Rng = new Seeded((this.options.seed * 1_000_003 + node.index * 7_919 + node.lives) | 0);
    node.lives++;
    node.tab = `${node.name}, life ${node.lives}`;
    const chain = new WatchedChainStore(node.disk, (seen) => this.see(node, seen));
    const ports = {
      clock,
      rng,
      chain,
      transport: this.network.createTransport(node.tab),
      blobs: new MemoryBlobStore(node.disk),
      rows: new MemoryPrivateStore(node.disk),
      vault: new MemoryVault(node.disk),
      meter: new MemoryMeter(node.disk),
      miner: new LotteryMiner(clock, rng, { hashesPerSecond: this.hashesPerSecond }),
      verifier: this.verifier,
      cipher: this.cipher,
    };
    const service = new NodeService(
      ports,
      { spec: this.spec, roomSecret: new Uint8Array(16).fill(7), relays: [], threadsMax: 1 },
      () => void this.close(node).then(() => this.open(node)),
    );
    node.service = service;
    this.honest.add(service.sessionKey.peerId);
    await service.start();
    await service.openPerson();
    return service;
  }

  async openAll(): Promise<void> {
    for (const node of this.nodes) await this.open(node);
  }

  async closeAll(): Promise<void> {
    for (const node of this.nodes) await this.close(node);
  }

  /** The tab is closed in good order. */
  async close(node: SimNode): Promise<void> {
    const { service } = node;
    this.tellOfLife();
    node.service = undefined;
    await service?.stop();
  }

  /** The tab dies: nothing is said, nothing is written any more. */
  crash(node: SimNode): void {
    if (!node.service) return;
    this.tellOfLife();
    this.network.crash(node.tab);
    node.disk.crash();
    node.clock!.die();
    node.service = undefined;
  }

  /** The browser stops the tab for a while: links stand, nothing in it runs. */
  freeze(node: SimNode): void {
    node.clock?.freeze();
    this.network.freeze(node.tab);
  }

  thaw(node: SimNode): void {
    node.clock?.thaw();
    this.network.thaw(node.tab);
  }

  async mineOn(nodes: Iterable<SimNode>): Promise<void> {
    for (const { service } of nodes) await service?.api.setMining(true, 1);
  }

  /** Cuts the network between groups of nodes; those open now. */
  partition(groups: readonly (readonly SimNode[])[]): void {
    this.network.partition(groups.map((group) => group.map(({ tab }) => tab)));
  }

  get openNodes(): SimNode[] {
    return this.nodes.filter(({ service }) => service);
  }

  tips(): string[] {
    return this.nodes.flatMap(({ service }) => service?.chain.tip.hash ?? []);
  }

  get hasOneTip(): boolean {
    return new Set(this.tips()).size === 1;
  }

  /** Of everything that every node committed, with its time. */
  digest(): string {
    return this.hash.copy().digest('hex');
  }

  private tellOfLife(): void {
    for (const watch of this.lifeWatchers) watch();
  }

  private see(node: SimNode, seen: CommitSeen): void {
    this.hash.update(`${this.clock.nowMs()} ${node.index} ${seen.update.tip.hash}\n`);
    for (const watch of this.watchers) watch(node, seen);
  }
}
