/** A blob between two tabs' transports in a browser page, side by side with a bare RTCDataChannel. */
import { MemoryRelay } from '../../src/adapters/memory/memory-signaling.ts';
import { SystemClock } from '../../src/adapters/platform/system-clock.ts';
import { WebRng } from '../../src/adapters/platform/web-rng.ts';
import { createWebRtcTransport } from '../../src/adapters/webrtc/webrtc-transport.ts';
import type { LinkId, Transport, TransportHandlers } from '../../src/node/ports.ts';
import { median } from './median.ts';

export interface BlobTransferFigures {
  readonly transportBytesPerSecond: number;
  /** 64 KiB messages, up to 1 MiB buffered: what suits a channel that has nothing else to carry. */
  readonly rawBytesPerSecond: number;
  readonly ratio: number;
  /** There and back at control priority, while the blob is under way. */
  readonly pingMs: { readonly median: number; readonly worst: number };
}

/** As blobs travel: one chunk a message. */
const CHUNK_BYTES = 256 * 1024;
const PING_BYTES = 8;
const PING_INTERVAL_MS = 20;
const RAW_MESSAGE_BYTES = 64 * 1024;
const RAW_BUFFERED_BYTES = 1024 * 1024;

/**
 * Takes turns, so that a busy moment of the machine meets both, and gives each one's median.
 * @param bytes  of one transfer
 * @param wrap  puts something in front of each end's transport, such as the bridge to the worker
 */
export async function measureBlobTransfer(
  bytes = 20_000_000,
  rounds = 3,
  wrap: (transport: Transport) => Transport = (transport) => transport,
): Promise<BlobTransferFigures> {
  const pair = await linkTransports(wrap);
  const channels = await linkChannels();
  const [transport, raw, pings]: [number[], number[], number[]] = [[], [], []];
  try {
    // One small round of each to warm up: a connection's window starts small.
    await transfer(pair, bytes / 10);
    await transferRaw(channels, bytes / 10);
    for (let i = 0; i < rounds; i++) {
      const result = await transfer(pair, bytes);
      transport.push(result.bytesPerSecond);
      pings.push(...result.pingsMs);
      raw.push(await transferRaw(channels, bytes));
    }
  } finally {
    pair.stop();
    channels.stop();
  }
  const transportBytesPerSecond = median(transport);
  const rawBytesPerSecond = median(raw);
  return {
    transportBytesPerSecond,
    rawBytesPerSecond,
    ratio: transportBytesPerSecond / rawBytesPerSecond,
    pingMs: { median: median(pings), worst: Math.max(...pings) },
  };
}

/** One end of a link; its handlers are replaced from one transfer to the next. */
interface End {
  readonly transport: Transport;
  link: LinkId;
  onMessage: (bytes: Uint8Array) => void;
  onDrain: () => void;
}

interface Pair {
  readonly sender: End;
  readonly receiver: End;
  stop(): void;
}

async function linkTransports(wrap: (transport: Transport) => Transport): Promise<Pair> {
  const relay = new MemoryRelay(new SystemClock(), new WebRng());
  const makeEnd = (): End => ({
    transport: wrap(createWebRtcTransport({ signaling: relay.client() })),
    link: 0,
    onMessage: () => undefined,
    onDrain: () => undefined,
  });
  const [sender, receiver] = [makeEnd(), makeEnd()];
  await new Promise<void>((resolve, reject) => {
    const handlersOf = (end: End, onRoster: TransportHandlers['onRoster']): TransportHandlers => ({
      onRoster,
      onRelayState: () => undefined,
      onLink: ({ link }) => {
        end.link = link;
        if (sender.link && receiver.link) resolve();
      },
      onMessage: (_link, bytes) => end.onMessage(bytes),
      onDrain: () => end.onDrain(),
      onClosed: (_link, _rendezvous, reason) => reject(new Error(reason)),
    });
    const presence = Uint8Array.of(1);
    const dial: TransportHandlers['onRoster'] = ([other]) => other && sender.transport.dial(other.rendezvous);
    sender.transport.start(presence, handlersOf(sender, dial));
    receiver.transport.start(
      presence,
      handlersOf(receiver, () => undefined),
    );
  });
  return {
    sender,
    receiver,
    stop: () => {
      sender.transport.stop();
      receiver.transport.stop();
    },
  };
}

function transfer({ sender, receiver }: Pair, bytes: number): Promise<{ bytesPerSecond: number; pingsMs: number[] }> {
  return new Promise((resolve) => {
    const pingsMs: number[] = [];
    const startMs = performance.now();
    let [sent, received] = [0, 0];
    const ping = () => {
      const stamp = new Uint8Array(new Float64Array([performance.now()]).buffer);
      sender.transport.send(sender.link, stamp, 'control');
    };
    const timer = setInterval(ping, PING_INTERVAL_MS);
    const fill = () => {
      while (sent < bytes) {
        const chunk = new Uint8Array(Math.min(CHUNK_BYTES, bytes - sent));
        if (!sender.transport.send(sender.link, chunk, 'bulk')) return;
        sent += chunk.length;
      }
    };
    sender.onDrain = fill;
    sender.onMessage = (echo) => pingsMs.push(performance.now() - new Float64Array(echo.slice().buffer)[0]!);
    receiver.onMessage = (message) => {
      if (message.length === PING_BYTES) {
        receiver.transport.send(receiver.link, message, 'control');
        return;
      }
      received += message.length;
      if (received < bytes) return;
      clearInterval(timer);
      resolve({ bytesPerSecond: (1000 * received) / (performance.now() - startMs), pingsMs });
    };
    fill();
  });
}

interface Channels {
  readonly sender: RTCDataChannel;
  readonly receiver: RTCDataChannel;
  stop(): void;
}

async function linkChannels(): Promise<Channels> {
  const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
  a.onicecandidate = ({ candidate }) => void (candidate && b.addIceCandidate(candidate));
  b.onicecandidate = ({ candidate }) => void (candidate && a.addIceCandidate(candidate));
  const [sender, receiver] = [a, b].map((connection) => {
    const channel = connection.createDataChannel('raw', { negotiated: true, id: 0 });
    channel.binaryType = 'arraybuffer';
    return channel;
  }) as [RTCDataChannel, RTCDataChannel];
  const isOpen = [sender, receiver].map((channel) => new Promise((resolve) => (channel.onopen = resolve)));
  await a.setLocalDescription();
  await b.setRemoteDescription(a.localDescription!);
  await b.setLocalDescription();
  await a.setRemoteDescription(b.localDescription!);
  await Promise.all(isOpen);
  return {
    sender,
    receiver,
    stop: () => {
      a.close();
      b.close();
    },
  };
}

/** @returns bytes per second */
function transferRaw({ sender, receiver }: Channels, bytes: number): Promise<number> {
  return new Promise((resolve) => {
    const startMs = performance.now();
    let [sent, received] = [0, 0];
    const fill = () => {
      while (sent < bytes && sender.bufferedAmount < RAW_BUFFERED_BYTES) {
        const length = Math.min(RAW_MESSAGE_BYTES, bytes - sent);
        sender.send(new Uint8Array(length));
        sent += length;
      }
    };
    sender.bufferedAmountLowThreshold = RAW_BUFFERED_BYTES / 2;
    sender.onbufferedamountlow = fill;
    receiver.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      received += data.byteLength;
      if (received >= bytes) resolve((1000 * received) / (performance.now() - startMs));
    };
    fill();
  });
}
