/** Examples of docs/protocol/sealed.md. */
import { WebCryptoCipher } from '../../../src/adapters/platform/webcrypto-cipher.ts';
import { toHex } from '../../../src/core/bytes.ts';
import { sha256, taggedHash } from '../../../src/core/hash.ts';
import { BlobId, SlotId } from '../../../src/core/ids.ts';
import { encodeSpec } from '../../../src/core/network-spec.ts';
import { publicKeyOf } from '../../../src/core/ecdsa.ts';
import { assert } from '../../../src/core/result.ts';
import { decodeUtf8, encodeUtf8 } from '../../../src/core/text.ts';
import { bearerSeedOf, deriveBearer } from '../../../src/health/bearer.ts';
import { checkCapsule, encodeCapsule, granteeIdOf, makeCapsule } from '../../../src/health/capsule.ts';
import { encodeConsent, type ConsentTerms } from '../../../src/health/consent.ts';
import { encodePlace, HEADER_BYTES, readHeader } from '../../../src/health/document-header.ts';
import { makeHint, matchHint, oneTimePublic, oneTimeSecret } from '../../../src/health/hint.ts';
import { deriveEncryptionKeyPair } from '../../../src/health/hpke.ts';
import { deriveIdentity } from '../../../src/health/identity.ts';
import { deriveKey } from '../../../src/health/key-derivation.ts';
import { padmeBytes, paddedBlobBytes, sizeBucketOf } from '../../../src/health/padding.ts';
import { phraseFromEntropy } from '../../../src/health/phrase.ts';
import { sealDocument } from '../../../src/health/sealed-document.ts';
import { encodeLink, parseLink, type Link } from '../../../src/health/share-link.ts';
import { makeOwnerStanza, makeRecipientStanza, openRecipientStanza } from '../../../src/health/stanzas.ts';
import { verificationDigits } from '../../../src/health/verification-digits.ts';
import { base64urlnopad } from '@scure/base';
import { example, fields, plain, row, wrapped, type Examples } from './format.ts';
import { CLINIC, fill, keyOf, SPEC } from './sample-chain.ts';

const ENTROPY = Uint8Array.from({ length: 16 }, (_, i) => i);
const PERSON = deriveIdentity(ENTROPY);
const SLOT = PERSON.ownSlot(0);
const PLACE = { ownerKey: SLOT.ownerPublic, version: 2 };
const CONTENT_KEY = fill(0x61, 32);
const WRAP_ENTROPY = fill(0x62, 64);
const PAIR = await deriveEncryptionKeyPair(PERSON.encryptionSeed);
const GRANTEE = granteeIdOf(PAIR.publicKey);
const GRANTOR = PERSON.grantorFor(GRANTEE);
const UNTIL_S = 1_800_000_000;

async function person(): Promise<string> {
  const words = await phraseFromEntropy(ENTROPY, 'english');
  return example(
    [
      row(ENTROPY, 'entropy'),
      row(words.slice(0, 6).join(' '), 'words'),
      row(words.slice(6).join(' '), ''),
      row(deriveKey(ENTROPY, 'bip32 seed', undefined, 64), 'bip32 seed'),
    ],
    [
      row(PERSON.accountSecret, "account, m/28013'/0'/0'"),
      row(PERSON.scanSecret, "scan, m/28013'/1'/0'"),
      row(SLOT.ownerSecret, "owner, m/28013'/2'/0'"),
      row(SLOT.ownerPublic, 'its public key'),
      row(SLOT.wrapSecret, 'wrap secret of that slot'),
      row(PERSON.encryptionSeed, 'encryption seed'),
      row(sha256(PAIR.publicKey), 'SHA-256 of the encryption key'),
      row(PERSON.storageKey, 'storage key'),
    ],
    [
      row(GRANTEE, 'grantee id of that key'),
      row(taggedHash('medmesh/grantor-path', GRANTEE).subarray(0, 16), 'words a to d, before masking'),
      row(GRANTOR.secret, 'grantor towards that grantee'),
    ],
  );
}

function bearer(): string {
  const seed = bearerSeedOf(SLOT.wrapSecret);
  const keys = deriveBearer(seed);
  return example([
    row(SLOT.wrapSecret, 'wrap secret'),
    row(seed, 'seed'),
    row(keys.encryptionSeed, 'encryption seed'),
    row(keys.scanSecret, 'scan secret'),
  ]);
}

function digits(): string {
  const keys = { publicKey: CLINIC.publicKey, encryptionKey: fill(0x07, 1216), scanKey: keyOf(0x03).publicKey };
  return example([row(verificationDigits(keys), 'of the organisation of example identity')]);
}

const CIPHER = new WebCryptoCipher();
/** Too short to shrink: it is stored as it is, whatever the compressor. */
const PLAINTEXT = encodeUtf8('medmesh');

async function document(): Promise<string> {
  const recipient = await makeRecipientStanza(PAIR.publicKey, CONTENT_KEY, PLACE, WRAP_ENTROPY);
  assert(recipient, 'own public key');
  const stanzas = [makeOwnerStanza(SLOT.wrapSecret, CONTENT_KEY, PLACE), recipient];
  const sealed = await sealDocument(PLAINTEXT, { ...PLACE, contentKey: CONTENT_KEY, stanzas, small: true }, CIPHER);
  const chunk = sealed.chunks[0]!;
  const header = readHeader(chunk);
  assert(header.ok && (await openRecipientStanza(header.value, PAIR)), 'opens for its recipient');
  const payload = new Uint8Array(8192 - HEADER_BYTES - 16);
  payload.set(Uint8Array.of(0, 0, 0, 0, PLAINTEXT.length, 0, 0, 0, PLAINTEXT.length));
  payload.set(PLAINTEXT, 9);
  const key = deriveKey(CONTENT_KEY, 'payload', encodePlace(PLACE));
  const nonce = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
  const segment = await CIPHER.seal(key, nonce, chunk.slice(0, HEADER_BYTES), payload);
  return example(
    [row(CONTENT_KEY, 'content key'), row(WRAP_ENTROPY, 'HPKE randomness'), row(PLAINTEXT, 'plaintext "medmesh"')],
    fields(
      chunk.slice(0, HEADER_BYTES),
      [1, 'header: suite'],
      [33, 'owner key'],
      [4, 'version 2'],
      [32, 'commitment'],
      [40, 'owner stanza'],
      [1120, 'recipient stanza: encapsulation'],
      [48, 'recipient stanza: ciphertext'],
    ),
    [
      row(deriveKey(SLOT.wrapSecret, 'owner stanza', encodePlace(PLACE)), 'key of the owner stanza'),
      row(key, 'key of the segments'),
      row(nonce, 'nonce of segment 0'),
      ...fields(
        payload,
        [1, 'payload: stored'],
        [4, 'plaintextBytes'],
        [4, 'dataBytes'],
        [7, 'data'],
        [6882, 'padding'],
      ),
    ],
    [
      ...fields(
        chunk,
        [chunk.slice(0, HEADER_BYTES), 'chunk 0', 'header'],
        [33, 'segment 0, its first 33 bytes'],
        [segment.slice(33, -16), 'the rest of it', '6,865 bytes'],
        [16, 'tag'],
      ),
      row(sha256(chunk), 'SHA-256 of chunk 0'),
    ],
    fields(sealed.manifest, [1, 'manifest: version'], [4, 'blobBytes 8,192'], [4, 'chunkBytes'], [32, 'chunk 0']),
    [row(BlobId.toBytes(sealed.id), 'blobId')],
  );
}

async function decoys(): Promise<string> {
  const order = { ...PLACE, contentKey: CONTENT_KEY, stanzas: [], small: true };
  const { chunks, id } = await sealDocument(PLAINTEXT, order, CIPHER);
  const stanzas = chunks[0]!.slice(70, HEADER_BYTES);
  return example([
    row(stanzas.slice(0, 40), 'owner stanza: decoy'),
    row(sha256(stanzas.slice(40)), 'SHA-256 of the recipient decoy'),
    row(BlobId.toBytes(id), 'blobId'),
  ]);
}

function sizes(): string {
  const cases = [1, 8_192, 8_193, 9_000, 16_384, 16_385, 100_000, 1_000_000, 200_000_000, 268_435_456];
  return plain(
    'content    padded     bucket',
    ...cases.map((bytes) => {
      const padded = paddedBlobBytes(bytes);
      assert(padded === 8_192 || padded === padmeBytes(bytes), 'Padmé above the small size');
      return `${String(bytes).padEnd(9)}  ${String(padded).padEnd(9)}  ${sizeBucketOf(padded)}`;
    }),
  );
}

const TERMS: ConsentTerms = {
  status: 'active',
  patientName: 'Ana Souza',
  madeAtS: 1_790_000_000,
  expiresAtS: UNTIL_S,
  purpose: 'TREAT',
  record: { slotId: SlotId.of(fill(0x63, 32)), title: '过敏 "and" medicines' },
  grantor: { publicKey: GRANTOR.publicKey, name: 'Ana' },
  grantee: { id: GRANTEE, name: 'Clínica 医院' },
};

function consent(): string {
  return wrapped(decodeUtf8(encodeConsent(TERMS))!);
}

function capsule(): string {
  const current = { version: 3, blobId: BlobId.of(fill(0x64, 32)), contentKey: fill(0x65, 32) };
  const content = { consent: TERMS, recordOwnerKey: PERSON.ownSlot(1).ownerPublic, current, requestId: fill(0x66, 8) };
  const made = makeCapsule(content, PLACE, GRANTOR.secret);
  assert(checkCapsule(made, { nowS: UNTIL_S - 1, granteeId: GRANTEE, place: PLACE }).ok, 'valid until its end');
  const encoded = encodeCapsule(made);
  return example(
    fields(
      encoded,
      [1, 'version'],
      [2, 'length of the consent'],
      [encodeConsent(TERMS), 'consent, UTF-8', 'consent'],
      [33, 'recordOwnerKey'],
      [1, 'current: there'],
      [4, 'record version 3'],
      [32, 'blobId'],
      [32, 'content key'],
      [1, 'request id: there'],
      [8, 'request id'],
      [65, 'signature'],
    ),
    [
      row(encodePlace(PLACE), 'place of the capsule'),
      row(taggedHash('medmesh/capsule', encodePlace(PLACE), encoded.slice(0, -65)), 'signed digest'),
      row(GRANTOR.publicKey, "grantor's public key"),
    ],
  );
}

function hint(): string {
  const secret = fill(0x67, 32);
  const seal = { ...PLACE, blobId: BlobId.of(fill(0x64, 32)) };
  const made = makeHint(secret, PERSON.scanPublic, seal);
  assert(made && matchHint(made.hint, PERSON.scanSecret, seal), 'found by its recipient');
  const oneTime = oneTimePublic(PERSON.accountPublic, made.shared)!;
  const oneTimeKey = oneTimeSecret(PERSON.accountSecret, made.shared);
  assert(toHex(publicKeyOf(oneTimeKey)) === toHex(oneTime), 'one key pair');
  return example(
    [
      row(secret, 'ephemeral secret e'),
      row(PERSON.scanPublic, 'scan key S'),
      row(encodePlace(PLACE), 'place of the slot'),
      row(BlobId.toBytes(seal.blobId), 'blobId'),
      row(made.shared, 'shared'),
    ],
    fields(made.hint, [33, 'E'], [8, 'tag']),
    [row(PERSON.accountPublic, 'spend key P'), row(oneTime, 'one-time owner key'), row(oneTimeKey, 'its secret')],
  );
}

const ENTRY = { spec: SPEC, roomSecret: fill(0x51, 16) };
const RELAY = 'wss://relay.example.org/relay';
const INVITE: Link = { kind: 'invite', ...ENTRY, relays: [] };
const SHARE: Link = {
  kind: 'share',
  ...ENTRY,
  relays: [RELAY],
  slotId: SlotId.of(fill(0x68, 32)),
  seed: fill(0x69, 32),
  untilS: UNTIL_S,
};
const REQUEST: Link = {
  kind: 'request',
  ...ENTRY,
  relays: [],
  organisation: CLINIC.account,
  requestId: fill(0x66, 8),
  wants: 'allergies',
  purpose: 'TREAT',
  untilS: UNTIL_S,
};

function linkBytes(link: Link): Uint8Array {
  const text = encodeLink(link);
  assert(parseLink(`https://example.org/#/${text}`).ok, 'own link');
  return base64urlnopad.decode(text.slice(2));
}

function links(): string {
  const spec = [encodeSpec(SPEC), 'spec', 'network-spec'] as const;
  return example(
    fields(
      linkBytes(INVITE),
      [1, 'version'],
      [1, 'invite'],
      [1, 'length'],
      spec,
      [16, 'room secret'],
      [1, 'no relays'],
      [4, 'checksum'],
    ),
    fields(
      linkBytes(SHARE),
      [1, 'version'],
      [1, 'share'],
      [1, 'length'],
      spec,
      [16, 'room secret'],
      [1, 'one relay'],
      [1 + RELAY.length, RELAY],
      [32, 'slotId of the capsule'],
      [32, 'seed'],
      [5, 'until 1,800,000,000'],
      [4, 'checksum'],
    ),
    fields(
      linkBytes(REQUEST),
      [1, 'version'],
      [1, 'request'],
      [1, 'length'],
      spec,
      [16, 'room secret'],
      [1, 'no relays'],
      [20, 'organisation'],
      [8, 'request id'],
      [10, 'wants "allergies"'],
      [1, 'TREAT'],
      [5, 'until 1,800,000,000'],
      [4, 'checksum'],
    ),
  );
}

export const SEALED: Examples = {
  derive: example([
    row(deriveKey(fill(0x6a, 32), 'payload', Uint8Array.of(1, 2)), "derive(6a * 32, 'payload', 0102)"),
    row(deriveKey(fill(0x6a, 32), 'storage key'), "derive(6a * 32, 'storage key')"),
  ]),
  document: await document(),
  decoys: await decoys(),
  sizes: sizes(),
  consent: consent(),
  capsule: capsule(),
  hint: hint(),
  person: await person(),
  bearer: bearer(),
  digits: digits(),
  links: links(),
  'share-link': wrapped(`#/${encodeLink(SHARE)}`),
};
