/**
 * What sealing a document needs from the platform: the bulk of it is fast only where the browser does it natively.
 * WebCrypto in a tab, the same in Node.js; every method is deterministic in its arguments.
 */
export interface BulkCipher {
  /** AES-256-GCM. `key` 32 bytes, `nonce` 12 bytes; returns ciphertext with its 16-byte tag. */
  seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array>;
  /** The plaintext, or undefined when the tag does not match. */
  open(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Promise<Uint8Array | undefined>;
  sha256(bytes: Uint8Array): Promise<Uint8Array>;
  /** Raw deflate (RFC 1951). */
  deflate(bytes: Uint8Array): Promise<Uint8Array>;
  /** Undefined when the input is not deflate data, or would grow past `maxBytes` (a decompression bomb). */
  inflate(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array | undefined>;
}
