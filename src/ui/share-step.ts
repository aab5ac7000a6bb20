import type { AnchorState } from '../node/api.ts';

export const SHARE_STEPS = ['connecting', 'sending', 'received', 'recorded'] as const;
export type ShareStep = (typeof SHARE_STEPS)[number];

interface ShareProgress {
  /** Of the consent and of the record it is for. */
  readonly anchors: readonly AnchorState[];
  /** Other nodes that hold both. */
  readonly keepers: number;
  readonly peerCount: number;
}

/**
 * How far one share has come, from what is known for certain. Only at the last step can this tab be closed: before it,
 * something that they need is here alone.
 */
export function shareStepOf({ anchors, keepers, peerCount }: ShareProgress): ShareStep {
  if (keepers > 0) return anchors.every((anchor) => anchor === 'recorded') ? 'recorded' : 'received';
  return peerCount > 0 ? 'sending' : 'connecting';
}
