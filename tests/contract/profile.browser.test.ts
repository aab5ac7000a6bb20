import { describe, expect, it } from 'vitest';
import { claimProfile } from '../../src/adapters/profile/claim-profile.ts';
import { NetworkId } from '../../src/core/ids.ts';
import { describeProfile } from './suites/profile.ts';

describeProfile('Web Locks', () => navigator.locks);

describe('claimProfile', () => {
  it('gets the slot of a worker that was killed', async () => {
    const network = NetworkId.of(crypto.getRandomValues(new Uint8Array(32)));
    const worker = new Worker(new URL('../support/workers/profile-holder.ts', import.meta.url), { type: 'module' });
    const slot = await new Promise((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<number>) => resolve(data);
      worker.postMessage(network);
    });
    expect(slot).toBe(0);
    const locks = navigator.locks;
    expect((await claimProfile({ locks, network })).slot).toBe(1);
    const reloaded = claimProfile({ locks, network, preferredSlot: 0, reloadGraceMs: 60_000 });
    worker.terminate();
    expect((await reloaded).slot).toBe(0);
  });
});
