/** The network that hostile peers come to: its work is so little that they have as much of it as they like. */
import type { NetworkSpec } from '../../src/core/network-spec.ts';
import { EASY_SPEC } from './mining.ts';

/** Blocks stay as easy as the first, however fast they come: nothing is asked of a flood but to be sent. */
export function hostileSpec(nowMs: number): NetworkSpec {
  const genesisTimeS = Math.floor(nowMs / 1000) - 60;
  return { ...EASY_SPEC, name: 'Besieged', halfLifeS: 30 * 86_400, stampBits: 4, genesisTimeS };
}
