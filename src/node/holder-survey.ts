/**
 * Who holds which of our documents: every peer is asked for every one, a few at a time, since whoever keeps thousands
 * would else flood each peer that comes.
 */
import type { BlobId } from '../core/ids.ts';
import { SURVEY_AT_ONCE, SURVEY_INTERVAL_MS, SURVEY_PATIENCE_MS } from './params.ts';
import type { Peer } from './peer.ts';
import type { Clock } from './ports.ts';

export interface HolderSurveyParts {
  readonly clock: Clock;
  peers(): readonly Peer[];
  ask(peer: Peer, id: BlobId): void;
  onChanged(id: BlobId): void;
}

export class HolderSurvey {
  /** Those who said they hold every chunk. */
  private readonly holders = new Map<BlobId, Set<Peer>>();
  /** Still to be asked of each peer. */
  private readonly questions = new Map<Peer, Set<BlobId>>();
  /** Asked of each peer and not answered yet, and since when. */
  private readonly asked = new Map<Peer, { readonly ids: Set<BlobId>; readonly sinceMs: number }>();
  private cancelNext: (() => void) | undefined;
  private readonly parts: HolderSurveyParts;

  constructor(parts: HolderSurveyParts) {
    this.parts = parts;
  }

  /** Other nodes that said they hold every chunk of each of these. */
  count(...ids: readonly BlobId[]): number {
    const [first, ...others] = ids.map((id) => this.holders.get(id));
    return [...(first ?? [])].filter((peer) => others.every((holders) => holders?.has(peer))).length;
  }

  /** Asks all peers, those who come later too, until it is dropped. */
  add(id: BlobId): void {
    if (!this.holders.has(id)) this.holders.set(id, new Set());
    for (const peer of this.parts.peers()) this.plan(peer, [id]);
    this.askSome();
  }

  drop(id: BlobId): void {
    this.holders.delete(id);
    for (const ids of this.questions.values()) ids.delete(id);
  }

  onPeer(peer: Peer): void {
    this.plan(peer, this.holders.keys());
    this.askSome();
  }

  onGone(peer: Peer): void {
    this.questions.delete(peer);
    this.asked.delete(peer);
    for (const [id, peers] of this.holders) if (peers.delete(peer)) this.parts.onChanged(id);
  }

  onAnswer(peer: Peer, id: BlobId, holdsAll: boolean): void {
    this.asked.get(peer)?.ids.delete(id);
    const holders = this.holders.get(id);
    if (!holders) return;
    if (holdsAll) holders.add(peer);
    else holders.delete(peer);
    this.parts.onChanged(id);
  }

  stop(): void {
    this.cancelNext?.();
  }

  private plan(peer: Peer, ids: Iterable<BlobId>): void {
    const questions = this.questions.get(peer) ?? new Set();
    for (const id of ids) questions.add(id);
    if (questions.size > 0) this.questions.set(peer, questions);
  }

  private askSome(): void {
    if (this.cancelNext || this.questions.size === 0) return;
    for (const [peer, ids] of this.questions) {
      if (this.isAnswering(peer)) continue;
      const slice = [...ids].slice(0, SURVEY_AT_ONCE);
      this.asked.set(peer, { ids: new Set(slice), sinceMs: this.parts.clock.nowMs() });
      for (const id of slice) {
        ids.delete(id);
        this.parts.ask(peer, id);
      }
      if (ids.size === 0) this.questions.delete(peer);
    }
    this.cancelNext = this.parts.clock.after(SURVEY_INTERVAL_MS, () => {
      this.cancelNext = undefined;
      this.askSome();
    });
  }

  /** A peer that is busy, or asleep, is not asked more than it answers. */
  private isAnswering(peer: Peer): boolean {
    const asked = this.asked.get(peer);
    return asked !== undefined && asked.ids.size > 0 && this.parts.clock.nowMs() - asked.sinceMs < SURVEY_PATIENCE_MS;
  }
}
