/**
 * Signals that go through peers: sealed with the room secret like those through the relay, under the names that nodes have
 * among each other. Whoever carries one can drop, delay and repeat it, and no more.
 */
import type { RendezvousId } from '../../node/ports.ts';
import { SIGNAL_BYTES_MAX, type Signaling } from './signaling.ts';

export class CarriedSignals {
  private readonly seal: Signaling['seal'];
  private readonly ownName: RendezvousId;
  private readonly carry: (to: RendezvousId, sealed: Uint8Array) => void;

  constructor(seal: Signaling['seal'], ownName: RendezvousId, carry: (to: RendezvousId, sealed: Uint8Array) => void) {
    this.seal = seal;
    this.ownName = ownName;
    this.carry = carry;
  }

  self(): RendezvousId {
    return this.ownName;
  }

  send(to: RendezvousId, payload: Uint8Array): boolean {
    if (payload.length > SIGNAL_BYTES_MAX) return false;
    this.carry(to, this.seal.sealSignal(this.ownName, to, payload));
    return true;
  }

  /** Undefined when nobody of the room sealed it for us. */
  open(from: RendezvousId, sealed: Uint8Array): Uint8Array | undefined {
    return this.seal.openSignal(from, this.ownName, sealed);
  }
}
