/** A running node as its read model and its API look at it. */
import type { HeaderIndex } from '../core/header-index.ts';
import type { Mempool } from '../core/mempool.ts';
import type { NetworkSpec } from '../core/network-spec.ts';
import type { Problem, SyncView } from './api.ts';
import type { BlockMender } from './block-mender.ts';
import type { ChainManager } from './chain-manager.ts';
import type { ClockWatch } from './clock-watch.ts';
import type { SessionKey } from './handshake.ts';
import type { MiningLoop } from './mining-loop.ts';
import type { NodeCore } from './node-core.ts';
import type { NodeLog } from './node-log.ts';
import type { PeerManager } from './peer-manager.ts';
import type { Person } from './person/person.ts';
import type { Publisher } from './publisher.ts';
import type { RecentBlocks } from './recent-blocks.ts';
import type { StorageWatch } from './storage-watch.ts';

export interface NodeOptions {
  readonly spec: NetworkSpec;
  /** 16 bytes, shared by all who hold an invite. */
  readonly roomSecret: Uint8Array;
  /** Relay addresses for links made here; empty: wherever the page came from. */
  readonly relays: readonly string[];
  /** Threads the machine has to spare for mining. */
  readonly threadsMax: number;
}

export interface NodeState {
  readonly options: NodeOptions;
  readonly core: NodeCore;
  readonly chain: ChainManager;
  readonly index: HeaderIndex;
  readonly mempool: Mempool;
  readonly peers: PeerManager;
  readonly person: Person;
  readonly mining: MiningLoop;
  readonly recent: RecentBlocks;
  readonly mender: BlockMender;
  readonly storage: StorageWatch;
  readonly clockWatch: ClockWatch;
  readonly publisher: Publisher;
  readonly sessionKey: SessionKey;
  readonly phase: 'starting' | 'running' | 'halted';
  readonly halted: Problem | undefined;
  readonly acceptingBlobs: boolean;
  readonly lastReorg: { readonly depth: number; readonly atMs: number } | undefined;
  readonly log: NodeLog;
  readonly syncView: SyncView;
  reportFault(fault: unknown): void;
}
