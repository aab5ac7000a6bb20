/**
 * What was asked of whom: one outstanding request per id, and another peer after a time-out. The caller decides whom to
 * ask next; this only remembers, bounds and times.
 */
import type { Peer } from './peer.ts';
import type { Clock } from './ports.ts';

interface Request {
  readonly peer: Peer;
  readonly cancelTimer: () => void;
}

export class PeerRequests<Id> {
  private readonly requests = new Map<Id, Request>();
  private readonly clock: Clock;
  private readonly timeoutMs: number;
  private readonly onTimeout: (peer: Peer, id: Id) => void;

  constructor(clock: Clock, timeoutMs: number, onTimeout: (peer: Peer, id: Id) => void) {
    this.clock = clock;
    this.timeoutMs = timeoutMs;
    this.onTimeout = onTimeout;
  }

  get size(): number {
    return this.requests.size;
  }

  has(id: Id): boolean {
    return this.requests.has(id);
  }

  countOf(peer: Peer): number {
    let count = 0;
    for (const request of this.requests.values()) if (request.peer === peer) count++;
    return count;
  }

  add(peer: Peer, id: Id): void {
    this.settle(id);
    const cancelTimer = this.clock.after(this.timeoutMs, () => {
      this.requests.delete(id);
      this.onTimeout(peer, id);
    });
    this.requests.set(id, { peer, cancelTimer });
  }

  /** The peer is alive and answering: what else it was asked for gets its full time again. */
  renew(peer: Peer): void {
    for (const [id, request] of [...this.requests]) if (request.peer === peer) this.add(peer, id);
  }

  /** True when this peer was asked for it: the answer is expected. */
  take(peer: Peer, id: Id): boolean {
    if (this.requests.get(id)?.peer !== peer) return false;
    this.settle(id);
    return true;
  }

  /** Forgets a request, whoever it was made of. */
  settle(id: Id): void {
    this.requests.get(id)?.cancelTimer();
    this.requests.delete(id);
  }

  /** Ids that were asked of a peer that is gone. */
  release(peer: Peer): Id[] {
    const released = [...this.requests].filter(([, request]) => request.peer === peer).map(([id]) => id);
    for (const id of released) this.settle(id);
    return released;
  }

  clear(): void {
    for (const id of [...this.requests.keys()]) this.settle(id);
  }
}
