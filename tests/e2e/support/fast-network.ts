/** A lab network where blocks come as fast as a tab can make them, and so commits: for tests of what a commit survives. */
import { presetSpec, type NetworkSpec } from '../../../src/core/network-spec.ts';
import { bitsFromTarget } from '../../../src/core/target.ts';

const MONTH_S = 30 * 86_400;

/** Expected hashes of a block: some ten blocks a second from one thread. */
const BLOCK_HASHES = 1n << 18n;

/**
 * Being early makes blocks dearer only by the month here, so that they go on coming fast. Their times run ahead of the
 * clock then, since each is to be later than the median of those before it: hence the wide cap.
 */
export function fastSpec(): NetworkSpec {
  const classroom = presetSpec('classroom', { name: 'Fast', genesisTimeS: Math.floor(Date.now() / 1000) });
  const powLimitBits = bitsFromTarget((1n << 256n) / BLOCK_HASHES);
  return { ...classroom, powLimitBits, halfLifeS: MONTH_S, futureCapS: 7_200, stampBits: 4 };
}
