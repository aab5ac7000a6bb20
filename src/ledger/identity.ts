/**
 * `identity`: the public profile of an organisation, so that a patient can seal something for it. Whoever signs owns the
 * profile of that account; publishing again replaces it. What it says is a claim: nobody vouches for it here. Patients
 * are never listed.
 */
import { accountOf, formatAddress } from '../core/account.ts';
import { abytes } from '../core/bytes.ts';
import { decode, Writer, type Reader } from '../core/codec.ts';
import { isPublicKey, PUBLIC_KEY_BYTES } from '../core/ecdsa.ts';
import { assert, reject, VALID } from '../core/result.ts';
import { decodeUtf8, encodeUtf8, isPlainText } from '../core/text.ts';
import { HEIGHT_MAX } from '../core/transaction.ts';
import { defineKind } from './kind.ts';
import { identityKey } from './state-keys.ts';

/** By number on the wire, from 1. */
export const ORGANISATION_ROLES = ['clinic', 'pharmacy', 'insurer', 'manufacturer'] as const;
export type OrganisationRole = (typeof ORGANISATION_ROLES)[number];

export interface IdentityPayload {
  /** One line of plain text, 1 to 80 bytes of UTF-8. */
  readonly name: string;
  readonly role: OrganisationRole;
  /** Of the hybrid KEM that documents are wrapped with, 1,216 bytes. */
  readonly encryptionKey: Uint8Array;
  /** That hints are made for, 33 bytes. */
  readonly scanKey: Uint8Array;
}

/** As the state holds it. */
export interface IdentityState extends IdentityPayload {
  /** The key that published it, 33 bytes: what the organisation signs with. */
  readonly publicKey: Uint8Array;
  /** Of the block that published it last. */
  readonly height: number;
}

const NAME_BYTES_MAX = 80;
export const ENCRYPTION_KEY_BYTES = 1216;
const PAYLOAD_BYTES_MAX = 1 + NAME_BYTES_MAX + 1 + ENCRYPTION_KEY_BYTES + PUBLIC_KEY_BYTES;
const STATE_BYTES_MAX = PAYLOAD_BYTES_MAX + PUBLIC_KEY_BYTES + 5;

export const identity = defineKind({
  number: 2,
  name: 'identity',
  account: 'always',
  codec: {
    /** name varbytes | role u8 | encryptionKey 1216 | scanKey 33. */
    encode: (payload: IdentityPayload) => writeIdentity(new Writer(), payload).finish(),
    decode: (bytes) => decode(bytes, PAYLOAD_BYTES_MAX, readIdentity),
  },

  check(_tx, { name, scanKey }) {
    if (name === '' || !isPlainText(name)) return reject('bad-name', 'not one line of plain text');
    return isPublicKey(scanKey) ? VALID : reject('bad-scan-key');
  },

  touches: (tx) => [identityKey(accountOf(tx.sender))],
  claims: () => [],

  apply(view, tx, payload, { height }) {
    view.set(identityKey(accountOf(tx.sender)), encodeIdentity({ ...payload, publicKey: tx.sender, height }));
    return VALID;
  },

  summary: (tx, { name, role }) => ({
    kind: 'identity' as const,
    account: formatAddress(accountOf(tx.sender)),
    name,
    role,
  }),
});

/** The payload's fields, then publicKey 33 | height varint. */
function encodeIdentity(value: IdentityState): Uint8Array {
  return writeIdentity(new Writer(), value).bytes(value.publicKey).varint(value.height).finish();
}

/** Of a stored value. Bytes that are no identity mean the state is corrupt. */
export function decodeIdentity(bytes: Uint8Array): IdentityState {
  const decoded = decode(bytes, STATE_BYTES_MAX, (reader) => ({
    ...readIdentity(reader),
    publicKey: reader.bytes(PUBLIC_KEY_BYTES),
    height: reader.varint(HEIGHT_MAX),
  }));
  assert(decoded.ok, 'corrupt identity in the state');
  return decoded.value;
}

function writeIdentity(writer: Writer, payload: IdentityPayload): Writer {
  return writer
    .varbytes(encodeUtf8(payload.name))
    .u8(ORGANISATION_ROLES.indexOf(payload.role) + 1)
    .bytes(abytes(payload.encryptionKey, ENCRYPTION_KEY_BYTES, 'encryptionKey'))
    .bytes(abytes(payload.scanKey, PUBLIC_KEY_BYTES, 'scanKey'));
}

function readIdentity(reader: Reader): IdentityPayload {
  return {
    name: decodeUtf8(reader.varbytes(NAME_BYTES_MAX)) ?? reader.fail('bad-value', 'name is not UTF-8'),
    role: ORGANISATION_ROLES[reader.u8() - 1] ?? reader.fail('bad-value', 'unknown role'),
    encryptionKey: reader.bytes(ENCRYPTION_KEY_BYTES),
    scanKey: reader.bytes(PUBLIC_KEY_BYTES),
  };
}
