import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AssertionError } from '../../../src/core/result.ts';
import type { PrivateStore } from '../../../src/node/ports.ts';
import { faultCode } from './store-faults.ts';

export interface PrivateStoreFixture {
  open(): Promise<PrivateStore>;
  /** Spoils a stored row behind the store's back. */
  damage(row: string): Promise<void>;
  /** From now on the write of the `index`-th row aborts its transaction. Returns what ends that. */
  abortAtWrite(index: number): () => void;
  dispose(): Promise<void>;
}

const bytes = (...values: number[]) => Uint8Array.from(values);

export function describePrivateStore(name: string, makeFixture: () => PrivateStoreFixture): void {
  describe(`PrivateStore: ${name}`, () => {
    let fixture: PrivateStoreFixture;
    let store: PrivateStore;

    beforeEach(async () => {
      fixture = makeFixture();
      store = await fixture.open();
    });

    afterEach(async () => {
      await store.close();
      await fixture.dispose();
    });

    it('writes, overwrites and deletes rows together, before and after it is opened again', async () => {
      expect(await store.loadAll()).toEqual({ rows: new Map(), damaged: [] });
      await store.write(
        new Map([
          ['record/1', bytes(1)],
          ['record/2', bytes(2, 2)],
          ['empty', bytes()],
        ]),
      );
      await store.write(
        new Map([
          ['record/1', bytes(9)],
          ['record/2', null],
          ['absent', null],
        ]),
      );
      const expected = {
        rows: new Map([
          ['empty', bytes()],
          ['record/1', bytes(9)],
        ]),
        damaged: [],
      };
      expect(await store.loadAll()).toEqual(expected);
      await store.close();
      store = await fixture.open();
      expect(await store.loadAll()).toEqual(expected);
    });

    it('writes all rows of a call or none', async () => {
      await store.write(new Map([['a', bytes(1)]]));
      for (const row of [0, 1]) {
        const heal = fixture.abortAtWrite(row);
        const changes = new Map([
          ['a', bytes(2)],
          ['b', bytes(2)],
        ]);
        expect(await store.write(changes).then(() => 'stored', faultCode)).toBe('aborted');
        heal();
        expect((await store.loadAll()).rows).toEqual(new Map([['a', bytes(1)]]));
      }
    });

    it('tells damaged rows apart from good ones, until they are written again', async () => {
      await store.write(
        new Map([
          ['a', bytes(1)],
          ['b', bytes(2)],
          ['c', bytes(3)],
        ]),
      );
      await store.close();
      await fixture.damage('row b');
      store = await fixture.open();
      expect(await store.loadAll()).toEqual({
        rows: new Map([
          ['a', bytes(1)],
          ['c', bytes(3)],
        ]),
        damaged: ['b'],
      });
      await store.write(new Map([['b', bytes(4)]]));
      expect(await store.loadAll()).toMatchObject({ damaged: [] });
    });

    it('keeps bytes of its own', async () => {
      const given = bytes(1, 2, 3);
      await store.write(new Map([['a', given]]));
      given.fill(0);
      (await store.loadAll()).rows.get('a')!.fill(0);
      expect((await store.loadAll()).rows.get('a')).toEqual(bytes(1, 2, 3));
    });

    it('takes keys of printable ASCII up to 128 characters', async () => {
      await store.write(new Map([['k'.repeat(128), bytes(1)]]));
      for (const key of ['', 'k'.repeat(129), 'clé', 'a\nb']) {
        await expect(store.write(new Map([[key, bytes(1)]]))).rejects.toThrow(AssertionError);
      }
    });

    it('says closed once it is closed', async () => {
      await store.close();
      expect(await store.loadAll().then(() => 'answered', faultCode)).toBe('closed');
      expect(await store.write(new Map([['a', bytes(1)]])).then(() => 'stored', faultCode)).toBe('closed');
    });
  });
}
