/**
 * The person's secret in a database of its own, so that erasing or losing a node's database never touches it. All tabs of
 * a browser share it: every change checks, in its own transaction, that nobody changed it in between.
 */
import { equalBytes } from '../../core/bytes.ts';
import { assert } from '../../core/result.ts';
import { StoreFault, type Vault } from '../../node/ports.ts';
import { getMany, getOne, openConnection, type Connection } from '../indexeddb/connection.ts';
import { corruptRow, intactPayload, sealRow } from '../indexeddb/row-checksum.ts';
import {
  decodeVaultRecord,
  DEFAULT_KDF_COST,
  encodeVaultRecord,
  SALT_BYTES,
  type KdfCost,
  type VaultRecord,
  type Wrapping,
} from './vault-record.ts';
import { derivePassphraseKey, generateDeviceKey, unwrapSecret, wrapSecret } from './wrapping-keys.ts';

const VAULT_DATABASE_NAME = 'medmesh/vault';

const STORE = 'vault';
const RECORD = 'vault';
const DEVICE_KEY = 'device-key';

const VAULT_LAYOUT = {
  version: 1,
  stores: [STORE],
  upgrade(database: IDBDatabase, from: number) {
    if (from < 1) database.createObjectStore(STORE);
  },
};

type Content =
  | { readonly type: 'empty' }
  | { readonly type: 'corrupt' }
  | { readonly type: 'device'; readonly row: Uint8Array; readonly record: VaultRecord; readonly key: CryptoKey }
  | {
      readonly type: 'passphrase';
      readonly row: Uint8Array;
      readonly record: VaultRecord;
      readonly wrapping: Extract<Wrapping, { mode: 'passphrase' }>;
    };

export class IndexedDbVault implements Vault {
  private readonly connection: Connection;
  private readonly cost: KdfCost;
  /** What a passphrase opened, and the row it came from: valid only while that row is the stored one. */
  private opened: { readonly row: Uint8Array; readonly entropy: Uint8Array } | undefined;

  private constructor(connection: Connection, cost: KdfCost) {
    this.connection = connection;
    this.cost = cost;
  }

  /**
   * @param cost  for passphrases set from now on; opening always follows the record
   * @throws StoreFault, see openConnection
   */
  static async open(databaseName = VAULT_DATABASE_NAME, cost = DEFAULT_KDF_COST): Promise<IndexedDbVault> {
    return new IndexedDbVault(await openConnection(databaseName, VAULT_LAYOUT), cost);
  }

  async state(): Promise<'empty' | 'open' | 'locked' | 'corrupt'> {
    const content = await this.read();
    switch (content.type) {
      case 'empty':
      case 'corrupt':
        return content.type;
      case 'device':
        return (await unwrapSecret(content.record, content.key)) ? 'open' : 'corrupt';
      case 'passphrase':
        return this.alreadyOpened(content.row) ? 'open' : 'locked';
    }
  }

  async create(entropy: Uint8Array): Promise<void> {
    assert(entropy.length === 16 || entropy.length === 32, `entropy of ${entropy.length} bytes`);
    const key = await generateDeviceKey();
    const record = await wrapSecret(entropy, { mode: 'device' }, key);
    await this.replace(undefined, record, key);
  }

  async open(passphrase?: string): Promise<Uint8Array | undefined> {
    const content = await this.read();
    if (content.type === 'empty') return undefined;
    if (content.type === 'corrupt') throw corruptRow(RECORD);
    // A passphrase that is given is checked, even when the vault is open: that is how a page asks for it again.
    if (content.type === 'passphrase' && passphrase === undefined) return this.alreadyOpened(content.row)?.slice();
    return this.unwrap(content, passphrase);
  }

  async setPassphrase(current: string | undefined, passphrase: string | undefined): Promise<boolean> {
    assert(passphrase !== '', 'an empty passphrase protects nothing');
    const content = await this.read();
    assert(content.type !== 'empty', 'the vault is empty');
    if (content.type === 'corrupt') throw corruptRow(RECORD);
    const entropy = await this.unwrap(content, current);
    if (!entropy) return false;
    if (passphrase === undefined) {
      const key = await generateDeviceKey();
      await this.replace(content.row, await wrapSecret(entropy, { mode: 'device' }, key), key);
      this.opened = undefined;
    } else {
      const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
      const key = await derivePassphraseKey(passphrase, salt, this.cost);
      const record = await wrapSecret(entropy, { mode: 'passphrase', salt, cost: this.cost }, key);
      this.opened = { row: await this.replace(content.row, record, undefined), entropy };
    }
    return true;
  }

  async erase(): Promise<void> {
    this.opened = undefined;
    await this.connection.write([STORE], 'strict', (tx) => {
      tx.objectStore(STORE).clear();
    });
  }

  close(): void {
    this.opened = undefined;
    this.connection.close();
  }

  private async read(): Promise<Content> {
    const [row, key] = await this.connection.read([STORE], (tx) =>
      getMany(tx.objectStore(STORE), [RECORD, DEVICE_KEY], () => RECORD),
    );
    if (row === undefined) return { type: 'empty' };
    const payload = intactPayload(RECORD, row);
    const decoded = payload && decodeVaultRecord(payload);
    if (!(row instanceof Uint8Array) || !decoded?.ok) return { type: 'corrupt' };
    const record = decoded.value;
    const { wrapping } = record;
    if (wrapping.mode === 'passphrase') return { type: 'passphrase', row, record, wrapping };
    return key instanceof CryptoKey ? { type: 'device', row, record, key } : { type: 'corrupt' };
  }

  /** The entropy; undefined when the passphrase is wrong or missing. Throws StoreFault when the record contradicts its key. */
  private async unwrap(
    content: Extract<Content, { type: 'device' | 'passphrase' }>,
    passphrase: string | undefined,
  ): Promise<Uint8Array | undefined> {
    if (content.type === 'device') {
      const entropy = await unwrapSecret(content.record, content.key);
      if (!entropy) throw corruptRow(RECORD);
      return entropy;
    }
    if (!passphrase) return undefined;
    const { salt, cost } = content.wrapping;
    const entropy = await unwrapSecret(content.record, await derivePassphraseKey(passphrase, salt, cost));
    if (entropy) this.opened = { row: content.row, entropy: entropy.slice() };
    return entropy;
  }

  private alreadyOpened(row: Uint8Array): Uint8Array | undefined {
    return this.opened && equalBytes(this.opened.row, row) ? this.opened.entropy : undefined;
  }

  /**
   * Stores a record in the place of `expected` (undefined: of nothing), and the browser-held key that goes with it.
   * @returns the row stored
   */
  private async replace(
    expected: Uint8Array | undefined,
    record: VaultRecord,
    key: CryptoKey | undefined,
  ): Promise<Uint8Array> {
    const row = sealRow(RECORD, encodeVaultRecord(record));
    await this.connection.write([STORE], 'strict', async (tx) => {
      const store = tx.objectStore(STORE);
      const stored = await getOne(store, RECORD, RECORD);
      if (stored !== undefined && !intactPayload(RECORD, stored)) throw corruptRow(RECORD);
      const unchanged = stored instanceof Uint8Array ? expected && equalBytes(stored, expected) : !expected;
      if (!unchanged) {
        throw new StoreFault('aborted', expected ? 'the vault changed in another tab' : 'the vault is not empty');
      }
      store.put(row, RECORD);
      if (key) store.put(key, DEVICE_KEY);
      else store.delete(DEVICE_KEY);
    });
    return row;
  }
}
