import type { AnchorState } from '../node/api.ts';

export const SHARE_STEPS = ['connecting', 'sending', 'received', 'recorded'] as const;
export type ShareStep = (typeof SHARE_STEPS)[number];

/**
 * How far a share has come, from what is known for certain: who holds the sealed record, and what the chain says.
 * @param keepers  other nodes that hold every chunk
 */
export function shareStepOf(anchor: AnchorState, keepers: number, peerCount: number): ShareStep {
  if (keepers > 0) return anchor === 'recorded' ? 'recorded' : 'received';
  return peerCount > 0 ? 'sending' : 'connecting';
}
