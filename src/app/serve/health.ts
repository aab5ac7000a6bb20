/** What `/healthz` says, for whoever watches the server: numbers, and what newcomers are turned away for. */
import type { Relay, RelayShortage, RelayStats } from '../../relay/relay.ts';

export interface Health {
  /** `degraded`: the page is served, but the relay introduces nobody new. */
  readonly status: 'ok' | 'degraded';
  readonly reasons: readonly RelayShortage[];
  readonly uptimeS: number;
  readonly relay: RelayStats | 'stopped';
}

/** @param relay  undefined while it is stopped */
export function healthOf(relay: Relay | undefined, startedAtMs: number): Health {
  const reasons = relay?.shortages() ?? ['relay-stopped'];
  return {
    status: reasons.length === 0 ? 'ok' : 'degraded',
    reasons,
    uptimeS: Math.floor((performance.now() - startedAtMs) / 1000),
    relay: relay?.stats() ?? 'stopped',
  };
}
