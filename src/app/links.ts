/** What the page lends its node: links to other tabs. Loaded beside the node's start, which does not wait for it. */
import { SystemClock } from '../adapters/platform/system-clock.ts';
import { WebRng } from '../adapters/platform/web-rng.ts';
import { onPageWake } from '../adapters/signaling/page-wake.ts';
import { SignalingClient } from '../adapters/signaling/signaling-client.ts';
import { PageBridge } from '../adapters/webrtc/page-bridge.ts';
import { startWebRtc } from '../adapters/webrtc/simple-peer-connector.ts';
import { createWebRtcTransport } from '../adapters/webrtc/webrtc-transport.ts';
import { RELAY_PATH } from '../relay/protocol.ts';
import type { NetworkChoice } from './network-choice.ts';

/** @param port  its other end is the node's transport */
export async function lendLinks(port: MessagePort, network: NetworkChoice): Promise<void> {
  await inOwnTask(startWebRtc);
  const signaling = new SignalingClient({
    urls: network.relays.length > 0 ? network.relays : [ownRelay()],
    roomSecret: network.roomSecret,
    clock: new SystemClock(),
    rng: new WebRng(),
    openSocket: (url) => new WebSocket(url),
    onWake: onPageWake,
  });
  new PageBridge(port, createWebRtcTransport({ signaling }), window);
}

function inOwnTask(run: () => void): Promise<void> {
  return new Promise((resolve) =>
    setTimeout(() => {
      run();
      setTimeout(resolve);
    }),
  );
}

function ownRelay(): string {
  const url = new URL(RELAY_PATH, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
