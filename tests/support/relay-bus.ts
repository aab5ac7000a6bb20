/** A bus that is up. */
import { openRedisBus } from '../../src/app/serve/redis-bus.ts';
import type { RelayBus } from '../../src/relay/bus.ts';

const LOOK_INTERVAL_MS = 10;

export async function openRedis(url: string): Promise<RelayBus> {
  const bus = await openRedisBus(url);
  while (!bus.isUp) await new Promise((look) => setTimeout(look, LOOK_INTERVAL_MS));
  return bus;
}
