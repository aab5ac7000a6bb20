/**
 * Peers introduce peers. Each tells the others who it is linked to, and passes signals between any two of its own peers; so
 * whoever has one link finds more without the relay. A signal is carried once, by a node that is linked to both ends.
 */
import { PeerId } from '../core/ids.ts';
import { PEERS_TOLD_MAX, type MessageOf, type PeerMessage } from '../core/wire.ts';
import { BoundedMap } from './bounded.ts';
import { drawn } from './lot.ts';
import {
  CARRIERS_REMEMBERED,
  INTRODUCED_MAX,
  PEERS_TELL_DELAY_MS,
  SIGNALS_CARRIED_BURST,
  SIGNALS_CARRIED_PER_SECOND,
} from './params.ts';
import type { Peer } from './peer.ts';
import type { Clock, RendezvousId, Rng } from './ports.ts';

export interface IntroductionsParts {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly self: PeerId;
  peers(): readonly Peer[];
  send(peer: Peer, message: PeerMessage): void;
  punish(peer: Peer, code: string, points: number): void;
  /** For the transport. */
  hear(from: RendezvousId, sealed: Uint8Array): void;
  /** Nodes that peers are linked to and we are not. */
  onKnown(ids: readonly PeerId[]): void;
}

interface Acquaintance {
  readonly neighbours: ReadonlySet<PeerId>;
  /** Signals that may still be carried for this peer at `atMs`. */
  allowance: number;
  atMs: number;
}

export class Introductions {
  private readonly acquaintances = new Map<Peer, Acquaintance>();
  private readonly carriers = new BoundedMap<PeerId, Peer>(CARRIERS_REMEMBERED);
  private view: readonly PeerId[] = [];
  private cancelTelling: (() => void) | undefined;
  private readonly parts: IntroductionsParts;

  constructor(parts: IntroductionsParts) {
    this.parts = parts;
  }

  onPeer(peer: Peer): void {
    this.acquaintances.set(peer, {
      neighbours: new Set(),
      allowance: SIGNALS_CARRIED_BURST,
      atMs: this.parts.clock.nowMs(),
    });
    this.tellSoon();
    this.lookAround();
  }

  onGone(peer: Peer): void {
    if (!this.acquaintances.delete(peer)) return;
    this.tellSoon();
    this.lookAround();
  }

  onPeers(peer: Peer, ids: readonly PeerId[]): void {
    const acquaintance = this.acquaintances.get(peer);
    if (!acquaintance) return;
    this.acquaintances.set(peer, { ...acquaintance, neighbours: new Set(ids) });
    this.lookAround();
  }

  onSignal(peer: Peer, message: MessageOf<'signal'>): void {
    const { from, to, sealed } = message;
    if (to === this.parts.self) {
      this.carriers.set(from, peer);
      return this.parts.hear(from, sealed);
    }
    // Once: whoever passes on what others said would make a flood of one message.
    if (from !== peer.id) return this.parts.punish(peer, 'signal-not-own', 20);
    const target = this.parts.peers().find(({ id }) => id === to);
    // It left, or there are too many: as on any way, a signal may be lost.
    if (target && this.isAllowed(peer)) this.parts.send(target, message);
  }

  /** Sends a signal of ours through somebody who is linked to both. */
  carry(to: RendezvousId, sealed: Uint8Array): void {
    const id = PeerId.parse(to);
    const carrier = id && this.carrierTo(id);
    if (id && carrier) this.parts.send(carrier, { type: 'signal', from: this.parts.self, to: id, sealed });
  }

  stop(): void {
    this.cancelTelling?.();
  }

  /** Whoever brought the last word from there is linked to it, whatever he told of his links. */
  private carrierTo(id: PeerId): Peer | undefined {
    const last = this.carriers.get(id);
    if (last && this.acquaintances.has(last)) return last;
    const willing = [...this.acquaintances].filter(([, { neighbours }]) => neighbours.has(id)).map(([peer]) => peer);
    const [carrier] = drawn(this.parts.rng, willing, 1);
    // All signals of a dial go one way, so that none overtakes another.
    if (carrier) this.carriers.set(id, carrier);
    return carrier;
  }

  /** As many as are remembered: those known before while some peer has them, others by lot. */
  private lookAround(): void {
    const linked = new Set(this.parts.peers().map(({ id }) => id));
    const ids = new Set([...this.acquaintances.values()].flatMap(({ neighbours }) => [...neighbours]));
    ids.delete(this.parts.self);
    for (const id of linked) ids.delete(id);
    const kept = this.view.filter((id) => ids.delete(id));
    this.view = [...kept, ...drawn(this.parts.rng, [...ids], INTRODUCED_MAX - kept.length)];
    this.parts.onKnown(this.view);
  }

  private isAllowed(peer: Peer): boolean {
    const acquaintance = this.acquaintances.get(peer);
    if (!acquaintance) return false;
    const nowMs = this.parts.clock.nowMs();
    const earned = (Math.max(0, nowMs - acquaintance.atMs) * SIGNALS_CARRIED_PER_SECOND) / 1000;
    acquaintance.allowance = Math.min(SIGNALS_CARRIED_BURST, acquaintance.allowance + earned);
    acquaintance.atMs = nowMs;
    if (acquaintance.allowance < 1) return false;
    acquaintance.allowance--;
    return true;
  }

  private tellSoon(): void {
    this.cancelTelling ??= this.parts.clock.after(PEERS_TELL_DELAY_MS, () => {
      this.cancelTelling = undefined;
      const peers = this.parts.peers();
      for (const peer of peers) {
        const ids = peers.filter((other) => other !== peer).map(({ id }) => id);
        this.parts.send(peer, { type: 'peers', ids: ids.slice(0, PEERS_TOLD_MAX) });
      }
    });
  }
}
