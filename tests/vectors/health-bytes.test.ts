/**
 * The bytes of sealed sharing, fixed: a change here is a change of the protocol. health-vectors.json holds inputs and
 * results of every step, so that a second implementation can be checked against it.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { WebCryptoCipher } from '../../src/adapters/platform/webcrypto-cipher.ts';
import { fromHex, toHex } from '../../src/core/bytes.ts';
import { AccountId, BlobId, SlotId } from '../../src/core/ids.ts';
import type { NetworkSpec } from '../../src/core/network-spec.ts';
import { encodeUtf8 } from '../../src/core/text.ts';
import { bearerSeedOf, deriveBearer } from '../../src/health/bearer.ts';
import { checkCapsule, decodeCapsule, encodeCapsule, granteeIdOf, makeCapsule } from '../../src/health/capsule.ts';
import { HEADER_BYTES, readHeader } from '../../src/health/document-header.ts';
import { makeHint, matchHint, oneTimePublic } from '../../src/health/hint.ts';
import { deriveEncryptionKeyPair, unwrapKey, wrapKey } from '../../src/health/hpke.ts';
import { deriveIdentity } from '../../src/health/identity.ts';
import { decodeManifest } from '../../src/health/manifest.ts';
import { entropyFromPhrase, phraseFromEntropy } from '../../src/health/phrase.ts';
import { sealDocument } from '../../src/health/sealed-document.ts';
import { encodeLink, parseLink } from '../../src/health/share-link.ts';
import {
  makeOwnerStanza,
  makeRecipientStanza,
  openOwnerStanza,
  openRecipientStanza,
} from '../../src/health/stanzas.ts';
import { verificationDigits } from '../../src/health/verification-digits.ts';

type Section = Readonly<Record<string, string>>;
const vectors = JSON.parse(readFileSync(new URL('health-vectors.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Section>
>;
const hex = (text: string | undefined) => fromHex(text!)!;
/** `from` to `to`, one byte each: inputs that nobody has to trust. */
const count = (from: number, length: number) => Uint8Array.from({ length }, (_, i) => (from + i) & 255);

/** Not a preset: those may change without touching a link. */
const SPEC: NetworkSpec = {
  version: 1,
  name: 'Class 3',
  realm: 'lab',
  consensus: { type: 'pow' },
  blockIntervalS: 5,
  halfLifeS: 60,
  powLimitBits: 0x1e06ca00,
  subsidy: 5_000_000_000n,
  halvingBlocks: 100_000,
  maturityBlocks: 6,
  blockBytesMax: 1_000_000,
  futureCapS: 120,
  stampBits: 17,
  genesisTimeS: 1_790_000_000,
};
const entropy = count(0, 16);
const identity = deriveIdentity(entropy);
const pair = await deriveEncryptionKeyPair(identity.encryptionSeed);
const slot = identity.ownSlot(0);
const place = { ownerKey: slot.ownerPublic, version: 2 };
const contentKey = count(0x40, 32);
const grantor = identity.grantorFor(granteeIdOf(pair.publicKey));

async function compute(): Promise<Record<string, Section>> {
  const hinted = { ...place, blobId: BlobId.of(count(0x80, 32)) };
  const hint = makeHint(count(1, 32), identity.scanPublic, hinted)!;
  const bearer = deriveBearer(bearerSeedOf(slot.wrapSecret));
  const stanzas = [
    makeOwnerStanza(slot.wrapSecret, contentKey, place),
    (await makeRecipientStanza(pair.publicKey, contentKey, place, count(0x10, 64)))!,
  ];
  // Stored, not deflated: two libraries may compress differently.
  const order = { ...place, contentKey, small: true };
  const document = await sealDocument(count(0, 256), { ...order, stanzas }, new WebCryptoCipher());
  const undirected = await sealDocument(count(0, 256), { ...order, stanzas: [] }, new WebCryptoCipher());
  const capsule = makeCapsule(
    {
      consent: {
        status: 'active',
        patientName: 'Zhang Wěi 张伟',
        madeAtS: 1_790_000_000,
        expiresAtS: 1_800_000_000,
        purpose: 'TREAT',
        record: { slotId: SlotId.of(count(0xa0, 32)), title: 'Medicines "and" allergies' },
        grantor: { publicKey: grantor.publicKey, name: 'Zhang Wěi' },
        grantee: { id: granteeIdOf(pair.publicKey), name: 'Riverside Clinic' },
      },
      recordOwnerKey: identity.ownSlot(1).ownerPublic,
      current: { version: 3, blobId: BlobId.of(count(0x80, 32)), contentKey },
      requestId: count(9, 8),
    },
    place,
    grantor.secret,
  );
  const entry = {
    spec: SPEC,
    roomSecret: count(0x20, 16),
    relays: ['wss://relay.example.org/relay'],
  };
  return {
    identity: {
      entropy: toHex(entropy),
      english: (await phraseFromEntropy(entropy, 'english')).join(' '),
      chinese: (await phraseFromEntropy(entropy, 'chinese')).join(' '),
      accountSecret: toHex(identity.accountSecret),
      accountPublic: toHex(identity.accountPublic),
      scanSecret: toHex(identity.scanSecret),
      scanPublic: toHex(identity.scanPublic),
      encryptionSeed: toHex(identity.encryptionSeed),
      storageKey: toHex(identity.storageKey),
      ownSlot0Secret: toHex(slot.ownerSecret),
      ownSlot0WrapSecret: toHex(slot.wrapSecret),
      granteeId: toHex(granteeIdOf(pair.publicKey)),
      grantorSecret: toHex(grantor.secret),
      bearerSeed: toHex(bearerSeedOf(slot.wrapSecret)),
      bearerEncryptionSeed: toHex(bearer.encryptionSeed),
      bearerScanSecret: toHex(bearer.scanSecret),
      verificationDigits: verificationDigits({
        publicKey: identity.accountPublic,
        encryptionKey: pair.publicKey,
        scanKey: identity.scanPublic,
      }),
    },
    hint: {
      ephemeralSecret: toHex(count(1, 32)),
      blobId: hinted.blobId,
      ownerKey: toHex(place.ownerKey),
      version: `${place.version}`,
      hint: toHex(hint.hint),
      shared: toHex(hint.shared),
      oneTimePublic: toHex(oneTimePublic(identity.accountPublic, hint.shared)!),
    },
    hpke: {
      publicKey: toHex(pair.publicKey),
      secretKey: toHex(pair.secretKey),
      key: toHex(contentKey),
      info: toHex(encodeUtf8('info')),
      entropy: toHex(count(0x10, 64)),
      wrapped: toHex((await wrapKey(pair.publicKey, contentKey, encodeUtf8('info'), count(0x10, 64)))!),
    },
    document: {
      contentKey: toHex(contentKey),
      recipientEntropy: toHex(count(0x10, 64)),
      plaintext: toHex(count(0, 256)),
      header: toHex(document.chunks[0]!.subarray(0, HEADER_BYTES)),
      manifest: toHex(document.manifest),
      blobId: document.id,
      blobIdWithDecoys: undirected.id,
    },
    capsule: { encoded: toHex(encodeCapsule(capsule)) },
    links: {
      invite: encodeLink({ kind: 'invite', ...entry }),
      share: encodeLink({
        kind: 'share',
        ...entry,
        slotId: SlotId.of(count(0xa0, 32)),
        seed: count(0x60, 32),
        untilS: 1_800_000_000,
      }),
      request: encodeLink({
        kind: 'request',
        ...entry,
        organisation: AccountId.of(count(0xc0, 20)),
        requestId: count(9, 8),
        wants: '药物和过敏 medicines',
        purpose: 'ETREAT',
        untilS: 1_800_000_000,
      }),
    },
  };
}

const computed = await compute();

describe('bytes of sealed sharing', () => {
  test.each(Object.keys(computed))('%s', (section) => {
    expect(computed[section]).toEqual(vectors[section]);
  });

  test('what the vectors hold is read, matched, opened and judged valid', async () => {
    const { identity: keys, hint, hpke, document, capsule, links } = vectors;
    expect(await entropyFromPhrase(keys!.english!)).toEqual({ ok: true, value: entropy });
    const hinted = { ...place, blobId: BlobId.parse(hint!.blobId!)! };
    expect(matchHint(hex(hint!.hint), identity.scanSecret, hinted)).toEqual(hex(hint!.shared));
    expect(await unwrapKey(pair, hex(hpke!.wrapped), hex(hpke!.info))).toEqual(hex(hpke!.key));

    const header = readHeader(hex(document!.header));
    if (!header.ok) throw new Error(header.code);
    expect(openOwnerStanza(header.value, slot.wrapSecret)).toEqual(contentKey);
    expect(await openRecipientStanza(header.value, pair)).toEqual(contentKey);
    expect(decodeManifest(hex(document!.manifest)).ok).toBe(true);

    const grant = decodeCapsule(hex(capsule!.encoded));
    if (!grant.ok) throw new Error(grant.code);
    const context = { nowS: 1_799_999_999, granteeId: granteeIdOf(pair.publicKey), place };
    expect(checkCapsule(grant.value, context)).toEqual({ ok: true });
    for (const link of Object.values(links!)) expect(parseLink(link).ok).toBe(true);
  });
});
