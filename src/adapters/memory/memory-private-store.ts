/** The private store's twin in memory: same contract, any fault on demand. */
import { StoreFault, type PrivateRows, type PrivateStore } from '../../node/ports.ts';
import { assertPrivateKey, privateRowName } from '../indexeddb/limits.ts';
import type { MemoryDisk, MemoryHandle } from './memory-disk.ts';

export class MemoryPrivateStore implements PrivateStore {
  private readonly disk: MemoryDisk;
  private readonly handle: MemoryHandle;

  constructor(disk: MemoryDisk) {
    this.disk = disk;
    this.handle = disk.attach('rows');
  }

  async loadAll(): Promise<PrivateRows> {
    this.handle.begin('loadAll');
    const rows = new Map<string, Uint8Array>();
    const damaged: string[] = [];
    for (const [key, value] of [...this.disk.rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
      try {
        this.handle.read('loadAll', privateRowName(key));
        rows.set(key, value.slice());
      } catch (fault) {
        if (!(fault instanceof StoreFault) || fault.code !== 'corrupt-row') throw fault;
        damaged.push(key);
      }
    }
    return { rows, damaged };
  }

  async write(rows: ReadonlyMap<string, Uint8Array | null>): Promise<void> {
    for (const key of rows.keys()) assertPrivateKey(key);
    this.handle.begin('write');
    this.handle.write('write', [...rows.keys()].map(privateRowName), () => {
      for (const [key, value] of rows) {
        if (value === null) this.disk.rows.delete(key);
        else this.disk.rows.set(key, value.slice());
      }
    });
  }

  async close(): Promise<void> {
    this.handle.close();
  }
}
