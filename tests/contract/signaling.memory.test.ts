import { WebSocket } from 'ws';
import { MemoryRelay } from '../../src/adapters/memory/memory-signaling.ts';
import { WebRng } from '../../src/adapters/platform/web-rng.ts';
import { ROOM_SECRET_BYTES } from '../../src/adapters/signaling/sealing.ts';
import { SignalingClient } from '../../src/adapters/signaling/signaling-client.ts';
import type { Clock } from '../../src/node/ports.ts';
import { startRelayServer } from '../support/relay-server.ts';
import { describeSignaling } from './suites/signaling.ts';

/** A tenth of every wait: the client's backoff is in seconds, a test's patience is not. */
const hastyClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs / 10);
    return () => clearTimeout(timer);
  },
};
const rng = new WebRng();
const secretOf = (room: string) => new TextEncoder().encode(room.padEnd(ROOM_SECRET_BYTES));

describeSignaling('memory twin', () => {
  const relay = new MemoryRelay(hastyClock, rng);
  return Promise.resolve({
    client: (room) => relay.client(room),
    stopRelay: () => Promise.resolve(relay.stop()),
    startRelay: () => Promise.resolve(relay.start()),
    dispose: () => Promise.resolve(),
  });
});

describeSignaling('client and relay over WebSocket', async () => {
  let server = await startRelayServer();
  let isUp = true;
  const { url, port } = server;
  const stopRelay = async () => {
    if (isUp) await server.stop();
    isUp = false;
  };
  return {
    client: (room) =>
      new SignalingClient({
        urls: [url],
        roomSecret: secretOf(room),
        clock: hastyClock,
        rng,
        openSocket: (address) => new WebSocket(address),
      }),
    stopRelay,
    startRelay: async () => {
      server = await startRelayServer({}, port);
      isUp = true;
    },
    dispose: stopRelay,
  };
});
