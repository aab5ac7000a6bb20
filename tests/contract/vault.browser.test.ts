import { afterEach, describe, expect, it } from 'vitest';
import { deleteDatabase } from '../../src/adapters/indexeddb/connection.ts';
import { openRow } from '../../src/adapters/indexeddb/row-checksum.ts';
import { IndexedDbVault } from '../../src/adapters/vault/indexeddb-vault.ts';
import { decodeVaultRecord, DEFAULT_KDF_COST, type KdfCost } from '../../src/adapters/vault/vault-record.ts';
import { changeRaw, freshDatabaseName, settleRequest } from '../support/indexed-db.ts';
import { describeVault } from './suites/vault.ts';

/** The real cost is measured once, below; a suite of some twenty derivations need not pay it. */
const CHEAP: KdfCost = { memoryKiB: 64, iterations: 1, parallelism: 1 };
const ENTROPY = new Uint8Array(16).fill(7);

async function readRaw(name: string): Promise<{ readonly record: unknown; readonly key: unknown }> {
  const found: { record: unknown; key: unknown } = { record: undefined, key: undefined };
  await changeRaw(name, ['vault'], async (tx) => {
    found.record = await settleRequest(tx.objectStore('vault').get('vault'));
    found.key = await settleRequest(tx.objectStore('vault').get('device-key'));
  });
  return found;
}

const writeRaw = (name: string, key: string, change: (row: Uint8Array) => unknown) =>
  changeRaw(name, ['vault'], async (tx) => {
    const store = tx.objectStore('vault');
    store.put(change((await settleRequest(store.get(key))) as Uint8Array), key);
  });

const flipLastBit = (row: Uint8Array) => row.map((byte, index) => (index === row.length - 1 ? byte ^ 1 : byte));

describeVault('IndexedDB', () => {
  const name = freshDatabaseName();
  return {
    open: () => IndexedDbVault.open(name, CHEAP),
    damage: () => writeRaw(name, 'vault', flipLastBit),
    stored: async () => (await readRaw(name)).record,
    dispose: () => deleteDatabase(name),
  };
});

describe('IndexedDbVault', () => {
  const name = freshDatabaseName();
  afterEach(() => deleteDatabase(name));

  it('keeps a device key that the browser does not hand out, and drops it for a passphrase', async () => {
    const vault = await IndexedDbVault.open(name, CHEAP);
    await vault.create(ENTROPY);
    const { key } = await readRaw(name);
    expect(key).toBeInstanceOf(CryptoKey);
    await expect(crypto.subtle.exportKey('raw', key as CryptoKey)).rejects.toThrow(DOMException);
    await vault.setPassphrase(undefined, 'secret');
    expect((await readRaw(name)).key).toBeUndefined();
  });

  it('writes the full cost by default, and opens at the cost it was written with', async () => {
    const vault = await IndexedDbVault.open(name);
    await vault.create(ENTROPY);
    await vault.setPassphrase(undefined, 'secret');
    const decoded = decodeVaultRecord(openRow('vault', (await readRaw(name)).record));
    expect(decoded).toMatchObject({ ok: true, value: { wrapping: { mode: 'passphrase', cost: DEFAULT_KDF_COST } } });
    expect(await (await IndexedDbVault.open(name, CHEAP)).open('secret')).toEqual(ENTROPY);
  });

  it('is corrupt when the browser-held key is gone or another one', async () => {
    const vault = await IndexedDbVault.open(name, CHEAP);
    await vault.create(ENTROPY);
    const other = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    await writeRaw(name, 'device-key', () => other);
    expect(await vault.state()).toBe('corrupt');
    await changeRaw(name, ['vault'], async (tx) => {
      tx.objectStore('vault').delete('device-key');
    });
    expect(await vault.state()).toBe('corrupt');
    await expect(vault.open()).rejects.toMatchObject({ code: 'corrupt-row' });
  });

  it('lets one of two tabs win that change the passphrase at once', async () => {
    const [one, two] = [await IndexedDbVault.open(name, CHEAP), await IndexedDbVault.open(name, CHEAP)];
    await one.create(ENTROPY);
    const outcomes = await Promise.allSettled([
      one.setPassphrase(undefined, 'one'),
      two.setPassphrase(undefined, 'two'),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const winner = outcomes[0]!.status === 'fulfilled' ? 'one' : 'two';
    expect(await (await IndexedDbVault.open(name, CHEAP)).open(winner)).toEqual(ENTROPY);
  });
});
