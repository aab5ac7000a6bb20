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
  private readonly idsOf = new Map<Peer, Set<Id>>();
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
    return this.idsOf.get(peer)?.size ?? 0;
  }

  add(peer: Peer, id: Id): void {
    this.settle(id);
    const cancelTimer = this.clock.after(this.timeoutMs, () => {
      this.settle(id);
      this.onTimeout(peer, id);
    });
    this.requests.set(id, { peer, cancelTimer });
    this.idsOf.set(peer, (this.idsOf.get(peer) ?? new Set()).add(id));
  }

  /** The peer is alive and answering: what else it was asked for gets its full time again. */
  renew(peer: Peer): void {
    for (const id of [...(this.idsOf.get(peer) ?? [])]) this.add(peer, id);
  }

  /** True when this peer was asked for it: the answer is expected. */
  take(peer: Peer, id: Id): boolean {
    if (this.requests.get(id)?.peer !== peer) return false;
    this.settle(id);
    return true;
  }

  /** Forgets a request, whoever it was made of. */
  settle(id: Id): void {
    const request = this.requests.get(id);
    if (!request) return;
    request.cancelTimer();
    this.requests.delete(id);
    const ids = this.idsOf.get(request.peer)!;
    ids.delete(id);
    if (ids.size === 0) this.idsOf.delete(request.peer);
  }

  /** Ids that were asked of a peer that is gone. */
  release(peer: Peer): Id[] {
    const released = [...(this.idsOf.get(peer) ?? [])];
    for (const id of released) this.settle(id);
    return released;
  }

  clear(): void {
    for (const id of [...this.requests.keys()]) this.settle(id);
  }
}
