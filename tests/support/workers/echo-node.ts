/** A node in a worker that does nothing but send back what it gets, with what it gets. */
import { WorkerTransport } from '../../../src/adapters/webrtc/worker-bridge.ts';

addEventListener('message', ({ data }: MessageEvent<{ port: MessagePort; presence: Uint8Array }>) => {
  const transport = new WorkerTransport(data.port);
  transport.start(data.presence, {
    onRoster: () => undefined,
    onRelayState: () => undefined,
    onLink: () => undefined,
    onMessage: (link, bytes) => transport.send(link, bytes, bytes.length > 1_000 ? 'bulk' : 'control'),
    onDrain: () => undefined,
    onClosed: () => undefined,
  });
});
