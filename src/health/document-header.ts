/**
 * The clear part of a sealed document, 1,278 bytes at the start of its first chunk. Every document has the same fields in
 * the same places, used or not, so that a keeper cannot tell a record from a consent, or one made for oneself from one made
 * for another.
 *
 * | offset | bytes | field |
 * |---|---|---|
 * | 0 | 1 | suite: what all the cryptography below is |
 * | 1 | 33 | owner key of the slot |
 * | 34 | 4 | version of the slot |
 * | 38 | 32 | commitment to the content key: a document opens under one key only |
 * | 70 | 40 | owner stanza: the content key wrapped with the owner's own secret, or a decoy |
 * | 110 | 1168 | recipient stanza: the content key wrapped to a public key, or a decoy |
 *
 * The whole header is authenticated by every segment that follows it.
 */
import { abytes, concatBytes } from '../core/bytes.ts';
import { Writer } from '../core/codec.ts';
import { PUBLIC_KEY_BYTES } from '../core/ecdsa.ts';
import { accept, reject, type Result } from '../core/result.ts';

/**
 * Suite 1: content AES-256-GCM in STREAM segments, deflate, Padmé; keys HKDF-SHA-256; owner stanza AES-256-KW; recipient
 * stanza HPKE base mode, MLKEM768-X25519, HKDF-SHA-256, AES-256-GCM.
 */
const SUITE_ID = 1;
export const COMMITMENT_BYTES = 32;
/** @source RFC 3394: 32 bytes wrapped */
export const OWNER_STANZA_BYTES = 40;
/** HPKE encapsulation (1,120) and the sealed key (32 + 16). */
const RECIPIENT_STANZA_BYTES = 1168;
export const HEADER_BYTES = 1 + PUBLIC_KEY_BYTES + 4 + COMMITMENT_BYTES + OWNER_STANZA_BYTES + RECIPIENT_STANZA_BYTES;

/** The slot and version a document is made for: what keeps a stanza or a document from being passed off as another's. */
export interface DocumentPlace {
  /** Owner key of the slot, 33 bytes. */
  readonly ownerKey: Uint8Array;
  /** Version of the slot, uint32. */
  readonly version: number;
}

/** One way to the content key. `wrapped`: OWNER_STANZA_BYTES or RECIPIENT_STANZA_BYTES. */
export interface Stanza {
  readonly kind: 'owner' | 'recipient';
  readonly wrapped: Uint8Array;
}

export interface DocumentHeader extends DocumentPlace {
  readonly commitment: Uint8Array;
  /** The owner stanza, then the recipient stanza. Either may be a decoy: only its reader can tell. */
  readonly stanzas: readonly [Stanza, Stanza];
}

export type HeaderCode = 'truncated' | 'unsupported-suite';

/** Suite and place as bytes, 38: what keys of the document are bound to. Also the first bytes of its header. */
export function encodePlace(place: DocumentPlace): Uint8Array {
  return new Writer()
    .u8(SUITE_ID)
    .bytes(abytes(place.ownerKey, PUBLIC_KEY_BYTES, 'owner key'))
    .u32(place.version)
    .finish();
}

export function encodeHeader(header: DocumentHeader): Uint8Array {
  const [owner, recipient] = header.stanzas;
  return concatBytes(
    encodePlace(header),
    abytes(header.commitment, COMMITMENT_BYTES, 'commitment'),
    abytes(owner.wrapped, OWNER_STANZA_BYTES, 'owner stanza'),
    abytes(recipient.wrapped, RECIPIENT_STANZA_BYTES, 'recipient stanza'),
  );
}

/**
 * Who can open the document is found here, before the rest of it is fetched.
 * @param firstChunk chunk 0 of the blob, from anybody
 */
export function readHeader(firstChunk: Uint8Array): Result<DocumentHeader, HeaderCode> {
  if (firstChunk.length < HEADER_BYTES) return reject('truncated', `${firstChunk.length} bytes`);
  if (firstChunk[0] !== SUITE_ID) return reject('unsupported-suite', `suite ${firstChunk[0]}`);
  let offset = 1;
  const take = (length: number): Uint8Array => firstChunk.slice(offset, (offset += length));
  const ownerKey = take(PUBLIC_KEY_BYTES);
  const versionBytes = take(4);
  return accept({
    ownerKey,
    version: new DataView(versionBytes.buffer).getUint32(0),
    commitment: take(COMMITMENT_BYTES),
    stanzas: [
      { kind: 'owner', wrapped: take(OWNER_STANZA_BYTES) },
      { kind: 'recipient', wrapped: take(RECIPIENT_STANZA_BYTES) },
    ],
  });
}
