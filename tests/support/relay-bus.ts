/** A bus that is up. */
import { vi } from 'vitest';
import { openRedisBus } from '../../src/app/serve/redis-bus.ts';
import type { RelayBus } from '../../src/relay/bus.ts';

export async function openRedis(url: string): Promise<RelayBus> {
  const bus = await openRedisBus(url);
  await vi.waitFor(
    () => {
      if (!bus.isUp) throw new Error('the bus is not up yet');
    },
    { timeout: 30_000 },
  );
  return bus;
}
