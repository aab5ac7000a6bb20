import { describe, expect, it } from 'vitest';
import { encodeHeader, HEADER_BYTES, readHeader, type DocumentHeader } from '../../../src/health/document-header.ts';
import { WRAP_ENTROPY_BYTES } from '../../../src/health/hpke.ts';
import {
  commitmentOf,
  fillStanzas,
  makeOwnerStanza,
  makeRecipientStanza,
  openOwnerStanza,
  openRecipientStanza,
} from '../../../src/health/stanzas.ts';
import { clinicPair, noise, place, slot, strangerPair } from './fixtures.ts';

const contentKey = noise('content key');
const owner = makeOwnerStanza(slot.wrapSecret, contentKey, place);
const recipient = (await makeRecipientStanza(
  clinicPair.publicKey,
  contentKey,
  place,
  noise('entropy', WRAP_ENTROPY_BYTES),
))!;

async function header(...stanzas: (typeof owner)[]): Promise<DocumentHeader> {
  const commitment = commitmentOf(contentKey, place);
  return { ...place, commitment, stanzas: await fillStanzas(stanzas, contentKey, place) };
}

describe('document header', () => {
  it('is read back from the start of a chunk', async () => {
    const written = await header(owner, recipient);
    const bytes = encodeHeader(written);
    expect(bytes.length).toBe(HEADER_BYTES);
    expect(readHeader(Uint8Array.of(...bytes, 1, 2, 3))).toEqual({ ok: true, value: written });
    expect(readHeader(bytes.subarray(1))).toMatchObject({ code: 'truncated' });
    expect(readHeader(bytes.fill(9, 0, 1))).toMatchObject({ code: 'unsupported-suite' });
  });
});

describe('stanzas', () => {
  it('give the content key to the owner and to the recipient, and to nobody else', async () => {
    const both = await header(recipient, owner);
    expect(openOwnerStanza(both, slot.wrapSecret)).toEqual(contentKey);
    expect(await openRecipientStanza(both, clinicPair)).toEqual(contentKey);
    expect(openOwnerStanza(both, noise('other secret'))).toBeUndefined();
    expect(await openRecipientStanza(both, strangerPair)).toBeUndefined();
  });

  it('have a decoy of the same shape where one is missing', async () => {
    const none = await header();
    expect(none.stanzas.map(({ wrapped }) => wrapped.length)).toEqual([40, 1168]);
    expect(openOwnerStanza(none, slot.wrapSecret)).toBeUndefined();
    expect(await openRecipientStanza(none, clinicPair)).toBeUndefined();
  });

  it('are of no use for another version or another slot', async () => {
    const both = await header(owner, recipient);
    const later = { ...both, version: 2, commitment: commitmentOf(contentKey, { ...place, version: 2 }) };
    expect(openOwnerStanza(later, slot.wrapSecret)).toBeUndefined();
    expect(await openRecipientStanza(later, clinicPair)).toBeUndefined();
  });

  it('are refused when they hold another key than the document was sealed with', async () => {
    const swapped = { ...(await header(owner, recipient)), commitment: commitmentOf(noise('other key'), place) };
    expect(openOwnerStanza(swapped, slot.wrapSecret)).toBeUndefined();
    expect(await openRecipientStanza(swapped, clinicPair)).toBeUndefined();
  });
});
