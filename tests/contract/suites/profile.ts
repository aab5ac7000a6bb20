import { describe, expect, it } from 'vitest';
import { nodeDatabaseName } from '../../../src/adapters/indexeddb/database.ts';
import { claimProfile, listProfiles, SLOTS_MAX, type Locks } from '../../../src/adapters/profile/claim-profile.ts';
import { NetworkId } from '../../../src/core/ids.ts';
import { faultCode } from './store-faults.ts';

export function describeProfile(name: string, makeLocks: () => Locks): void {
  describe(`claimProfile: ${name}`, () => {
    const freshNetwork = () => NetworkId.of(crypto.getRandomValues(new Uint8Array(32)));

    it('gives each tab the lowest free slot, and a released one again', async () => {
      const [locks, network] = [makeLocks(), freshNetwork()];
      const claims = [];
      for (let tab = 0; tab < 3; tab++) claims.push(await claimProfile({ locks, network }));
      expect(claims.map(({ slot }) => slot)).toEqual([0, 1, 2]);
      expect(claims.map(({ databaseName }) => databaseName)).toEqual(
        [0, 1, 2].map((n) => nodeDatabaseName(network, n)),
      );
      expect((await claimProfile({ locks, network: freshNetwork() })).slot).toBe(0);
      await claims[1]!.release();
      expect((await claimProfile({ locks, network })).slot).toBe(1);
      expect((await claimProfile({ locks, network })).slot).toBe(3);
    });

    it('never gives one slot to two tabs that ask at the same moment', async () => {
      const [locks, network] = [makeLocks(), freshNetwork()];
      const claims = await Promise.all(Array.from({ length: 5 }, () => claimProfile({ locks, network })));
      expect(claims.map(({ slot }) => slot).sort()).toEqual([0, 1, 2, 3, 4]);
    });

    it('gives a reloaded tab its slot back, also while its old worker is still dying', async () => {
      const [locks, network] = [makeLocks(), freshNetwork()];
      const [, before] = [await claimProfile({ locks, network }), await claimProfile({ locks, network })];
      const reloaded = claimProfile({ locks, network, preferredSlot: before.slot, reloadGraceMs: 60_000 });
      await before.release();
      expect((await reloaded).slot).toBe(before.slot);
    });

    it('gives a duplicated tab, whose twin lives on, another slot', async () => {
      const [locks, network] = [makeLocks(), freshNetwork()];
      await claimProfile({ locks, network });
      const duplicate = await claimProfile({ locks, network, preferredSlot: 0, reloadGraceMs: 1 });
      expect(duplicate.slot).toBe(1);
      const third = claimProfile({ locks, network, preferredSlot: 1, reloadGraceMs: 60_000 });
      await duplicate.release();
      expect((await third).slot).toBe(1);
    });

    it('makes nothing of a hint that is no slot', async () => {
      const [locks, network] = [makeLocks(), freshNetwork()];
      for (const preferredSlot of [-1, 0.5, NaN, SLOTS_MAX]) {
        const claim = await claimProfile({ locks, network, preferredSlot });
        expect(claim.slot).toBe(0);
        await claim.release();
      }
    });

    it('says blocked when every slot is taken', async () => {
      const [locks, network] = [makeLocks(), freshNetwork()];
      const claims = await Promise.all(Array.from({ length: SLOTS_MAX }, () => claimProfile({ locks, network })));
      expect(await claimProfile({ locks, network }).then(() => 'claimed', faultCode)).toBe('blocked');
      await Promise.all(claims.map((claim) => claim.release()));
    });

    it('lists the slots there are, and which are in use', async () => {
      const [locks, network] = [makeLocks(), freshNetwork()];
      await claimProfile({ locks, network });
      const databases = [nodeDatabaseName(network, 2), nodeDatabaseName(freshNetwork(), 1)];
      expect(await listProfiles(locks, network, databases)).toEqual([
        { slot: 0, databaseName: nodeDatabaseName(network, 0), held: true },
        { slot: 2, databaseName: nodeDatabaseName(network, 2), held: false },
      ]);
    });
  });
}
