/**
 * The disk under the memory twins: what is committed lives here and outlasts the stores opened on it, as a database
 * outlasts a tab. A fault plan is asked at every step of every call, so that the simulator can break any of them.
 */
import type { BlobId, BlockHash, StateKey } from '../../core/ids.ts';
import { assert } from '../../core/result.ts';
import { StoreFault, type StoredBlock, type StoredTip, type StoreFaultCode } from '../../node/ports.ts';
import { corruptRow } from '../indexeddb/row-checksum.ts';
import { MeasuredMap } from './measured-map.ts';

/**
 * Where a call is: `begin` before anything, `read` and `write` once per row, `commit` when all is written but none kept,
 * `acknowledge` when it is kept but the caller does not know yet.
 */
type FaultStep = 'begin' | 'read' | 'write' | 'commit' | 'acknowledge';

export interface FaultPoint {
  readonly store: 'chain' | 'blobs' | 'rows' | 'vault';
  /** The method of the port, such as `commit`. */
  readonly call: string;
  readonly step: FaultStep;
  /** At `read` and `write`. */
  readonly row?: string;
}

/** `crash`: the tab dies. What is not committed is lost, and every store open on the disk is closed. */
export type Fault = StoreFaultCode | 'crash';

/** What goes wrong at a point, if anything. At `acknowledge` only a crash can. */
export type FaultPlan = (point: FaultPoint) => Fault | undefined;

export const noFaults: FaultPlan = () => undefined;

/** One fault at the `index`-th point (from 0) that `matches`, then none: counting up walks through every step. */
export function faultAtPoint(
  index: number,
  fault: Fault,
  matches: (point: FaultPoint) => boolean = () => true,
): FaultPlan {
  let seen = 0;
  return (point) => (matches(point) && seen++ === index ? fault : undefined);
}

export interface ChainTables {
  tip: StoredTip | undefined;
  readonly headers: Map<number, { readonly hash: BlockHash; readonly header: Uint8Array }>;
  readonly blocks: MeasuredMap<BlockHash, StoredBlock>;
  /** Disconnected blocks, oldest first. */
  readonly stale: Set<BlockHash>;
  readonly undo: MeasuredMap<BlockHash, { readonly height: number; readonly undo: Uint8Array }>;
  readonly state: MeasuredMap<StateKey, Uint8Array>;
}

const lengthOf = (bytes: Uint8Array): number => bytes.length;

const CHAIN_ROW = /^(tip|headers|block|undo|state)\b/;
const CHAINSTATE_ROW = /^(tip|undo|state)\b/;

export class MemoryDisk {
  /** May be changed at any time. */
  faults: FaultPlan;
  readonly chain: ChainTables = {
    tip: undefined,
    headers: new Map(),
    blocks: new MeasuredMap(({ header, body }) => header.length + body.length),
    stale: new Set(),
    undo: new MeasuredMap(({ undo }) => undo.length),
    state: new MeasuredMap(lengthOf),
  };
  /** Pieces by index; the manifest is piece -1. */
  readonly blobs = new Map<BlobId, Map<number, Uint8Array>>();
  readonly rows = new MeasuredMap<string, Uint8Array>(lengthOf);
  vault: { readonly entropy: Uint8Array; readonly passphrase: string | undefined } | undefined;
  private readonly damaged = new Set<string>();
  private readonly open = new Set<MemoryHandle>();

  constructor(faults: FaultPlan = noFaults) {
    this.faults = faults;
  }

  /** Makes a stored row fail its check until it is written again. */
  damage(row: string): void {
    this.damaged.add(row);
  }

  /** Damage to the chain's rows goes with them. */
  forgetChain(): void {
    this.forgetChainstate();
    for (const table of [this.chain.headers, this.chain.blocks, this.chain.stale]) table.clear();
    for (const row of this.damaged) if (CHAIN_ROW.test(row)) this.damaged.delete(row);
  }

  /** What follows from headers and blocks. */
  forgetChainstate(): void {
    this.chain.tip = undefined;
    for (const table of [this.chain.undo, this.chain.state]) table.clear();
    for (const row of this.damaged) if (CHAINSTATE_ROW.test(row)) this.damaged.delete(row);
  }

  /** Rows that have not been written since. */
  get damagedRows(): ReadonlySet<string> {
    return this.damaged;
  }

  /** Writes a row anew, as far as its check is concerned. */
  mend(row: string): void {
    if (this.damaged.size > 0) this.damaged.delete(row);
  }

  isDamaged(row: string): boolean {
    return this.damaged.size > 0 && this.damaged.has(row);
  }

  /** The tab dies: stores open now answer `closed` for ever; new ones find what was committed. */
  crash(): void {
    for (const handle of this.open) handle.close('the tab crashed');
  }

  attach(store: FaultPoint['store']): MemoryHandle {
    const handle = new MemoryHandle(this, store, () => this.open.delete(handle));
    this.open.add(handle);
    return handle;
  }
}

/** One store's grip on the disk. */
export class MemoryHandle {
  private readonly disk: MemoryDisk;
  private readonly store: FaultPoint['store'];
  private readonly onClose: () => void;
  private closedBecause: string | undefined;

  constructor(disk: MemoryDisk, store: FaultPoint['store'], onClose: () => void) {
    this.disk = disk;
    this.store = store;
    this.onClose = onClose;
  }

  close(reason = 'it was closed'): void {
    this.closedBecause ??= reason;
    this.onClose();
  }

  begin(call: string): void {
    this.reach({ store: this.store, call, step: 'begin' });
  }

  /** @throws StoreFault `corrupt-row` when the row is damaged, or what the plan has for it */
  read(call: string, row: string): void {
    this.reach({ store: this.store, call, step: 'read', row });
    if (this.disk.isDamaged(row)) throw corruptRow(row);
  }

  /** One all-or-nothing write: `apply` runs when no row of it fails. */
  write(call: string, rows: Iterable<string>, apply: () => void): void {
    const written = [...rows];
    for (const row of written) this.reach({ store: this.store, call, step: 'write', row });
    this.reach({ store: this.store, call, step: 'commit' });
    apply();
    for (const row of written) this.disk.mend(row);
    this.reach({ store: this.store, call, step: 'acknowledge' });
  }

  private reach(point: FaultPoint): void {
    if (this.closedBecause !== undefined) throw new StoreFault('closed', `memory disk: ${this.closedBecause}`);
    const fault = this.disk.faults(point);
    if (fault === undefined) return;
    assert(fault === 'crash' || point.step !== 'acknowledge', `${fault} after the commit: only a crash can be`);
    if (fault === 'crash') {
      this.disk.crash();
      throw new StoreFault('closed', 'memory disk: the tab crashed');
    }
    if (fault === 'corrupt-row') throw corruptRow(point.row ?? point.store);
    throw new StoreFault(fault, `planned at ${point.call}, ${point.step}${point.row ? ` of ${point.row}` : ''}`);
  }
}
