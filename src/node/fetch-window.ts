/**
 * What all fetches of sealed documents have under way together: parts asked for, and parts on their way to the disk. Wide
 * enough that links and disk work at the same time; bounded, whatever many documents and peers there are.
 */
import { CHUNK_BYTES } from '../health/manifest.ts';
import { CHUNK_TIMEOUT_MS, CHUNKS_IN_FLIGHT_PER_PEER, FETCH_BYTES_MAX, FETCHES_BYTES_MAX } from './params.ts';
import { PeerRequests } from './peer-requests.ts';
import type { Peer } from './peer.ts';
import type { Clock } from './ports.ts';

/** A part that was asked for. */
export interface PartOrder {
  /** No answer came. */
  onTimeout(): void;
}

/** Parts one fetch may have under way. */
export const FETCH_PARTS_MAX = FETCH_BYTES_MAX / CHUNK_BYTES;

export class FetchWindow {
  private readonly asked: PeerRequests<PartOrder>;
  private storing = 0;

  constructor(clock: Clock) {
    this.asked = new PeerRequests(clock, CHUNK_TIMEOUT_MS, (_peer, order) => order.onTimeout());
  }

  get isFull(): boolean {
    return (this.asked.size + this.storing) * CHUNK_BYTES >= FETCHES_BYTES_MAX;
  }

  /** Parts a peer still owes us, for whatever document. */
  loadOf(peer: Peer): number {
    return this.asked.countOf(peer);
  }

  isBusy(peer: Peer): boolean {
    return this.loadOf(peer) >= CHUNKS_IN_FLIGHT_PER_PEER;
  }

  ask(peer: Peer, order: PartOrder): void {
    this.asked.add(peer, order);
  }

  /** False when this peer does not owe it. Who answers is alive: what else it owes gets its full time again. */
  answer(peer: Peer, order: PartOrder): boolean {
    if (!this.asked.take(peer, order)) return false;
    this.asked.renew(peer, () => true);
    return true;
  }

  giveUp(order: PartOrder): void {
    this.asked.settle(order);
  }

  /** Holds the place of a part that came until it is on the disk, or refused. */
  async store<T>(write: () => Promise<T>): Promise<T> {
    this.storing++;
    try {
      return await write();
    } finally {
      this.storing--;
    }
  }
}
