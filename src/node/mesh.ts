/**
 * Whom to dial. The relay's roster says who is in the room; a node keeps a handful of links and opens more doors than it
 * knocks on. Two tabs that see each other do not both dial: the lower peer id goes first.
 */
import { toBigInt } from '../core/bytes.ts';
import { PeerId } from '../core/ids.ts';
import { LINKS_WANTED, OWN_LINKS_MIN, REDIAL_DELAY_MS, SECOND_DIALLER_DELAY_MS } from './params.ts';
import type { Peer } from './peer.ts';
import type { Clock, RendezvousId, Rng, RosterEntry, Way } from './ports.ts';

export interface MeshView {
  dial(rendezvous: RendezvousId, way: Way): void;
  linkedPeers(): readonly Peer[];
  /** Links open or being greeted. */
  linkCount(): number;
  /** Those of them that this node dialled. */
  ownLinkCount(): number;
  isBanned(id: PeerId): boolean;
}

interface Candidate {
  readonly rendezvous: RendezvousId;
  readonly way: Way;
  readonly peerId: PeerId;
  /** Drawn by lot: if everybody dialled the roster from its top, the first few would have to carry the whole room. */
  readonly lot: number;
  /** Not to be dialled before this time. */
  notBeforeMs: number;
  /** A dial is under way. */
  dialling: boolean;
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

  /** Other nodes that are known of. */
  get rosterCount(): number {
    return new Set([...this.candidates.values()].map(({ peerId }) => peerId)).size;
  }

  setRoster(roster: readonly RosterEntry[]): void {
    const named = roster.filter(({ presence }) => presence.length === PeerId.byteLength);
    this.replace(
      'relay',
      named.map(({ rendezvous, presence }) => [rendezvous, PeerId.of(presence)]),
    );
  }

  /** Nodes that peers are linked to. */
  setIntroduced(ids: readonly PeerId[]): void {
    this.replace(
      'peers',
      ids.map((id) => [id, id]),
    );
  }

  /** A link opened: it counts from here on instead of its dial. */
  onOpened(rendezvous: RendezvousId): void {
    const candidate = this.candidates.get(rendezvous);
    if (candidate) candidate.dialling = false;
  }

  onLinked(): void {
    this.tick();
  }

  /** A link closed, or a dial came to nothing: the next attempt waits. */
  onClosed(rendezvous: RendezvousId): void {
    const candidate = this.candidates.get(rendezvous);
    if (candidate) {
      candidate.dialling = false;
      candidate.notBeforeMs = this.clock.nowMs() + REDIAL_DELAY_MS;
    }
    this.tick();
  }

  /** Dials while links are wanted and somebody is left to dial; plans to come back when the next one is due. */
  tick(): void {
    this.cancelTimer();
    let room = Math.max(LINKS_WANTED - this.view.linkCount(), OWN_LINKS_MIN - this.view.ownLinkCount());
    for (const { dialling } of this.candidates.values()) if (dialling) room--;
    if (room <= 0) return;
    const nowMs = this.clock.nowMs();
    const waiting = this.free().sort(inTurn);
    let nextMs = Infinity;
    for (const candidate of waiting) {
      if (candidate.notBeforeMs > nowMs) nextMs = Math.min(nextMs, candidate.notBeforeMs);
      else if (room-- > 0) {
        candidate.dialling = true;
        this.view.dial(candidate.rendezvous, candidate.way);
      }
    }
    if (nextMs < Infinity) this.cancelTimer = this.clock.after(nextMs - nowMs, () => this.tick());
  }

  stop(): void {
    this.cancelTimer();
    this.candidates.clear();
  }

  /** What is known of this way now; who was known before keeps its place, or its wait. */
  private replace(way: Way, named: readonly (readonly [RendezvousId, PeerId])[]): void {
    const nowMs = this.clock.nowMs();
    const present = new Set(named.map(([rendezvous]) => rendezvous));
    for (const candidate of this.candidates.values()) {
      if (candidate.way === way && !present.has(candidate.rendezvous)) this.candidates.delete(candidate.rendezvous);
    }
    for (const [rendezvous, peerId] of named) {
      if (this.candidates.has(rendezvous) || peerId === this.self) continue;
      const goesFirst = this.self < peerId;
      this.candidates.set(rendezvous, {
        rendezvous,
        way,
        peerId,
        lot: Number(toBigInt(this.rng.bytes(4))),
        notBeforeMs: nowMs + (goesFirst ? 0 : SECOND_DIALLER_DELAY_MS),
        dialling: false,
      });
    }
    this.tick();
  }

  /**
   * Neither linked nor banned, and not two ways at once to one node; nor through peers to whom the relay knows, since peers
   * may make up names.
   */
  private free(): Candidate[] {
    const all = [...this.candidates.values()];
    const taken = new Set(this.view.linkedPeers().map((peer) => peer.id));
    const atRelay = new Set<PeerId>();
    for (const { peerId, dialling, way } of all) {
      if (dialling) taken.add(peerId);
      if (way === 'relay') atRelay.add(peerId);
    }
    return all.filter(
      ({ peerId, way }) =>
        !taken.has(peerId) && (way === 'relay' || !atRelay.has(peerId)) && !this.view.isBanned(peerId),
    );
  }
}

/**
 * Whom the relay knows first, by lot. Whom peers introduced, whoever has been known longest: names that somebody makes up
 * anew all the time do not push back those that stay.
 */
function inTurn(a: Candidate, b: Candidate): number {
  if (a.way !== b.way) return a.way === 'relay' ? -1 : 1;
  return a.way === 'relay' ? a.lot - b.lot : 0;
}
