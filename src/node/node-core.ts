/** What the person's side of a node (wallet, records, sharing) may use of the node's other side (chain, peers, disk). */
import type { BlockHash } from '../core/ids.ts';
import type { Ledger } from '../core/ledger.ts';
import type { Mempool } from '../core/mempool.ts';
import type { NetworkSpec } from '../core/network-spec.ts';
import type { Verdict } from '../core/result.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Slice } from './api.ts';
import type { BlobExchange } from './blob-exchange.ts';
import type { ChainManager } from './chain-manager.ts';
import type { LogEvent } from './log-event.ts';
import type { Ports } from './ports.ts';

export interface NodeCore {
  readonly ports: Ports;
  readonly spec: NetworkSpec;
  readonly genesisHash: BlockHash;
  readonly ledger: Ledger;
  readonly chain: ChainManager;
  readonly mempool: Mempool;
  readonly blobs: BlobExchange;
  /** The one door for transactions: checks, verifies, admits and announces. `already-known` counts as valid for our own. */
  submitTransaction(tx: Transaction): Promise<Verdict>;
  /** The slices of the read model that changed. */
  touch(...slices: readonly Slice[]): void;
  log(event: LogEvent): void;
  /** An operational fault met in the background: handled and shown in one place. */
  reportFault(fault: unknown): void;
  /** Damaged rows that `reportFault` named are whole again: one by its name, or all of a blob by its id. */
  noteMended(name: string): void;
}
