/** Networks somebody has been in, besides the one they are in. */
import { presetSpec } from '../../../src/core/network-spec.ts';
import { encodeLink } from '../../../src/health/share-link.ts';
import type { JoinedNetwork } from '../../../src/ui/host.ts';
import { hex, NOW_MS } from './rows.ts';

export function inviteTo(name: string, relays: readonly string[]): string {
  const spec = presetSpec('classroom', { name, genesisTimeS: 1_700_000_000 });
  return encodeLink({ kind: 'invite', spec, roomSecret: new Uint8Array(16), relays });
}

function joined(name: string, hoursAgo: number, relays: readonly string[] = []): JoinedNetwork {
  const usedAtMs = NOW_MS - hoursAgo * 3_600_000;
  return { id: hex(hoursAgo, 64), name, relays, usedAtMs, link: inviteTo(name, relays) };
}

export const JOINED_NETWORKS: readonly JoinedNetwork[] = [
  joined('Room 12, Tuesday', 3),
  joined('Riverside Practice and its pharmacies', 50, ['wss://relay.riverside.example/relay']),
];
