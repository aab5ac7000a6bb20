/** Keys and names of the rows of sealed documents. */
import { BlobId } from '../../core/ids.ts';

/** The manifest, among the pieces of a blob. */
export const MANIFEST = -1;

export const pieceName = (id: BlobId, index: number) =>
  index === MANIFEST ? `manifest ${id}` : `chunk ${id} ${index}`;

export interface PieceKey {
  readonly id: BlobId;
  readonly index: number;
  readonly bytes: number;
}

export function parsePieceKey(key: IDBValidKey): PieceKey | undefined {
  if (!Array.isArray(key)) return undefined;
  const [idText, index, bytes] = key;
  const id = typeof idText === 'string' ? BlobId.parse(idText) : undefined;
  return id && typeof index === 'number' && typeof bytes === 'number' ? { id, index, bytes } : undefined;
}

/** The size is the last part of the key, so that what a blob occupies is known without reading it. */
export function sumBytes(keys: readonly IDBValidKey[]): number {
  return keys.reduce<number>((sum, key) => sum + (parsePieceKey(key)?.bytes ?? 0), 0);
}
