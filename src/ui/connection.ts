/** The header's pill in one word: what a reader may count on right now. */
import type { NodeView, StorageView } from '../node/api.ts';

export type Connection = 'starting' | 'online' | 'mesh-only' | 'connecting' | 'alone' | 'offline';

/** A clock further off than this is shown: blocks are judged by it. */
export const CLOCK_OFFSET_SHOWN_MS = 60_000;
/** Share of the browser's quota in use from which storage counts as nearly full. */
const STORAGE_NEARLY_FULL = 0.9;

export function isNearlyFull({ usedBytes, quotaBytes }: Pick<StorageView, 'usedBytes' | 'quotaBytes'>): boolean {
  return usedBytes !== undefined && quotaBytes !== undefined && usedBytes > quotaBytes * STORAGE_NEARLY_FULL;
}

export function connectionOf(node: Pick<NodeView, 'phase' | 'relay' | 'peerCount'> | undefined): Connection {
  if (!node || node.phase === 'starting') return 'starting';
  if (node.peerCount > 0) return node.relay === 'online' ? 'online' : 'mesh-only';
  if (node.relay === 'online') return 'alone';
  return node.relay === 'connecting' ? 'connecting' : 'offline';
}
