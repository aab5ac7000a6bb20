/** Claims a profile on the network it is told, reports the slot, and holds it until it is killed. */
import { claimProfile } from '../../../src/adapters/profile/claim-profile.ts';
import type { NetworkId } from '../../../src/core/ids.ts';

onmessage = async ({ data: network }: MessageEvent<NetworkId>) => {
  const { slot } = await claimProfile({ locks: navigator.locks, network });
  postMessage(slot);
};
