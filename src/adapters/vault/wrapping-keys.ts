/** The two keys that can wrap the secret, and the wrapping itself: AES-256-GCM through WebCrypto. */
import { fetchCode } from '../../node/ports.ts';
import { wrappingContext, NONCE_BYTES, type KdfCost, type VaultRecord, type Wrapping } from './vault-record.ts';

const AES_GCM = { name: 'AES-GCM', length: 256 } as const;

/** WebCrypto's types want bytes on a plain ArrayBuffer. */
const plain = (bytes: Uint8Array) => new Uint8Array(bytes);

/** A key that the browser stores but never hands out: copied database files alone open nothing in another profile's code. */
export function generateDeviceKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey(AES_GCM, false, ['encrypt', 'decrypt']);
}

/**
 * The key behind a passphrase, by Argon2id. Composed and full-width characters count as what they look like (NFKC), so
 * that another keyboard opens the same vault. The wasm loads with the first use: most tabs never set a passphrase.
 * @source RFC 9106
 */
export async function derivePassphraseKey(passphrase: string, salt: Uint8Array, cost: KdfCost): Promise<CryptoKey> {
  const { argon2id } = await fetchCode(() => import('hash-wasm'));
  const key = await argon2id({
    password: passphrase.normalize('NFKC'),
    salt,
    memorySize: cost.memoryKiB,
    iterations: cost.iterations,
    parallelism: cost.parallelism,
    hashLength: 32,
    outputType: 'binary',
  });
  return crypto.subtle.importKey('raw', plain(key), AES_GCM, false, ['encrypt', 'decrypt']);
}

export async function wrapSecret(entropy: Uint8Array, wrapping: Wrapping, key: CryptoKey): Promise<VaultRecord> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = await crypto.subtle.encrypt(aesGcm(nonce, wrapping), key, plain(entropy));
  return { wrapping, nonce, sealed: new Uint8Array(sealed) };
}

/** Undefined when the key is not the one it was wrapped with, or the record was changed. */
export async function unwrapSecret(record: VaultRecord, key: CryptoKey): Promise<Uint8Array | undefined> {
  try {
    const entropy = await crypto.subtle.decrypt(aesGcm(record.nonce, record.wrapping), key, plain(record.sealed));
    return new Uint8Array(entropy);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'OperationError') return undefined;
    throw error;
  }
}

const aesGcm = (nonce: Uint8Array, wrapping: Wrapping) => ({
  name: AES_GCM.name,
  iv: plain(nonce),
  additionalData: plain(wrappingContext(wrapping)),
});
