/**
 * The ways to a document's content key. The owner comes by a symmetric wrap under a secret of that one slot; anybody else,
 * or an owner for whom another made the document, comes by HPKE. A way that is not used holds a decoy of the same shape:
 * random-looking bytes in place of a symmetric wrap, a real encapsulation to a throwaway key in place of HPKE (ML-KEM
 * ciphertexts are recognisable, so random bytes would show).
 */
import { aeskw } from '@noble/ciphers/aes.js';
import { abytes, concatBytes, equalBytes } from '../core/bytes.ts';
import { assert } from '../core/result.ts';
import { encodeUtf8 } from '../core/text.ts';
import {
  COMMITMENT_BYTES,
  encodePlace,
  OWNER_STANZA_BYTES,
  type DocumentHeader,
  type DocumentPlace,
  type Stanza,
} from './document-header.ts';
import { deriveEncryptionKeyPair, unwrapKey, WRAP_ENTROPY_BYTES, wrapKey, type EncryptionKeyPair } from './hpke.ts';
import { deriveKey, KEY_BYTES } from './key-derivation.ts';

/**
 * Ties a document to one content key: without it AES-GCM ciphertext can be made to open under two keys to two contents.
 * @returns COMMITMENT_BYTES, telling nothing about the key
 */
export function commitmentOf(contentKey: Uint8Array, place: DocumentPlace): Uint8Array {
  return deriveKey(contentKey, 'content key commitment', encodePlace(place), COMMITMENT_BYTES);
}

/**
 * The owner's own way in. Deterministic, and safe when a version is sealed twice: key wrapping has no nonce to repeat.
 * @param wrapSecret 32 bytes, of this slot only
 * @source RFC 3394 (AES-256 Key Wrap)
 */
export function makeOwnerStanza(wrapSecret: Uint8Array, contentKey: Uint8Array, place: DocumentPlace): Stanza {
  abytes(contentKey, KEY_BYTES, 'content key');
  return { kind: 'owner', wrapped: aeskw(ownerWrapKey(wrapSecret, place)).encrypt(contentKey) };
}

/**
 * A way in for the holder of an encryption key.
 * @param recipient ENCRYPTION_KEY_BYTES, from a profile, a capsule or a link
 * @param entropy   WRAP_ENTROPY_BYTES, fresh and random each time
 * @returns undefined when `recipient` is no public key
 */
export async function makeRecipientStanza(
  recipient: Uint8Array,
  contentKey: Uint8Array,
  place: DocumentPlace,
  entropy: Uint8Array,
): Promise<Stanza | undefined> {
  const wrapped = await wrapKey(recipient, contentKey, recipientInfo(place), entropy);
  return wrapped && { kind: 'recipient', wrapped };
}

/** The content key; undefined when this slot secret is not the one it was wrapped with. */
export function openOwnerStanza(header: DocumentHeader, wrapSecret: Uint8Array): Uint8Array | undefined {
  let contentKey: Uint8Array;
  try {
    contentKey = aeskw(ownerWrapKey(wrapSecret, header)).decrypt(header.stanzas[0].wrapped);
  } catch {
    // The library's only way to say that the integrity check failed.
    return undefined;
  }
  return confirm(header, contentKey);
}

/** The content key; undefined when it was not wrapped to this pair. */
export async function openRecipientStanza(
  header: DocumentHeader,
  pair: EncryptionKeyPair,
): Promise<Uint8Array | undefined> {
  const contentKey = await unwrapKey(pair, header.stanzas[1].wrapped, recipientInfo(header));
  return contentKey && confirm(header, contentKey);
}

/** Both stanzas in their places, decoys where none was made. Deterministic: decoys grow from the content key. */
export async function fillStanzas(
  stanzas: readonly Stanza[],
  contentKey: Uint8Array,
  place: DocumentPlace,
): Promise<readonly [Stanza, Stanza]> {
  const [owner, secondOwner] = stanzas.filter((stanza) => stanza.kind === 'owner');
  const [recipient, secondRecipient] = stanzas.filter((stanza) => stanza.kind === 'recipient');
  assert(!secondOwner && !secondRecipient, 'one stanza of a kind');
  return [owner ?? ownerDecoy(contentKey, place), recipient ?? (await recipientDecoy(contentKey, place))];
}

function ownerDecoy(contentKey: Uint8Array, place: DocumentPlace): Stanza {
  return { kind: 'owner', wrapped: deriveKey(contentKey, 'owner decoy', encodePlace(place), OWNER_STANZA_BYTES) };
}

async function recipientDecoy(contentKey: Uint8Array, place: DocumentPlace): Promise<Stanza> {
  const bound = encodePlace(place);
  const throwaway = await deriveEncryptionKeyPair(deriveKey(contentKey, 'decoy recipient', bound));
  const entropy = deriveKey(contentKey, 'decoy entropy', bound, WRAP_ENTROPY_BYTES);
  const stanza = await makeRecipientStanza(throwaway.publicKey, new Uint8Array(KEY_BYTES), place, entropy);
  assert(stanza, 'own public key');
  return stanza;
}

function ownerWrapKey(wrapSecret: Uint8Array, place: DocumentPlace): Uint8Array {
  return deriveKey(abytes(wrapSecret, KEY_BYTES, 'wrap secret'), 'owner stanza', encodePlace(place));
}

function recipientInfo(place: DocumentPlace): Uint8Array {
  return concatBytes(encodeUtf8('medmesh/recipient-stanza'), encodePlace(place));
}

/** A decoy, or a document whose maker wrapped another key than it was sealed with, is no way in. */
function confirm(header: DocumentHeader, contentKey: Uint8Array): Uint8Array | undefined {
  return equalBytes(commitmentOf(contentKey, header), header.commitment) ? contentKey : undefined;
}
