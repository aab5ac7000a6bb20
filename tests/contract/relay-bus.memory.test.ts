import { it } from 'vitest';
import { MemoryBusHub } from '../../src/relay/memory-bus.ts';
import { findRedis, NO_REDIS, startRedis } from '../support/redis-server.ts';
import { openRedis } from '../support/relay-bus.ts';
import { describeRelayBus } from './suites/relay-bus.ts';

describeRelayBus('memory twin', () => {
  const hub = new MemoryBusHub(() => performance.now());
  return Promise.resolve({
    connect: () => Promise.resolve(hub.connect()),
    stopServer: () => Promise.resolve(hub.setUp(false)),
    startServer: () => Promise.resolve(hub.setUp(true)),
    dispose: () => Promise.resolve(),
  });
});

const program = findRedis();
if (program) {
  describeRelayBus('Redis', async () => {
    const server = await startRedis(program);
    return {
      connect: () => openRedis(server.url),
      stopServer: () => server.kill(),
      startServer: () => server.start(),
      dispose: () => server.dispose(),
    };
  });
} else it.skip(`relay bus: Redis, ${NO_REDIS}`, () => undefined);
