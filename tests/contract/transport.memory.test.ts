import { MemoryNetwork } from '../../src/adapters/memory/memory-transport.ts';
import { SystemClock } from '../../src/adapters/platform/system-clock.ts';
import { WebRng } from '../../src/adapters/platform/web-rng.ts';
import { PageBridge } from '../../src/adapters/webrtc/page-bridge.ts';
import { WorkerTransport } from '../../src/adapters/webrtc/worker-bridge.ts';
import { describeTransport, type TransportFixture } from './suites/transport.ts';

/** Slow enough for queues to fill. */
const BYTES_PER_MS = 100_000;

/** Timers round up to a millisecond, six times what a frame takes here. */
class PromptClock extends SystemClock {
  override after(delayMs: number, callback: () => void): () => void {
    if (delayMs >= 1) return super.after(delayMs, callback);
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  }
}

function memoryFixture(): TransportFixture {
  const options = { clock: new PromptClock(), rng: new WebRng(), bytesPerMs: BYTES_PER_MS };
  let tabs = 0;
  const network = new MemoryNetwork(options);
  return {
    createTransport: ({ dialTimeoutMs } = {}) =>
      network.createTransport(`tab ${++tabs}`, dialTimeoutMs === undefined ? {} : { dialTimeoutMs }),
    stopRelay: () => network.stopRelay(),
    startRelay: () => network.startRelay(),
    dispose: () => undefined,
  };
}

describeTransport('memory twin', memoryFixture);

describeTransport('memory twin, through the bridge to the worker', () => {
  const fixture = memoryFixture();
  const ports: MessagePort[] = [];
  return {
    ...fixture,
    createTransport: (options) => {
      const { port1, port2 } = new MessageChannel();
      ports.push(port1, port2);
      new PageBridge(port1, fixture.createTransport(options), new EventTarget());
      return new WorkerTransport(port2);
    },
    dispose: () => {
      for (const port of ports) port.close();
    },
  };
});
