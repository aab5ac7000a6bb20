/**
 * Sealed documents on IndexedDB, one row per chunk. The size of a piece is part of its key, so that what a blob occupies
 * is known without reading it, and the counter of used bytes moves in the same transaction as the piece.
 */
import { wrap } from 'idb';
import { fromBigInt, toBigInt } from '../../core/bytes.ts';
import type { BlobId } from '../../core/ids.ts';
import type { BlobStore } from '../../node/ports.ts';
import { MANIFEST, parsePieceKey, pieceName, sumBytes, type PieceKey } from './blob-rows.ts';
import { getOne, type Connection } from './connection.ts';
import { openNodeDatabase, STORES } from './database.ts';
import { intactPayload, openRow, sealRow } from './row-checksum.ts';

const USAGE = 'usage';
const PIECE_STORES = [STORES.pieces, STORES.usage];

/** All rows of one piece: one, whatever its size. An array sorts after every number. */
const onePiece = (id: BlobId, index: number) => IDBKeyRange.bound([id, index], [id, index, []]);
const allPieces = (id: BlobId) => IDBKeyRange.bound([id], [id, []]);

export class IndexedDbBlobStore implements BlobStore {
  private readonly connection: Connection;

  private constructor(connection: Connection) {
    this.connection = connection;
  }

  /** @throws StoreFault, see openConnection */
  static async open(databaseName: string): Promise<IndexedDbBlobStore> {
    return new IndexedDbBlobStore(await openNodeDatabase(databaseName));
  }

  /** Waits for the disk, unlike chunks: a chunk that a power failure took is missing, and is fetched or sealed again. */
  putManifest(id: BlobId, manifest: Uint8Array): Promise<void> {
    return this.putPiece(id, MANIFEST, manifest);
  }

  getManifest(id: BlobId): Promise<Uint8Array | undefined> {
    return this.getPiece(id, MANIFEST);
  }

  putChunk(id: BlobId, index: number, chunk: Uint8Array): Promise<void> {
    return this.putPiece(id, index, chunk);
  }

  getChunk(id: BlobId, index: number): Promise<Uint8Array | undefined> {
    return this.getPiece(id, index);
  }

  async listChunks(id: BlobId): Promise<readonly number[]> {
    const pieces = await this.readKeys(allPieces(id));
    return pieces.map(({ index }) => index).filter((index) => index !== MANIFEST);
  }

  async list(): Promise<readonly BlobId[]> {
    const pieces = await this.readKeys(null);
    return [...new Set(pieces.map(({ id }) => id))];
  }

  async delete(id: BlobId): Promise<void> {
    await this.connection.write(PIECE_STORES, 'relaxed', (tx) => replacePieces(tx, allPieces(id), undefined));
  }

  usedBytes(): Promise<number> {
    return this.connection.read(PIECE_STORES, readUsage);
  }

  async close(): Promise<void> {
    this.connection.close();
  }

  private async putPiece(id: BlobId, index: number, payload: Uint8Array): Promise<void> {
    const row = sealRow(pieceName(id, index), payload);
    const durability = index === MANIFEST ? 'strict' : 'relaxed';
    await this.connection.write(PIECE_STORES, durability, (tx) =>
      replacePieces(tx, onePiece(id, index), { key: [id, index, payload.length], row }),
    );
  }

  private async getPiece(id: BlobId, index: number): Promise<Uint8Array | undefined> {
    const name = pieceName(id, index);
    const row = await this.connection.read([STORES.pieces], (tx) =>
      getOne(tx.objectStore(STORES.pieces), onePiece(id, index), name),
    );
    return row === undefined ? undefined : openRow(name, row).slice();
  }

  private async readKeys(range: IDBKeyRange | null): Promise<readonly PieceKey[]> {
    const keys = await this.connection.read([STORES.pieces], (tx) =>
      wrap(tx.objectStore(STORES.pieces).getAllKeys(range)),
    );
    return keys.map(parsePieceKey).filter((key) => key !== undefined);
  }
}

/** Puts a piece (or nothing) in the place of all in `range`, and moves the counter by the difference. */
async function replacePieces(
  tx: IDBTransaction,
  range: IDBKeyRange,
  piece: { readonly key: readonly [string, number, number]; readonly row: Uint8Array } | undefined,
): Promise<void> {
  const pieces = tx.objectStore(STORES.pieces);
  const [used, replaced] = await Promise.all([readUsage(tx), wrap(pieces.getAllKeys(range))]);
  if (replaced.length > 0) pieces.delete(range);
  if (piece) pieces.put(piece.row, [...piece.key]);
  const usedAfter = used - sumBytes(replaced) + (piece?.key[2] ?? 0);
  tx.objectStore(STORES.usage).put(sealUsage(usedAfter), USAGE);
}

function sealUsage(bytes: number): Uint8Array {
  return sealRow(USAGE, fromBigInt(BigInt(bytes), 8));
}

/** The counter; only when its row is missing or damaged, the sum of all pieces. */
async function readUsage(tx: IDBTransaction): Promise<number> {
  const counter = intactPayload(USAGE, await getOne(tx.objectStore(STORES.usage), USAGE, USAGE));
  if (counter?.length === 8) return Number(toBigInt(counter));
  return sumBytes(await wrap(tx.objectStore(STORES.pieces).getAllKeys()));
}
