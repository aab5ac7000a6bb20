/** The bulk cipher of Node.js, done at once: within one event of the simulator nothing but microtasks may happen. */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { abytes } from '../../src/core/bytes.ts';
import type { BulkCipher } from '../../src/node/ports.ts';

const TAG_BYTES = 16;

export class SyncCipher implements BulkCipher {
  async seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> {
    const cipher = createCipheriv('aes-256-gcm', abytes(key, 32, 'key'), abytes(nonce, 12, 'nonce'));
    cipher.setAAD(aad);
    return plain(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]));
  }

  async open(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Promise<Uint8Array | undefined> {
    const cipher = createDecipheriv('aes-256-gcm', abytes(key, 32, 'key'), abytes(nonce, 12, 'nonce'));
    if (sealed.length < TAG_BYTES) return undefined;
    cipher.setAAD(aad);
    cipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    const plaintext = cipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
    try {
      return plain(Buffer.concat([plaintext, cipher.final()]));
    } catch {
      // The one thing `final` can find is a wrong tag.
      return undefined;
    }
  }

  async sha256(bytes: Uint8Array): Promise<Uint8Array> {
    return plain(createHash('sha256').update(bytes).digest());
  }

  async deflate(bytes: Uint8Array): Promise<Uint8Array> {
    return plain(deflateRawSync(bytes));
  }

  async inflate(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array | undefined> {
    try {
      // One byte more than allowed, since zlib takes no limit of zero.
      const inflated = inflateRawSync(bytes, { maxOutputLength: maxBytes + 1 });
      return inflated.length > maxBytes ? undefined : plain(inflated);
    } catch (fault) {
      if (fault instanceof Error && 'code' in fault) return undefined;
      throw fault;
    }
  }
}

/** A Uint8Array of its own, not a slice of Node.js' pool. */
function plain(buffer: Buffer): Uint8Array {
  return Uint8Array.from(buffer);
}
