/** The Transport of a page: real WebRTC links. Main thread only, since workers have no RTCPeerConnection. */
import type { Transport } from '../../node/ports.ts';
import { SystemClock } from '../platform/system-clock.ts';
import { WebRng } from '../platform/web-rng.ts';
import type { Signaling } from '../signaling/signaling.ts';
import { LinkTransport } from './link-transport.ts';
import { simplePeerConnector } from './simple-peer-connector.ts';

interface WebRtcTransportOptions {
  readonly signaling: Signaling;
  /** None by default: tabs of one network meet without, and nobody else learns who meets. */
  readonly iceServers?: readonly RTCIceServer[];
  /** From dial to open link; 15 s by default. */
  readonly dialTimeoutMs?: number;
}

export function createWebRtcTransport({ iceServers = [], ...options }: WebRtcTransportOptions): Transport {
  return new LinkTransport({
    ...options,
    connector: simplePeerConnector(iceServers),
    clock: new SystemClock(),
    rng: new WebRng(),
  });
}
