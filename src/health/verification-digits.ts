/**
 * Six digits that stand for an organisation's keys, shown by the organisation and by whoever is about to share with it.
 *
 * They catch a mix-up: a second organisation of the same name, an old profile, a wrong QR. They are no defence against
 * somebody who tries a million keys until the digits agree, which takes seconds: that defence is the account in the link.
 */
import { abytes } from '../core/bytes.ts';
import { PUBLIC_KEY_BYTES } from '../core/ecdsa.ts';
import { taggedHash } from '../core/hash.ts';
import { ENCRYPTION_KEY_BYTES } from './hpke.ts';

export interface OrganisationKeys {
  /** Signs the profile, 33 bytes. */
  readonly publicKey: Uint8Array;
  /** ENCRYPTION_KEY_BYTES. */
  readonly encryptionKey: Uint8Array;
  /** 33 bytes. */
  readonly scanKey: Uint8Array;
}

/** Six decimal digits, leading zeros kept. The organisation's name is left out: renaming changes no key. */
export function verificationDigits(keys: OrganisationKeys): string {
  const hash = taggedHash(
    'medmesh/digits',
    abytes(keys.publicKey, PUBLIC_KEY_BYTES, 'public key'),
    abytes(keys.encryptionKey, ENCRYPTION_KEY_BYTES, 'encryption key'),
    abytes(keys.scanKey, PUBLIC_KEY_BYTES, 'scan key'),
  );
  const number = new DataView(hash.buffer, hash.byteOffset).getBigUint64(0);
  return (number % 1_000_000n).toString().padStart(6, '0');
}
