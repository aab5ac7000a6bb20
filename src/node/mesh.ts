/**
 * Whom to dial. The relay's roster says who is in the room; a node keeps a handful of links and opens more doors than it
 * knocks on. Two tabs that see each other do not both dial: the lower peer id goes first.
 */
import { toBigInt } from '../core/bytes.ts';
import { PeerId } from '../core/ids.ts';
import { LINKS_WANTED, OWN_LINKS_MIN, REDIAL_DELAY_MS, SECOND_DIALLER_DELAY_MS } from './params.ts';
import type { Peer } from './peer.ts';
import type { Clock, RendezvousId, Rng, RosterEntry } from './ports.ts';

export interface MeshView {
  dial(rendezvous: RendezvousId): void;
  linkedPeers(): readonly Peer[];
  /** Links open or being greeted. */
  linkCount(): number;
  /** Those of them that this node dialled. */
  ownLinkCount(): number;
  /** Names that links, greeted or not, lead to. */
  linkedNames(): ReadonlySet<RendezvousId>;
  isBanned(id: PeerId): boolean;
}

interface Candidate {
  readonly rendezvous: RendezvousId;
  readonly peerId: PeerId;
  /** Drawn by lot: if everybody dialled the roster from its top, the first few would have to carry the whole room. */
  readonly lot: number;
  /** Not to be dialled before this time. */
  notBeforeMs: number;
  /** A dial is under way. */
  dialling: boolean;
  /** It left the room while it was being dialled: it counts until that is over. */
  hasLeft: boolean;
}

export class Mesh {
  private readonly candidates = new Map<RendezvousId, Candidate>();
  private cancelTimer: () => void = () => undefined;
  private readonly clock: Clock;
  private readonly rng: Rng;
  private readonly self: PeerId;
  private readonly view: MeshView;

  constructor(clock: Clock, rng: Rng, self: PeerId, view: MeshView) {
    this.clock = clock;
    this.rng = rng;
    this.self = self;
    this.view = view;
  }

  get rosterCount(): number {
    return [...this.candidates.values()].filter(({ hasLeft }) => !hasLeft).length;
  }

  setRoster(roster: readonly RosterEntry[]): void {
    const nowMs = this.clock.nowMs();
    const present = new Set(roster.map((entry) => entry.rendezvous));
    for (const candidate of this.candidates.values()) {
      candidate.hasLeft = !present.has(candidate.rendezvous);
      if (candidate.hasLeft && !candidate.dialling) this.candidates.delete(candidate.rendezvous);
    }
    for (const { rendezvous, presence } of roster) {
      if (this.candidates.has(rendezvous) || presence.length !== PeerId.byteLength) continue;
      const peerId = PeerId.of(presence);
      if (peerId === this.self) continue;
      const goesFirst = this.self < peerId;
      this.candidates.set(rendezvous, {
        rendezvous,
        peerId,
        lot: Number(toBigInt(this.rng.bytes(4))),
        notBeforeMs: nowMs + (goesFirst ? 0 : SECOND_DIALLER_DELAY_MS),
        dialling: false,
        hasLeft: false,
      });
    }
    this.tick();
  }

  /** A link opened: it counts from here on instead of its dial. */
  onOpened(rendezvous: RendezvousId): void {
    this.endDial(rendezvous);
  }

  onLinked(): void {
    this.tick();
  }

  /** A link closed, or a dial came to nothing: the next attempt waits. */
  onClosed(rendezvous: RendezvousId): void {
    const candidate = this.endDial(rendezvous);
    if (candidate) candidate.notBeforeMs = this.clock.nowMs() + REDIAL_DELAY_MS;
    this.tick();
  }

  /** Dials while links are wanted and somebody is left to dial; plans to come back when the next one is due. */
  tick(): void {
    this.cancelTimer();
    let room = Math.max(LINKS_WANTED - this.view.linkCount(), OWN_LINKS_MIN - this.view.ownLinkCount());
    for (const { dialling } of this.candidates.values()) if (dialling) room--;
    if (room <= 0) return;
    const nowMs = this.clock.nowMs();
    // Who has been due longest goes first: those that never answer do not push back the others for ever.
    const waiting = this.free().sort((a, b) => a.notBeforeMs - b.notBeforeMs || a.lot - b.lot);
    let nextMs = Infinity;
    for (const candidate of waiting) {
      if (candidate.notBeforeMs > nowMs) nextMs = Math.min(nextMs, candidate.notBeforeMs);
      else if (room-- > 0) {
        candidate.dialling = true;
        this.view.dial(candidate.rendezvous);
      }
    }
    if (nextMs < Infinity) this.cancelTimer = this.clock.after(nextMs - nowMs, () => this.tick());
  }

  stop(): void {
    this.cancelTimer();
    this.candidates.clear();
  }

  private free(): Candidate[] {
    const linked = new Set(this.view.linkedPeers().map((peer) => peer.id));
    const names = this.view.linkedNames();
    return [...this.candidates.values()].filter(
      ({ rendezvous, peerId, dialling }) =>
        !dialling && !names.has(rendezvous) && !linked.has(peerId) && !this.view.isBanned(peerId),
    );
  }

  private endDial(rendezvous: RendezvousId): Candidate | undefined {
    const candidate = this.candidates.get(rendezvous);
    if (!candidate) return undefined;
    candidate.dialling = false;
    if (candidate.hasLeft) this.candidates.delete(rendezvous);
    return candidate;
  }
}
