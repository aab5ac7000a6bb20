import { hkdfSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { AEAD_AES_128_GCM, AEAD_ChaCha20Poly1305, KDF_HKDF_SHA256 } from '@panva/hpke-noble';
import { KEM_DHKEM_P256_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from '@panva/hpke-noble';
import { CipherSuite } from 'hpke';
import { describe, expect, test } from 'vitest';
import { WebCryptoCipher } from '../../src/adapters/platform/webcrypto-cipher.ts';
import { concatBytes, fromBigInt, fromHex, toHex } from '../../src/core/bytes.ts';
import { sharedSecretX } from '../../src/core/ecdsa.ts';
import { deriveKey } from '../../src/health/key-derivation.ts';

const shared = (path: string) => new URL(`../../../shared/data/crypto/${path}`, import.meta.url);
const read = <T>(url: URL) => JSON.parse(readFileSync(url, 'utf8')) as T;
const hex = (text: string) => fromHex(text)!;

test('derived keys are HKDF-SHA-256 of the secret with salt medmesh/1 and info label || 0 || context', () => {
  const [secret, context] = [hex('00'.repeat(16)), hex('0102')];
  const expected = hkdfSync('sha256', secret, 'medmesh/1', concatBytes(Buffer.from('label\0'), context), 100);
  expect(deriveKey(secret, 'label', context, 100)).toEqual(new Uint8Array(expected));
});

interface HpkeVector {
  readonly kem_id: string;
  readonly info: string;
  readonly ikmR: string;
  readonly skRm: string;
  readonly pkRm: string;
  readonly enc: string;
  readonly psk?: string;
  readonly psk_id?: string;
  readonly encryptions: readonly { 'sequence number': string; pt: string; aad: string; ct: string }[];
  readonly exported_values: readonly { exporter_context: string; L: string; exported_value: string }[];
}

const HPKE = shared('hpke-rfc9180-vectors-open.json');

describe.skipIf(!existsSync(HPKE))('RFC 9180 appendix A (skipped when ../shared/data is absent)', () => {
  const vectors = existsSync(HPKE) ? read<HpkeVector[]>(HPKE) : [];
  test.each(vectors)('the HPKE library opens what the vector sealed: $suite $title', async (vector) => {
    const suite =
      vector.kem_id === '32'
        ? new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_ChaCha20Poly1305)
        : new CipherSuite(KEM_DHKEM_P256_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_128_GCM);
    const pair = await suite.DeriveKeyPair(hex(vector.ikmR), true);
    expect(toHex(await suite.SerializePrivateKey(pair.privateKey))).toBe(vector.skRm);
    expect(toHex(await suite.SerializePublicKey(pair.publicKey))).toBe(vector.pkRm);

    const psk = vector.psk ? { psk: hex(vector.psk), pskId: hex(vector.psk_id!) } : {};
    const context = await suite.SetupRecipient(pair, hex(vector.enc), { info: hex(vector.info), ...psk });
    let sequence = 0;
    for (const { pt, aad, ct, 'sequence number': number } of vector.encryptions) {
      // The vectors skip ahead; the context counts what it opened, so only those in a row can be tried.
      if (Number(number) !== sequence) break;
      expect(toHex(await context.Open(hex(ct), hex(aad)))).toBe(pt);
      sequence++;
    }
    expect(sequence).toBeGreaterThan(2);
    for (const { exporter_context, L, exported_value } of vector.exported_values) {
      expect(toHex(await context.Export(hex(exporter_context), Number(L)))).toBe(exported_value);
    }
  });
});

interface AeadFile {
  readonly testGroups: readonly {
    readonly ivSize: number;
    readonly keySize: number;
    readonly tests: readonly {
      readonly tcId: number;
      readonly key: string;
      readonly iv: string;
      readonly aad: string;
      readonly msg: string;
      readonly ct: string;
      readonly tag: string;
      readonly result: 'valid' | 'invalid';
    }[];
  }[];
}

const AES_GCM = shared('wycheproof/aes_gcm_test.json');

describe.skipIf(!existsSync(AES_GCM))('Wycheproof (skipped when ../shared/data is absent)', () => {
  test('the cipher seals and opens AES-256-GCM with 96-bit nonces, and refuses what is forged', async () => {
    const cipher = new WebCryptoCipher();
    const groups = read<AeadFile>(AES_GCM).testGroups.filter((group) => group.ivSize === 96 && group.keySize === 256);
    let count = 0;
    for (const { tcId, key, iv, aad, msg, ct, tag, result } of groups.flatMap((group) => group.tests)) {
      const opened = await cipher.open(hex(key), hex(iv), hex(aad), hex(ct + tag));
      expect(opened && toHex(opened), `test ${tcId}`).toBe(result === 'valid' ? msg : undefined);
      if (result !== 'valid') continue;
      expect(toHex(await cipher.seal(hex(key), hex(iv), hex(aad), hex(msg))), `test ${tcId}`).toBe(ct + tag);
      count++;
    }
    expect(count).toBeGreaterThan(30);
  });

  test('hints agree on the secret that ECDH on secp256k1 gives', () => {
    interface EcdhFile {
      testGroups: { tests: { tcId: number; public: string; private: string; shared: string; result: string }[] }[];
    }
    const spki = '3056301006072a8648ce3d020106052b8104000a03420004';
    const { testGroups } = read<EcdhFile>(shared('wycheproof/ecdh_secp256k1_test.json'));
    let count = 0;
    for (const { tcId, public: key, private: secret, shared, result } of testGroups.flatMap((group) => group.tests)) {
      if (result !== 'valid' || !key.startsWith(spki)) continue;
      const point = hex(key.slice(spki.length));
      const compressed = concatBytes(Uint8Array.of(2 + (point[63]! & 1)), point.subarray(0, 32));
      const x = sharedSecretX(fromBigInt(BigInt(`0x${secret}`), 32), compressed);
      expect(x && toHex(x), `test ${tcId}`).toBe(shared);
      count++;
    }
    expect(count).toBeGreaterThan(300);
  });
});
