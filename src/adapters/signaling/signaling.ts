/**
 * How two tabs that have no link yet find each other: the transport dials through this, the relay's client implements
 * it, and a memory twin stands in for both in tests. Payloads are plaintext here; the implementation seals them with
 * the room secret and drops whatever does not open, so that what arrives was written by somebody of the room.
 */
import type { RelayState, RendezvousId, RosterEntry } from '../../node/ports.ts';

/** One payload, before sealing. */
export const SIGNAL_BYTES_MAX = 16 * 1024;

export interface SignalingHandlers {
  onState(state: RelayState): void;
  /** The whole roster anew, ourselves left out; empty when the relay went away. */
  onRoster(entries: readonly RosterEntry[]): void;
  /** In the order one sender sent them. `payload` belongs to the receiver, and is hostile until parsed. */
  onSignal(from: RendezvousId, payload: Uint8Array): void;
}

export interface Signaling {
  /**
   * Connects, and reconnects by itself until `stop`. May be started again after a stop.
   * @param presence announced to the room, at most PRESENCE_BYTES_MAX
   */
  start(presence: Uint8Array, handlers: SignalingHandlers): void;
  /**
   * Our own name at the relay; undefined unless the state is `online`. A reconnection brings another one. It is set
   * before `onState('online')`, and before the first roster or signal.
   */
  self(): RendezvousId | undefined;
  /** False when nothing was sent: the relay is away, or `payload` is above SIGNAL_BYTES_MAX. True promises no delivery. */
  send(to: RendezvousId, payload: Uint8Array): boolean;
  /** Leaves the room at once. No handler is called from here on. */
  stop(): void;
}
