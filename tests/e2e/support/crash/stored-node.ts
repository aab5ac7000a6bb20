/** What a node has on its disk, read from its page behind its back, in one transaction, row by row checked here. */
import type { Page } from '@playwright/test';
import { openBlock, openTip, parseBlockKey, rowNames } from '../../../../src/adapters/indexeddb/chain-rows.ts';
import { STORES } from '../../../../src/adapters/indexeddb/database.ts';
import { openRow } from '../../../../src/adapters/indexeddb/row-checksum.ts';
import { fromHex } from '../../../../src/core/bytes.ts';
import { StateKey } from '../../../../src/core/ids.ts';
import type { StoredBlock, StoredTip } from '../../../../src/node/ports.ts';

export interface StoredNode {
  readonly tip: StoredTip;
  readonly state: ReadonlyMap<StateKey, Uint8Array>;
  /** In rows of their own, on the main chain or off it; the lowest first. */
  readonly blocks: readonly StoredBlock[];
}

/** @param from  height of the lowest block wanted */
export async function readStoredNode(page: Page, databaseName: string, from: number): Promise<StoredNode> {
  const stores = { tip: STORES.tip, state: STORES.state, blocks: STORES.blocks };
  const raw = await page.evaluate(readRows, { databaseName, stores, lowestBlock: heightText(from) });
  return {
    tip: openTip(raw.tip),
    state: new Map(
      raw.state.map(([text, row]) => {
        const key = StateKey.of(fromHex(text)!);
        return [key, openRow(rowNames.state(key), row)];
      }),
    ),
    blocks: raw.blocks.map(([key, row]) => openBlock(parseBlockKey(key)!.hash, row)),
  };
}

/** Keys of blocks begin with their height. */
const heightText = (height: number) => height.toString(16).padStart(8, '0');

// ---- what follows runs in the page

interface Wanted {
  readonly databaseName: string;
  readonly stores: { readonly tip: string; readonly state: string; readonly blocks: string };
  readonly lowestBlock: string;
}

interface RawRows {
  readonly tip: Uint8Array;
  readonly state: readonly (readonly [key: string, row: Uint8Array])[];
  readonly blocks: readonly (readonly [key: string, row: Uint8Array])[];
}

async function readRows({ databaseName, stores, lowestBlock }: Wanted): Promise<RawRows> {
  const settle = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error!);
    });
  const database = await settle(indexedDB.open(databaseName));
  const tx = database.transaction(Object.values(stores), 'readonly');
  const entries = async (store: string, range?: IDBKeyRange) => {
    const rows = tx.objectStore(store);
    const [keys, values] = await Promise.all([settle(rows.getAllKeys(range)), settle(rows.getAll(range))]);
    return keys.map((key, i) => [key as string, values[i] as Uint8Array] as const);
  };
  const [tips, state, blocks] = await Promise.all([
    entries(stores.tip),
    entries(stores.state),
    entries(stores.blocks, IDBKeyRange.lowerBound(lowestBlock)),
  ]);
  database.close();
  return { tip: tips[0]![1], state, blocks };
}
