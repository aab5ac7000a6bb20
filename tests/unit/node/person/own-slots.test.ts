import { describe, expect, it } from 'vitest';
import { faultAtPoint, MemoryDisk, noFaults } from '../../../../src/adapters/memory/memory-disk.ts';
import { MemoryPrivateStore } from '../../../../src/adapters/memory/memory-private-store.ts';
import { WebCryptoCipher } from '../../../../src/adapters/platform/webcrypto-cipher.ts';
import { deriveIdentity } from '../../../../src/health/identity.ts';
import { OwnSlots } from '../../../../src/node/person/own-slots.ts';
import { PersonRows } from '../../../../src/node/person/person-rows.ts';
import { SealedRows } from '../../../../src/node/sealed-rows.ts';
import { Seeded } from '../../../support/seeded.ts';

const REAL = deriveIdentity(new Uint8Array(16).fill(1));
const SLOT = REAL.ownSlot(0);
/** Only the indices matter here, and deriving keys takes a while. */
const IDENTITY = { ...REAL, ownSlot: () => SLOT };

async function openSlots(disk: MemoryDisk, seed: number): Promise<OwnSlots> {
  const rng = new Seeded(seed);
  const ports = { rows: new MemoryPrivateStore(disk), cipher: new WebCryptoCipher(), rng };
  const rows = new PersonRows(new SealedRows(ports, IDENTITY.storageKey), () => undefined);
  expect(await rows.load()).toEqual([]);
  return new OwnSlots(rows, IDENTITY, rng);
}

describe('slot indices', () => {
  it('serve once, also where the tab dies around handing one out', async () => {
    const disk = new MemoryDisk();
    const used = new Set<number>();
    const take = async (slots: OwnSlots) => {
      const { index } = await slots.allocate();
      expect(used.has(index)).toBe(false);
      used.add(index);
    };
    for (let point = 0; point < 6; point++) {
      const slots = await openSlots(disk, 1);
      await Promise.all([take(slots), take(slots)]);
      disk.faults = faultAtPoint(point, 'crash');
      await slots.allocate().catch(() => undefined);
      disk.faults = noFaults;
    }
    expect(used.size).toBe(12);
  });

  it('come from different runs for two nodes of one person, and go on after a run is used up', async () => {
    const [first, second] = [await openSlots(new MemoryDisk(), 1), await openSlots(new MemoryDisk(), 2)];
    const used = new Set<number>([(await second.allocate()).index]);
    for (let i = 0; i < 1030; i++) used.add((await first.allocate()).index);
    expect(used.size).toBe(1031);
    for (const index of used) expect(index >= 0 && index < 2 ** 31).toBe(true);
  });
});
