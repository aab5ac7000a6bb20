/** Reads a file from the page, a piece at a time. */

const PIECE_BYTES = 1024 * 1024;

/**
 * @param onProgress  bytes read so far; may throw to stop
 * @returns undefined when the browser cannot read the file (any more): it was moved, changed or taken away
 */
export async function readFile(file: Blob, onProgress: (bytes: number) => void): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(file.size);
  for (let offset = 0; offset < file.size; offset += PIECE_BYTES) {
    const piece = await readPiece(file.slice(offset, offset + PIECE_BYTES));
    if (piece?.length !== Math.min(PIECE_BYTES, file.size - offset)) return undefined;
    bytes.set(piece, offset);
    onProgress(offset + piece.length);
  }
  return bytes;
}

async function readPiece(piece: Blob): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await piece.arrayBuffer());
  } catch {
    // The platform's one way to say that a file cannot be read: a DOMException, of a name that differs by browser.
    return undefined;
  }
}
