/** What `/healthz` says, for whoever watches the server: numbers, and what newcomers are turned away for. */
import type { Relay, RelayShortage, RelayStats } from '../../relay/relay.ts';

export interface Health {
  /**
   * `bus-away`: the relay introduces its own tabs to each other, but not to those of other relays. `degraded`: the page is
   * served, but the relay introduces nobody new. `draining`: nor will it.
   */
  readonly status: 'ok' | 'bus-away' | 'degraded' | 'draining';
  readonly reasons: readonly RelayShortage[];
  readonly uptimeS: number;
  readonly relay: RelayStats | 'stopped';
}

/** @param relay  undefined while it is stopped */
export function healthOf(relay: Relay | undefined, startedAtMs: number): Health {
  const reasons = relay?.shortages() ?? ['relay-stopped'];
  const stats = relay?.stats();
  return {
    status: statusOf(reasons, stats),
    reasons,
    uptimeS: Math.floor((performance.now() - startedAtMs) / 1000),
    relay: stats ?? 'stopped',
  };
}

/** Whether newcomers may be sent here. */
export function isReady({ status }: Health): boolean {
  return status === 'ok' || status === 'bus-away';
}

function statusOf(reasons: readonly RelayShortage[], stats: RelayStats | undefined): Health['status'] {
  if (reasons.includes('draining')) return 'draining';
  if (reasons.length > 0) return 'degraded';
  return stats?.bus === 'away' ? 'bus-away' : 'ok';
}
