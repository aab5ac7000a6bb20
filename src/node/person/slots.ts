/**
 * Sealed slots as they will be: the chain's state, and above it what waits in the mempool. A new version counts from the
 * moment its transaction is admitted, so that a revocation does not wait for a block.
 */
import type { BlobId, SlotId } from '../../core/ids.ts';
import type { Transaction } from '../../core/transaction.ts';
import { seal, slotIdOf } from '../../ledger/seal.ts';
import { decodeSlot, ERASED } from '../../ledger/slot-state.ts';
import { slotKey } from '../../ledger/state-keys.ts';
import type { NodeCore } from '../node-core.ts';

export interface SlotVersion {
  readonly slotId: SlotId;
  /** 33 bytes. */
  readonly ownerKey: Uint8Array;
  readonly version: number;
  /** `ERASED` where the slot is empty for good. */
  readonly blobId: BlobId;
  /** `sizeBucketOf` the document, as whoever sealed it says. */
  readonly sizeBucket: number;
}

/** A version of a slot as a transaction makes it, with the hint for whom it is. */
export interface SealedVersion extends SlotVersion {
  readonly hint: Uint8Array;
}

/** What a transaction does to a slot; undefined for every other kind. The transaction has passed the ledger's checks. */
export function sealedVersionOf(tx: Transaction): SealedVersion | undefined {
  if (tx.kind !== seal.number) return undefined;
  const payload = seal.codec.decode(tx.payload);
  if (!payload.ok) return undefined;
  const { docHash: blobId, sizeBucket, hint } = payload.value;
  const content = { blobId, sizeBucket, hint };
  return payload.value.action === 'create'
    ? { slotId: slotIdOf(tx.payload), ownerKey: payload.value.ownerKey, version: 1, ...content }
    : { slotId: payload.value.slotId, ownerKey: tx.sender, version: payload.value.version, ...content };
}

/** The version that the chain's state holds. */
export async function readConfirmed(
  core: NodeCore,
  slotId: SlotId,
): Promise<(SlotVersion & { height: number }) | undefined> {
  const [bytes] = await core.chain.readState([slotKey(slotId)]);
  if (!bytes) return undefined;
  const { ownerKey, version, docHash, sizeBucket, height } = decodeSlot(bytes);
  return { slotId, ownerKey, version, blobId: docHash, sizeBucket, height };
}

/** Others' slots that this person follows, each with its newest version known. */
export class FollowedSlots {
  private readonly core: NodeCore;
  private readonly newestById = new Map<SlotId, SlotVersion | undefined>();

  constructor(core: NodeCore) {
    this.core = core;
  }

  isFollowed(slotId: SlotId): boolean {
    return this.newestById.has(slotId);
  }

  /** Looks a slot up in the chain and the mempool, and follows it from now on. */
  async read(slotId: SlotId): Promise<SlotVersion | undefined> {
    const confirmed = await readConfirmed(this.core, slotId);
    const newest = this.newestWaiting(slotId, confirmed?.version ?? 0) ?? confirmed;
    this.newestById.set(slotId, newest);
    return newest;
  }

  /** As last read. */
  newestOf(slotId: SlotId): SlotVersion | undefined {
    return this.newestById.get(slotId);
  }

  forget(slotId: SlotId): void {
    this.newestById.delete(slotId);
  }

  /** As last read: whether this document is the slot's newest. */
  isNewest(slotId: SlotId, blobId: BlobId): boolean {
    return blobId !== ERASED && this.newestOf(slotId)?.blobId === blobId;
  }

  private newestWaiting(slotId: SlotId, above: number): SlotVersion | undefined {
    const { mempool } = this.core;
    if (mempool.nextFree(slotKey(slotId), above + 1) === above + 1) return undefined;
    let newest: SlotVersion | undefined;
    for (const { tx } of mempool.ordered()) {
      const version = sealedVersionOf(tx);
      if (version?.slotId === slotId && version.version > (newest?.version ?? above)) newest = version;
    }
    return newest;
  }
}
