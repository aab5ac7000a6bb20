/** What `/healthz` says, for whoever watches the server: numbers, and what newcomers are turned away for. */
import type { Relay, RelayShortage, RelayStats } from '../../relay/relay.ts';

export interface Health {
  /** `degraded`: the page is served, but the relay introduces nobody new. `draining`: nor will it. */
  readonly status: 'ok' | 'degraded' | 'draining';
  readonly reasons: readonly RelayShortage[];
  readonly uptimeS: number;
  readonly relay: RelayStats | 'stopped';
}

/** @param relay  undefined while it is stopped */
export function healthOf(relay: Relay | undefined, startedAtMs: number): Health {
  const reasons = relay?.shortages() ?? ['relay-stopped'];
  return {
    status: statusOf(reasons),
    reasons,
    uptimeS: Math.floor((performance.now() - startedAtMs) / 1000),
    relay: relay?.stats() ?? 'stopped',
  };
}

/** Whether newcomers may be sent here. */
export function isReady({ status }: Health): boolean {
  return status === 'ok';
}

function statusOf(reasons: readonly RelayShortage[]): Health['status'] {
  if (reasons.includes('draining')) return 'draining';
  return reasons.length === 0 ? 'ok' : 'degraded';
}
