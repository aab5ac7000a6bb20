/**
 * Which offers are worth a connection. Chromium counts closed connections until it collects them, so that offers from
 * one restless tab, or old ones played again by the relay, could use up what a page may have.
 */
import type { Clock, RendezvousId } from '../../node/ports.ts';

const WINDOW_MS = 10_000;
/** An honest tab dials the same one once and waits 15 s; more only after a reconnection. */
const OFFERS_PER_TAB = 4;
/** A class that opens its laptops at once, twice over. */
const OFFERS_IN_ALL = 128;
const REMEMBERED_ATTEMPTS = 1024;

export class OfferGate {
  private readonly clock: Pick<Clock, 'after'>;
  private readonly seenAttempts = new Set<string>();
  private readonly recent = new Map<RendezvousId, number>();
  private recentInAll = 0;

  constructor(clock: Pick<Clock, 'after'>) {
    this.clock = clock;
  }

  admits(from: RendezvousId, attempt: string): boolean {
    if (this.seenAttempts.has(attempt)) return false;
    const fromTab = this.recent.get(from) ?? 0;
    if (fromTab >= OFFERS_PER_TAB || this.recentInAll >= OFFERS_IN_ALL) return false;
    if (this.recentInAll === 0) this.clock.after(WINDOW_MS, () => this.openWindow());
    this.recent.set(from, fromTab + 1);
    this.recentInAll += 1;
    this.remember(attempt);
    return true;
  }

  private remember(attempt: string): void {
    this.seenAttempts.add(attempt);
    if (this.seenAttempts.size <= REMEMBERED_ATTEMPTS) return;
    const [oldest] = this.seenAttempts;
    if (oldest !== undefined) this.seenAttempts.delete(oldest);
  }

  private openWindow(): void {
    this.recent.clear();
    this.recentInAll = 0;
  }
}
