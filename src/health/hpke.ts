/**
 * Wraps keys to a public key with the hybrid KEM MLKEM768-X25519: health data outlives elliptic curves, and lattices are
 * young, so both must fall before a wrapped key does.
 *
 * The libraries (30 KB gzip) load on first use (CodeUnavailable when they can't). Everything in them runs in JavaScript, without WebCrypto: calls settle in
 * the same order on every machine.
 */
import type { CipherSuite, KEMFactory } from 'hpke';
import { fetchCode } from './deferred-code.ts';
import { abytes, concatBytes } from '../core/bytes.ts';
import { KEY_BYTES } from './key-derivation.ts';

/** ML-KEM-768 encapsulation key (1,184) and X25519 public key (32). */
export const ENCRYPTION_KEY_BYTES = 1216;
const ENCAPSULATION_BYTES = 1120;
/** A wrapped 32-byte key: encapsulation, ciphertext, tag. */
export const WRAPPED_KEY_BYTES = ENCAPSULATION_BYTES + KEY_BYTES + 16;
/** Fresh randomness that one `wrapKey` uses up. */
export const WRAP_ENTROPY_BYTES = 64;

const ML_KEM_Q = 3329;
const COEFFICIENT_BYTES = 1152;

export interface EncryptionKeyPair {
  /** ENCRYPTION_KEY_BYTES. */
  readonly publicKey: Uint8Array;
  /** 32 bytes: the seed both private keys grow from. */
  readonly secretKey: Uint8Array;
}

interface Library {
  suite(kem: KEMFactory): CipherSuite;
  readonly kem: KEMFactory;
  /** The library draws encapsulation randomness itself; ours comes from the caller, as all randomness does. */
  kemWith(entropy: Uint8Array): KEMFactory;
  /** True for the errors by which the library judges bytes from outside: a bad key, a bad encapsulation, a bad tag. */
  isVerdict(fault: unknown): boolean;
}

let library: Promise<Library> | undefined;

async function load(): Promise<Library> {
  const [hpke, noble, hybrid] = await fetchCode(() =>
    Promise.all([import('hpke'), import('@panva/hpke-noble'), import('@noble/post-quantum/hybrid.js')]),
  );
  const kem = noble.KEM_MLKEM768_X25519;
  return {
    suite: (factory) => new hpke.CipherSuite(factory, noble.KDF_HKDF_SHA256, noble.AEAD_AES_256_GCM),
    kem,
    kemWith: (entropy) => () => {
      const plain = kem();
      return {
        ...plain,
        async Encap(recipient) {
          const publicKey = await plain.SerializePublicKey(recipient);
          // A copy: the library wipes what it is given.
          const { cipherText, sharedSecret } = hybrid.MLKEM768X25519.encapsulate(publicKey, entropy.slice());
          return { enc: cipherText, shared_secret: sharedSecret };
        },
      };
    },
    isVerdict: (fault) => [hpke.EncapError, hpke.DecapError, hpke.OpenError].some((kind) => fault instanceof kind),
  };
}

/**
 * @param seed 32 secret bytes, used for nothing else
 * @source RFC 9180 7.1.3 (DeriveKeyPair); draft-ietf-hpke-pq, MLKEM768-X25519
 */
export async function deriveEncryptionKeyPair(seed: Uint8Array): Promise<EncryptionKeyPair> {
  const { suite, kem } = await useLibrary();
  const hpke = suite(kem);
  const pair = await hpke.DeriveKeyPair(abytes(seed, KEY_BYTES, 'encryption seed'), true);
  return {
    publicKey: await hpke.SerializePublicKey(pair.publicKey),
    secretKey: await hpke.SerializePrivateKey(pair.privateKey),
  };
}

/**
 * @param recipient ENCRYPTION_KEY_BYTES, from anybody
 * @param key       32 bytes
 * @param info      what the key is for; unwrapping needs the same
 * @param entropy   WRAP_ENTROPY_BYTES, fresh and random each time
 * @returns WRAPPED_KEY_BYTES (encapsulation, then ciphertext); undefined when `recipient` is no public key
 * @source RFC 9180 5.1.1 and 6.1, mode_base, sequence number 0, no associated data
 */
export async function wrapKey(
  recipient: Uint8Array,
  key: Uint8Array,
  info: Uint8Array,
  entropy: Uint8Array,
): Promise<Uint8Array | undefined> {
  abytes(key, KEY_BYTES, 'key');
  abytes(entropy, WRAP_ENTROPY_BYTES, 'entropy');
  if (recipient.length !== ENCRYPTION_KEY_BYTES || !areCoefficientsReduced(recipient)) return undefined;
  const { suite, kemWith, isVerdict } = await useLibrary();
  const hpke = suite(kemWith(entropy));
  const publicKey = await hpke.DeserializePublicKey(recipient);
  try {
    const { encapsulatedSecret, ciphertext } = await hpke.Seal(publicKey, key, { info });
    return concatBytes(encapsulatedSecret, ciphertext);
  } catch (fault) {
    // RFC 7748 6.1: a point of small order.
    if (isVerdict(fault)) return undefined;
    throw fault;
  }
}

/**
 * @param wrapped from anybody
 * @returns the key; undefined when it was not wrapped to this pair with this info, or was changed
 */
export async function unwrapKey(
  pair: EncryptionKeyPair,
  wrapped: Uint8Array,
  info: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (wrapped.length !== WRAPPED_KEY_BYTES) return undefined;
  const { suite, kem, isVerdict } = await useLibrary();
  const hpke = suite(kem);
  const secretKey = await hpke.DeserializePrivateKey(abytes(pair.secretKey, KEY_BYTES, 'secret key'));
  try {
    return await hpke.Open(secretKey, wrapped.slice(0, ENCAPSULATION_BYTES), wrapped.slice(ENCAPSULATION_BYTES), {
      info,
    });
  } catch (fault) {
    if (isVerdict(fault)) return undefined;
    throw fault;
  }
}

/**
 * Whether the ML-KEM part holds 768 numbers below q, 12 bits each, little-endian. Done here because the library's own
 * check (@noble/post-quantum 0.5.4) compares before it reduces, and so passes everything.
 * @source FIPS 203 7.2, encapsulation key check
 */
function areCoefficientsReduced(publicKey: Uint8Array): boolean {
  for (let i = 0; i < COEFFICIENT_BYTES; i += 3) {
    const pair = publicKey[i]! | (publicKey[i + 1]! << 8) | (publicKey[i + 2]! << 16);
    if ((pair & 0xfff) >= ML_KEM_Q || pair >> 12 >= ML_KEM_Q) return false;
  }
  return true;
}

function useLibrary(): Promise<Library> {
  // A chunk that could not be fetched is asked for again the next time.
  library ??= load().catch((fault: unknown) => {
    library = undefined;
    throw fault;
  });
  return library;
}
