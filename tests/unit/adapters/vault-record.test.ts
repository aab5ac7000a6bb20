import { describe, expect, it } from 'vitest';
import {
  decodeVaultRecord,
  DEFAULT_KDF_COST,
  encodeVaultRecord,
  wrappingContext,
  type KdfCost,
  type VaultRecord,
} from '../../../src/adapters/vault/vault-record.ts';
import { toHex } from '../../../src/core/bytes.ts';

const nonce = new Uint8Array(12).fill(2);
const passphraseRecord = (cost: KdfCost): VaultRecord => ({
  wrapping: { mode: 'passphrase', salt: new Uint8Array(16).fill(1), cost },
  nonce,
  sealed: new Uint8Array(32).fill(3),
});
const deviceRecord: VaultRecord = { wrapping: { mode: 'device' }, nonce, sealed: new Uint8Array(48).fill(3) };

describe('the vault record', () => {
  it('has the documented bytes', () => {
    expect(toHex(encodeVaultRecord(passphraseRecord(DEFAULT_KDF_COST)))).toBe(
      `0101${'01'.repeat(16)}000100000000000301${'02'.repeat(12)}20${'03'.repeat(32)}`,
    );
    expect(toHex(encodeVaultRecord(deviceRecord))).toBe(`0100${'02'.repeat(12)}30${'03'.repeat(48)}`);
  });

  it('is read back as it was written', () => {
    for (const record of [deviceRecord, passphraseRecord({ memoryKiB: 64, iterations: 1, parallelism: 2 })]) {
      expect(decodeVaultRecord(encodeVaultRecord(record))).toEqual({ ok: true, value: record });
    }
  });

  it('authenticates the parameters with the secret', () => {
    const context = (cost: KdfCost) => toHex(wrappingContext(passphraseRecord(cost).wrapping));
    expect(context(DEFAULT_KDF_COST)).not.toBe(context({ ...DEFAULT_KDF_COST, iterations: 2 }));
  });

  it.each([
    { memoryKiB: 4 * 1024 * 1024, iterations: 1, parallelism: 1 },
    { memoryKiB: 0, iterations: 1, parallelism: 1 },
    { memoryKiB: 64, iterations: 0, parallelism: 1 },
    { memoryKiB: 64, iterations: 1_000_000, parallelism: 1 },
    { memoryKiB: 64, iterations: 1, parallelism: 0 },
    { memoryKiB: 64, iterations: 1, parallelism: 200 },
  ])('refuses a cost that no vault of ours has: %o', (cost) => {
    expect(decodeVaultRecord(encodeVaultRecord(passphraseRecord(cost)))).toMatchObject({
      ok: false,
      code: 'bad-value',
    });
  });

  it('refuses unknown versions and modes, wrong lengths, and any cut', () => {
    const bytes = encodeVaultRecord(deviceRecord);
    expect(decodeVaultRecord(Uint8Array.of(2, ...bytes.subarray(1)))).toMatchObject({ code: 'bad-value' });
    expect(decodeVaultRecord(Uint8Array.of(1, 7, ...bytes.subarray(2)))).toMatchObject({ code: 'bad-value' });
    const short = encodeVaultRecord({ ...deviceRecord, sealed: new Uint8Array(40) });
    expect(decodeVaultRecord(short)).toMatchObject({ code: 'bad-value' });
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeVaultRecord(bytes.subarray(0, length)).ok).toBe(false);
    }
    expect(decodeVaultRecord(Uint8Array.of(...bytes, 0))).toMatchObject({ code: 'trailing-bytes' });
  });
});
