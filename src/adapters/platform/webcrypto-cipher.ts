/** The BulkCipher port on WebCrypto and Compression Streams: the same code in a tab, a worker and Node.js. */
import { abytes, concatBytes } from '../../core/bytes.ts';
import type { BulkCipher } from '../../node/ports.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
/**
 * What a compression stream is fed at a time. Deflate grows at most 1,032-fold, and a stream hands out all that one
 * piece became before it can be told to stop.
 */
const PIECE_BYTES = 16 * 1024;

export class WebCryptoCipher implements BulkCipher {
  async seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> {
    const sealed = await crypto.subtle.encrypt(gcm(nonce, aad), await importKey(key), unshared(plaintext));
    return new Uint8Array(sealed);
  }

  async open(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Promise<Uint8Array | undefined> {
    const aesKey = await importKey(key);
    try {
      return new Uint8Array(await crypto.subtle.decrypt(gcm(nonce, aad), aesKey, unshared(sealed)));
    } catch (fault) {
      // The platform's one name for a wrong tag, also when there is no room for one.
      if (fault instanceof DOMException && fault.name === 'OperationError') return undefined;
      throw fault;
    }
  }

  async sha256(bytes: Uint8Array): Promise<Uint8Array> {
    return new Uint8Array(await crypto.subtle.digest('SHA-256', unshared(bytes)));
  }

  async deflate(bytes: Uint8Array): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    const compressed = piecesOf(bytes).pipeThrough(new CompressionStream('deflate-raw'));
    for await (const piece of readAll(compressed)) pieces.push(piece);
    return concatBytes(...pieces);
  }

  async inflate(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array | undefined> {
    const pieces: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const piece of readAll(piecesOf(bytes).pipeThrough(new DecompressionStream('deflate-raw')))) {
        length += piece.length;
        if (length > maxBytes) return undefined;
        pieces.push(piece);
      }
    } catch (fault) {
      if (isBadDeflate(fault)) return undefined;
      throw fault;
    }
    return concatBytes(...pieces);
  }
}

function gcm(nonce: Uint8Array, aad: Uint8Array): AesGcmParams {
  return { name: 'AES-GCM', iv: unshared(abytes(nonce, NONCE_BYTES, 'nonce')), additionalData: unshared(aad) };
}

function importKey(key: Uint8Array): Promise<CryptoKey> {
  const raw = unshared(abytes(key, KEY_BYTES, 'key'));
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/** WebCrypto refuses memory that another thread could change meanwhile. */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return isUnshared(bytes) ? bytes : Uint8Array.from(bytes);
}

function isUnshared(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}

function piecesOf(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  const source = unshared(bytes);
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset < source.length) controller.enqueue(source.subarray(offset, offset + PIECE_BYTES));
      else controller.close();
      offset += PIECE_BYTES;
    },
  });
}

/** Streams are not iterable in every browser. Leaving the loop early cancels the stream. */
async function* readAll(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

/** Browsers say TypeError, Node.js an Error with one of zlib's codes. */
function isBadDeflate(fault: unknown): boolean {
  if (fault instanceof TypeError) return true;
  return fault instanceof Error && 'code' in fault && String(fault.code).startsWith('Z_');
}
