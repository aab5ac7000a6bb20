/**
 * The stored form of the vault: how the secret is wrapped, with every parameter needed to unwrap it, and the ciphertext.
 *
 *   version u8 | mode u8 (0 browser-held key, 1 passphrase) | passphrase only: salt 16, memoryKiB u32, iterations u32,
 *   parallelism u8 | nonce 12 | sealed: length, then AES-256-GCM over the entropy, its tag last
 *
 * Everything before the nonce is authenticated with the secret, so that nobody can weaken the parameters unnoticed.
 */
import { concatBytes } from '../../core/bytes.ts';
import { decode, Writer, type DecodeCode, type Reader } from '../../core/codec.ts';
import type { Result } from '../../core/result.ts';

const RECORD_VERSION = 1;
export const SALT_BYTES = 16;
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const RECORD_BYTES_MAX = 256;

/** Cost of Argon2id. */
export interface KdfCost {
  readonly memoryKiB: number;
  readonly iterations: number;
  readonly parallelism: number;
}

/** 64 MiB and three passes: about 0.2 s in a tab. @source RFC 9106 section 4, second recommended option, on one lane */
export const DEFAULT_KDF_COST: KdfCost = { memoryKiB: 64 * 1024, iterations: 3, parallelism: 1 };

/** What a record may ask for at most: a damaged one must not take the tab's memory. */
const KDF_COST_MAX: KdfCost = { memoryKiB: 1024 * 1024, iterations: 64, parallelism: 16 };

export type Wrapping =
  { readonly mode: 'device' } | { readonly mode: 'passphrase'; readonly salt: Uint8Array; readonly cost: KdfCost };

export interface VaultRecord {
  readonly wrapping: Wrapping;
  /** 12 bytes. */
  readonly nonce: Uint8Array;
  /** 32 or 48 bytes. */
  readonly sealed: Uint8Array;
}

function encodeWrapping(wrapping: Wrapping): Uint8Array {
  const writer = new Writer().u8(RECORD_VERSION);
  if (wrapping.mode === 'device') return writer.u8(0).finish();
  const { salt, cost } = wrapping;
  return writer.u8(1).bytes(salt).u32(cost.memoryKiB).u32(cost.iterations).u8(cost.parallelism).finish();
}

/** What the cipher authenticates besides the secret. */
export function wrappingContext(wrapping: Wrapping): Uint8Array {
  return concatBytes(new TextEncoder().encode('medmesh/vault'), encodeWrapping(wrapping));
}

export function encodeVaultRecord({ wrapping, nonce, sealed }: VaultRecord): Uint8Array {
  return new Writer().bytes(encodeWrapping(wrapping)).bytes(nonce).varbytes(sealed).finish();
}

export function decodeVaultRecord(bytes: Uint8Array): Result<VaultRecord, DecodeCode> {
  return decode(bytes, RECORD_BYTES_MAX, (reader) => {
    if (reader.u8() !== RECORD_VERSION) reader.fail('bad-value', 'unknown vault version');
    const wrapping = readWrapping(reader);
    const nonce = reader.bytes(NONCE_BYTES);
    const sealed = reader.varbytes(32 + TAG_BYTES);
    if (sealed.length !== 16 + TAG_BYTES && sealed.length !== 32 + TAG_BYTES) {
      reader.fail('bad-value', `${sealed.length} sealed bytes`);
    }
    return { wrapping, nonce, sealed };
  });
}

function readWrapping(reader: Reader): Wrapping {
  const mode = reader.u8();
  if (mode === 0) return { mode: 'device' };
  if (mode !== 1) reader.fail('bad-value', `unknown wrapping ${mode}`);
  const salt = reader.bytes(SALT_BYTES);
  const cost = { memoryKiB: reader.u32(), iterations: reader.u32(), parallelism: reader.u8() };
  const inBounds =
    cost.parallelism >= 1 &&
    cost.parallelism <= KDF_COST_MAX.parallelism &&
    cost.iterations >= 1 &&
    cost.iterations <= KDF_COST_MAX.iterations &&
    cost.memoryKiB >= 8 * cost.parallelism &&
    cost.memoryKiB <= KDF_COST_MAX.memoryKiB;
  if (!inBounds) reader.fail('bad-value', `key derivation cost ${JSON.stringify(cost)}`);
  return { mode: 'passphrase', salt, cost };
}
