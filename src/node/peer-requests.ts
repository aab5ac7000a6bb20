/**
 * What was asked of whom: one outstanding request per id, and another peer after a time-out. The caller decides whom to
 * ask next; this only remembers, bounds and times. To answer late is no offence.
 */
import { BoundedSet } from './bounded.ts';
import { LATE_ANSWERS_MAX, SLEEP_GAP_MS } from './params.ts';
import type { Peer } from './peer.ts';
import type { Clock } from './ports.ts';

interface Request {
  readonly peer: Peer;
  readonly timeoutMs: number;
  readonly cancelTimer: () => void;
}

export class PeerRequests<Id> {
  private readonly requests = new Map<Id, Request>();
  private readonly idsOf = new Map<Peer, Set<Id>>();
  /** Asked for in vain: an answer may still come, and is then no stranger's gift. */
  private readonly late = new WeakMap<Peer, BoundedSet<Id>>();
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

  add(peer: Peer, id: Id, timeoutMs = this.timeoutMs): void {
    this.settle(id);
    const askedAtMs = this.clock.nowMs();
    const cancelTimer = this.clock.after(timeoutMs, () => {
      // It was we who slept: the answer may have come, and waits to be read.
      if (this.clock.nowMs() - askedAtMs > timeoutMs + SLEEP_GAP_MS) return this.add(peer, id, timeoutMs);
      this.settle(id);
      this.noteLate(peer, id);
      this.onTimeout(peer, id);
    });
    this.requests.set(id, { peer, timeoutMs, cancelTimer });
    this.idsOf.set(peer, (this.idsOf.get(peer) ?? new Set()).add(id));
  }

  /** The peer is alive and answering: what else it was asked for gets its full time again, where `mayWait`. */
  renew(peer: Peer, mayWait: (id: Id) => boolean): void {
    for (const id of [...(this.idsOf.get(peer) ?? [])]) {
      if (mayWait(id)) this.add(peer, id, this.requests.get(id)!.timeoutMs);
    }
  }

  /** Somebody else brought it: the answer may still come, and is then no stranger's gift. */
  supersede(id: Id): void {
    const request = this.requests.get(id);
    if (!request) return;
    this.settle(id);
    this.noteLate(request.peer, id);
  }

  /** Whether an answer of this peer's would be expected. */
  expects(peer: Peer, id: Id): boolean {
    return this.requests.get(id)?.peer === peer || (this.late.get(peer)?.has(id) ?? false);
  }

  /** True when this peer was asked for it, be it long ago: the answer is expected, once. */
  take(peer: Peer, id: Id): boolean {
    if (this.requests.get(id)?.peer !== peer) return this.late.get(peer)?.delete(id) ?? false;
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
    this.late.delete(peer);
    return released;
  }

  clear(): void {
    for (const id of [...this.requests.keys()]) this.settle(id);
  }

  private noteLate(peer: Peer, id: Id): void {
    const late = this.late.get(peer) ?? new BoundedSet<Id>(LATE_ANSWERS_MAX);
    this.late.set(peer, late);
    late.add(id);
  }
}
