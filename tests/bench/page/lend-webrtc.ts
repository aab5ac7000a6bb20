import { SystemClock } from '../../../src/adapters/platform/system-clock.ts';
import { WebRng } from '../../../src/adapters/platform/web-rng.ts';
import { SignalingClient } from '../../../src/adapters/signaling/signaling-client.ts';
import { PageBridge } from '../../../src/adapters/webrtc/page-bridge.ts';
import { createWebRtcTransport } from '../../../src/adapters/webrtc/webrtc-transport.ts';
import { RELAY_PATH } from '../../../src/relay/protocol.ts';

/** @returns the port of a WorkerTransport that meets the other tabs of the bench page */
export function lendWebRtc(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  const signaling = new SignalingClient({
    urls: [new URL(RELAY_PATH, window.location.href.replace(/^http/, 'ws')).href],
    roomSecret: new Uint8Array(16),
    clock: new SystemClock(),
    rng: new WebRng(),
    openSocket: (url) => new WebSocket(url),
  });
  new PageBridge(port1, createWebRtcTransport({ signaling }), window);
  return port2;
}
