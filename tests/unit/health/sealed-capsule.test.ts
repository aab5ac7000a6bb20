import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../../../src/core/text.ts';
import { encodeCapsule, makeCapsule } from '../../../src/health/capsule.ts';
import { WRAP_ENTROPY_BYTES } from '../../../src/health/hpke.ts';
import { openCapsule, sealCapsule, type CapsuleOpener } from '../../../src/health/sealed-capsule.ts';
import { sealDocument, type SealedDocument } from '../../../src/health/sealed-document.ts';
import { makeOwnerStanza } from '../../../src/health/stanzas.ts';
import {
  cipher,
  clinicPair,
  granted,
  grantor,
  manifestOf,
  noise,
  place,
  reader,
  revoked,
  slot,
  strangerPair,
} from './fixtures.ts';

const sealing = {
  place,
  contentKey: noise('capsule key'),
  wrapSecret: slot.wrapSecret,
  granteeKey: clinicPair.publicKey,
  entropy: noise('entropy', WRAP_ENTROPY_BYTES),
};
const capsule = makeCapsule(granted, place, grantor.secret);

async function seal(content = capsule, order = sealing): Promise<SealedDocument> {
  const sealed = await sealCapsule(content, order, cipher);
  if (!sealed.ok) throw new Error(sealed.code);
  return sealed.value;
}

function open(document: SealedDocument, opener: CapsuleOpener, at = place) {
  return openCapsule(manifestOf(document), reader(document.chunks), opener, at, cipher);
}

const document = await seal();

describe('sealed capsule', () => {
  it('is read by its grantee and by its grantor, and by nobody else', async () => {
    expect(await open(document, { keyPair: clinicPair })).toEqual({ ok: true, value: capsule });
    expect(await open(document, { wrapSecret: slot.wrapSecret })).toEqual({ ok: true, value: capsule });
    expect(await open(document, { keyPair: strangerPair })).toMatchObject({ code: 'not-for-us' });
    expect(await open(document, { wrapSecret: noise('other') })).toMatchObject({ code: 'not-for-us' });
  });

  it('looks the same from outside as any other, and as its own revocation', async () => {
    const at = { ...place, version: 2 };
    const revocation = makeCapsule(revoked, at, grantor.secret);
    const longer = { ...granted, consent: { ...granted.consent, patientName: 'x'.repeat(100) } };
    const others = [
      await seal(revocation, { ...sealing, place: at, contentKey: noise('later key') }),
      await seal(makeCapsule(longer, place, grantor.secret)),
    ];
    for (const { chunks, manifest, sizeBucket } of others) {
      expect(chunks.map((chunk) => chunk.length)).toEqual(document.chunks.map((chunk) => chunk.length));
      expect(manifest.length).toBe(document.manifest.length);
      expect(sizeBucket).toBe(document.sizeBucket);
    }
    const [first] = others;
    expect(await open(first!, { keyPair: clinicPair }, at)).toMatchObject({ ok: true, value: { current: undefined } });
  });

  it('opens in its own slot only', async () => {
    const elsewhere = { ...place, version: 2 };
    expect(await open(document, { keyPair: clinicPair }, elsewhere)).toMatchObject({ code: 'wrong-version' });
  });

  it('is not sealed to a key that is none', async () => {
    const sealed = await sealCapsule(capsule, { ...sealing, granteeKey: new Uint8Array(1216).fill(0xff) }, cipher);
    expect(sealed).toMatchObject({ ok: false, code: 'bad-encryption-key' });
  });

  it('that holds something else is refused with what is wrong with it', async () => {
    const stanzas = [makeOwnerStanza(slot.wrapSecret, sealing.contentKey, place)];
    const order = { ...place, contentKey: sealing.contentKey, stanzas, small: true };
    const other = await sealDocument(encodeUtf8('{}'), order, cipher);
    expect(await open(other, { wrapSecret: slot.wrapSecret })).toMatchObject({ ok: false, code: 'bad-value' });
    const long = await sealDocument(new Uint8Array(5000), order, cipher);
    expect(await open(long, { wrapSecret: slot.wrapSecret })).toMatchObject({ ok: false, code: 'oversized' });
    const missing = openCapsule(manifestOf(document), reader([]), { keyPair: clinicPair }, place, cipher);
    expect(await missing).toMatchObject({ code: 'chunk-missing' });
    expect(encodeCapsule(capsule).length).toBeLessThan(5000);
  });
});
