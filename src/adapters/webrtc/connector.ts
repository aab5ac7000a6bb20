/**
 * The part of a transport that differs between a browser and a simulation: making one connection to one peer out of
 * signals. Everything above it (dialling, glare, framing, queues) is the same code in both.
 */
import type { Result } from '../../core/result.ts';

export type SessionSignal =
  | { readonly kind: 'offer' | 'answer'; readonly sdp: string }
  | {
      readonly kind: 'candidate';
      readonly candidate: string;
      readonly sdpMid: string | undefined;
      readonly sdpMLineIndex: number | undefined;
    };

export interface ConnectionHandlers {
  /** To be carried to the other side. Never called from within `connect`. */
  onSignal(signal: SessionSignal): void;
  /** The channel carries frames now. `channelBinding` as in LinkInfo. */
  onOpen(channelBinding: Uint8Array): void;
  /** Only after `onOpen`, reliable and in order. `frame` belongs to the receiver. */
  onFrame(frame: Uint8Array): void;
  /** `bufferedBytes` fell to the low-water mark. */
  onBufferLow(): void;
  /** Once, unless destroyed by us; nothing comes after it. `reason` is a stable code. */
  onClosed(reason: string): void;
}

export interface Connection {
  /** Takes what the other side's `onSignal` gave. Hostile text: what the browser refuses comes back as `onClosed`. */
  signal(signal: SessionSignal): void;
  /** Copies the frame. Only while open, and only below the high-water mark. Throws when the channel is closing. */
  send(frame: Uint8Array): void;
  /** Handed over and not yet on its way. */
  readonly bufferedBytes: number;
  /** At once; no handler is called from here on. */
  destroy(): void;
}

/**
 * `connection-limit`: the browser has no more connections to give just now.
 * `webrtc-unavailable`: it has no WebRTC at all, or was told not to use it.
 * `bad-ice-servers`: it refused the configured servers.
 */
export type ConnectFault = 'connection-limit' | 'webrtc-unavailable' | 'bad-ice-servers';

export interface Connector {
  /** @param role the initiator makes the offer */
  connect(role: 'initiator' | 'responder', handlers: ConnectionHandlers): Result<Connection, ConnectFault>;
}
