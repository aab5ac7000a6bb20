/**
 * What this person's tab remembers beside the chain: records, grants, inbox, requests, own transactions under way. Every
 * row is encrypted with a key from the person's secret and named at random, so that a copied disk tells neither what they
 * hold nor which slots of the chain are theirs.
 */
import { concatBytes, toHex } from '../core/bytes.ts';
import { decodeUtf8, encodeUtf8 } from '../core/text.ts';
import type { BulkCipher, PrivateStore, Rng } from './ports.ts';

const NONCE_BYTES = 12;
const ROW_VERSION = 1;

/** A row's name within the node, such as `record/<slot id>`; never stored in the clear. */
export type RowName = string;
/** Plain JSON data; null deletes. */
export type RowChanges = ReadonlyMap<RowName, object | null>;

interface SealedRow {
  readonly name: RowName;
  readonly value: object;
}

export class SealedRows {
  private readonly store: PrivateStore;
  private readonly cipher: BulkCipher;
  private readonly rng: Rng;
  private readonly key: Uint8Array;
  private readonly storeKeys = new Map<RowName, string>();

  /** @param key  32 bytes, the identity's storage key */
  constructor(ports: { rows: PrivateStore; cipher: BulkCipher; rng: Rng }, key: Uint8Array) {
    this.store = ports.rows;
    this.cipher = ports.cipher;
    this.rng = ports.rng;
    this.key = key;
  }

  /** All rows, and the keys under which damaged ones are stored. Rows of another identity count as damaged. */
  async load(): Promise<{ rows: Map<RowName, object>; damaged: readonly string[] }> {
    const stored = await this.store.loadAll();
    const rows = new Map<RowName, object>();
    const damaged = [...stored.damaged];
    for (const [storeKey, bytes] of stored.rows) {
      const row = await this.open(storeKey, bytes);
      if (row) {
        rows.set(row.name, row.value);
        this.storeKeys.set(row.name, storeKey);
      } else damaged.push(storeKey);
    }
    return { rows, damaged };
  }

  /** One atomic change. Throws StoreFault; then nothing of it is stored. */
  async write(changes: RowChanges): Promise<void> {
    const sealed = new Map<string, Uint8Array | null>();
    for (const [name, value] of changes) {
      const storeKey = this.storeKeys.get(name) ?? toHex(this.rng.bytes(16));
      if (value) sealed.set(storeKey, await this.seal(storeKey, { name, value }));
      else if (this.storeKeys.has(name)) sealed.set(storeKey, null);
      this.storeKeys.set(name, storeKey);
    }
    await this.store.write(sealed);
    for (const [name, value] of changes) if (!value) this.storeKeys.delete(name);
  }

  private async seal(storeKey: string, row: SealedRow): Promise<Uint8Array> {
    const nonce = this.rng.bytes(NONCE_BYTES);
    const plaintext = encodeUtf8(JSON.stringify(row));
    return concatBytes(
      Uint8Array.of(ROW_VERSION),
      nonce,
      await this.cipher.seal(this.key, nonce, encodeUtf8(storeKey), plaintext),
    );
  }

  private async open(storeKey: string, bytes: Uint8Array): Promise<SealedRow | undefined> {
    if (bytes[0] !== ROW_VERSION || bytes.length < 1 + NONCE_BYTES) return undefined;
    const nonce = bytes.slice(1, 1 + NONCE_BYTES);
    const plaintext = await this.cipher.open(this.key, nonce, encodeUtf8(storeKey), bytes.slice(1 + NONCE_BYTES));
    const text = plaintext && decodeUtf8(plaintext);
    return text === undefined ? undefined : (JSON.parse(text) as SealedRow);
  }
}
