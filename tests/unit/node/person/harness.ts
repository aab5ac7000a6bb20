/** Whole nodes in one process: real rules and real ciphers on memory disks and wires, blocks when a test asks for one. */
import { afterEach, vi } from 'vitest';
import { NonceSearch } from '../../../../src/adapters/miner/nonce-search.ts';
import { MemoryBlobStore } from '../../../../src/adapters/memory/memory-blob-store.ts';
import { MemoryChainStore } from '../../../../src/adapters/memory/memory-chain-store.ts';
import { MemoryDisk } from '../../../../src/adapters/memory/memory-disk.ts';
import { MemoryMeter } from '../../../../src/adapters/memory/memory-meter.ts';
import { MemoryPrivateStore } from '../../../../src/adapters/memory/memory-private-store.ts';
import { MemoryNetwork } from '../../../../src/adapters/memory/memory-transport.ts';
import { MemoryVault } from '../../../../src/adapters/memory/memory-vault.ts';
import { WebRng } from '../../../../src/adapters/platform/web-rng.ts';
import { WebCryptoCipher } from '../../../../src/adapters/platform/webcrypto-cipher.ts';
import { InlineVerifier } from '../../../../src/adapters/verifier/inline-verifier.ts';
import type { NetworkSpec } from '../../../../src/core/network-spec.ts';
import type { NodeApi, Outcome, ReadModel } from '../../../../src/node/api.ts';
import type { Clock, Miner, MinerHandlers, MiningJob } from '../../../../src/node/ports.ts';
import { NodeService } from '../../../../src/node/service.ts';
import { EASY_SPEC } from '../../../support/mining.ts';

const START_MS = 1_800_000_000_000;
/** Time here runs this much faster than outside: nobody waits for retries. */
const SPEED = 20;
const PATIENCE_MS = 10_000;

/** Runs fast, and jumps where a test says so. */
class TestClock implements Clock {
  private readonly startedAt = performance.now();
  private skippedMs = 0;

  nowMs(): number {
    return Math.floor(START_MS + this.skippedMs + (performance.now() - this.startedAt) * SPEED);
  }

  after(delayMs: number, callback: () => void): () => void {
    if (delayMs === 0) {
      const immediate = setImmediate(callback);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(callback, delayMs / SPEED);
    return () => clearTimeout(timer);
  }

  skip(ms: number): void {
    this.skippedMs += ms;
  }
}

/** Finds a header when told to. */
class ManualMiner implements Miner {
  job: MiningJob | undefined;
  private handlers: MinerHandlers | undefined;

  start(handlers: MinerHandlers): void {
    this.handlers = handlers;
  }

  mine(job: MiningJob): void {
    this.job = job;
  }

  stop(): void {
    this.job = undefined;
  }

  find(): void {
    const { job } = this;
    if (!job) throw new Error('nothing to mine');
    this.job = undefined;
    const { header } = new NonceSearch(job.header, job.target).step(2 ** 20);
    if (!header) throw new Error('no nonce found');
    this.handlers?.onFound(header);
  }
}

/** Resolves when `condition` holds; what it threw or said last is the error. */
export async function until<T>(what: string, condition: () => T | undefined | false): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const value = condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.problem.code}: ${outcome.problem.detail ?? ''}`);
  return outcome.value;
}

/** One room with its clock and wires. */
export class TestRoom {
  readonly clock = new TestClock();
  readonly spec: NetworkSpec;
  readonly network: MemoryNetwork;
  private readonly tabs: TestTab[] = [];

  constructor() {
    this.spec = { ...EASY_SPEC, stampBits: 6, genesisTimeS: START_MS / 1000 - 60, maturityBlocks: 2 };
    this.network = new MemoryNetwork({ clock: this.clock, rng: new WebRng() });
  }

  async open(name: string): Promise<TestTab> {
    const tab = new TestTab(this, name);
    this.tabs.push(tab);
    await tab.start();
    return tab;
  }

  /** One block with all that waits anywhere, at every tab that is open. */
  async mine(by: TestTab): Promise<void> {
    const open = this.tabs.filter(({ isOpen }) => isOpen);
    await until('all know what waits', () => new Set(open.map(({ service }) => service.mempool.count)).size === 1);
    await by.mineBlock();
    const { hash } = by.service.chain.tip;
    for (const tab of open) await until(`${tab.name} has the block`, () => tab.service.chain.tip.hash === hash);
  }

  async close(): Promise<void> {
    for (const tab of this.tabs) await tab.stop();
  }
}

export class TestTab {
  readonly disk = new MemoryDisk();
  readonly name: string;
  private readonly room: TestRoom;
  private node: NodeService | undefined;
  private miner = new ManualMiner();
  private starts = 0;

  constructor(room: TestRoom, name: string) {
    this.room = room;
    this.name = name;
  }

  get isOpen(): boolean {
    return this.node !== undefined;
  }

  get service(): NodeService {
    if (!this.node) throw new Error(`${this.name} is closed`);
    return this.node;
  }

  get api(): NodeApi {
    return this.service.api;
  }

  /** The read model as it stands. */
  get model(): ReadModel {
    const { publisher } = this.service;
    let model: ReadModel | undefined;
    publisher.unsubscribe(publisher.subscribe((all) => (model = all as ReadModel)));
    return model!;
  }

  async start(): Promise<void> {
    const { clock, network, spec } = this.room;
    this.miner = new ManualMiner();
    const node = new NodeService(
      {
        clock,
        rng: new WebRng(),
        transport: network.createTransport(`${this.name} ${++this.starts}`),
        chain: new MemoryChainStore(this.disk),
        blobs: new MemoryBlobStore(this.disk),
        rows: new MemoryPrivateStore(this.disk),
        vault: new MemoryVault(this.disk),
        meter: new MemoryMeter(this.disk),
        miner: this.miner,
        verifier: new InlineVerifier(),
        cipher: new WebCryptoCipher(),
      },
      { spec, roomSecret: new Uint8Array(16).fill(9), relays: [], threadsMax: 1 },
      () => undefined,
    );
    await node.start();
    await node.openPerson();
    this.node = node;
  }

  async stop(): Promise<void> {
    const node = this.node;
    this.node = undefined;
    await node?.stop();
  }

  /** As a reload does. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async mineBlock(): Promise<void> {
    const { service, miner } = this;
    const { height } = service.chain.tip;
    miner.job = undefined;
    value(await this.api.setMining(true, 1));
    await until('a job to mine', () => miner.job !== undefined);
    miner.find();
    await until('the block', () => service.chain.tip.height > height);
    value(await this.api.setMining(false, 1));
  }
}

// Whole nodes on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

let rooms: TestRoom[] = [];

export function openRoom(): TestRoom {
  const room = new TestRoom();
  rooms.push(room);
  return room;
}

afterEach(async () => {
  const open = rooms;
  rooms = [];
  for (const room of open) await room.close();
});

/** A small FHIR record whose patient and finding a test can look for. */
export function fhirFile(finding: string, family = 'Tester'): Blob {
  const bundle = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [
      {
        resource: { resourceType: 'Patient', id: 'p1', name: [{ family, given: ['Ada'] }], birthDate: '1990-04-01' },
      },
      {
        resource: {
          resourceType: 'Condition',
          id: 'c1',
          subject: { reference: 'Patient/p1' },
          code: { text: finding },
        },
      },
    ],
  };
  return new Blob([JSON.stringify(bundle)], { type: 'application/fhir+json' });
}
