import { describe, expect, it } from 'vitest';
import { base64urlnopad } from '@scure/base';
import { concatBytes } from '../../../src/core/bytes.ts';
import { taggedHash } from '../../../src/core/hash.ts';
import { AccountId, SlotId } from '../../../src/core/ids.ts';
import { encodeSpec, presetSpec } from '../../../src/core/network-spec.ts';
import { AssertionError } from '../../../src/core/result.ts';
import { encodeLink, parseLink, type Link, type RequestLink } from '../../../src/health/share-link.ts';
import { noise, withBytes } from './fixtures.ts';

const entry = {
  spec: presetSpec('classroom', { name: '三年级二班 Biology', genesisTimeS: 1_790_000_000 }),
  roomSecret: noise('room', 16),
  relays: ['wss://relay.example.org/relay', 'ws://192.168.1.7:8080/relay'],
};
const invite: Link = { kind: 'invite', ...entry, relays: [] };
const share: Link = {
  kind: 'share',
  ...entry,
  slotId: SlotId.of(noise('slot')),
  seed: noise('seed'),
  untilS: 1_790_003_600,
};
const request: RequestLink = {
  kind: 'request',
  ...entry,
  organisation: AccountId.of(noise('organisation', 20)),
  requestId: noise('request', 8),
  wants: 'Medicines and allergies',
  purpose: 'TREAT',
  untilS: 1_790_086_400,
};

const bodyOf = (link: Link) => base64urlnopad.decode(encodeLink(link).slice(2)).slice(0, -4);
/** A link around any body, with the right checksum. */
const around = (body: Uint8Array) =>
  `j/${base64urlnopad.encode(concatBytes(body, taggedHash('medmesh/link', body).subarray(0, 4)))}`;

describe('link', () => {
  it.each([invite, share, request])('is read back as it was written: $kind', (link) => {
    expect(parseLink(encodeLink(link))).toEqual({ ok: true, value: link });
  });

  it.each(['https://mesh.example.org/#/', 'https://mesh.example.org/app/index.html#', '#/', '#', '/', '', ' \n#/'])(
    'is found behind "%s"',
    (before) => {
      expect(parseLink(before + encodeLink(share))).toMatchObject({ ok: true });
    },
  );

  it('fits a QR code that a phone reads from a screen', () => {
    const url = `https://mesh.example.org/#/${encodeLink(request)}`;
    // Version 20 with 15 % error correction holds 666 bytes.
    expect(url.length).toBeLessThan(400);
  });

  it('with any one character changed, or cut off anywhere, is damaged', () => {
    const text = encodeLink(share);
    for (let i = 2; i < text.length; i++) {
      const other = text[i] === 'A' ? 'B' : 'A';
      expect(parseLink(text.slice(0, i) + other + text.slice(i + 1)), `character ${i}`).toMatchObject({
        code: 'link-damaged',
      });
      expect(parseLink(text.slice(0, i)), `cut at ${i}`).toMatchObject({ code: 'link-damaged' });
    }
  });

  it.each([
    ['nothing', ''],
    ['a page of ours without a link', 'https://mesh.example.org/#/me'],
    ['a link sent to the server', 'https://mesh.example.org/j/AAAA'],
    ['no bytes', 'j/'],
    ['something in front', `x${encodeLink(share)}`],
    ['something behind', `${encodeLink(share)}?utm=1`],
    ['padding', `${encodeLink(share)}=`],
    ['far too much', `j/${'A'.repeat(1_000_000)}`],
    ['a checksum over nothing', around(new Uint8Array())],
    ['bytes after the end', around(concatBytes(bodyOf(invite), new Uint8Array(1)))],
    ['a script for a relay', around(withRelay('javascript:alert(1)'))],
    ['text that turns round', around(replaced(bodyOf(request), 'Med', [0xe2, 0x80, 0xae]))],
    ['a grant without an end', around(bodyOf(share).slice(0, -5))],
    ['no such purpose', around(withBytes(bodyOf(request), bodyOf(request).length - 6, [99]))],
  ])('is damaged: %s', (_, text) => {
    expect(parseLink(text)).toMatchObject({ ok: false, code: 'link-damaged' });
  });

  it('of a newer program is told apart from a damaged one', () => {
    expect(parseLink(around(withBytes(bodyOf(share), 0, [2])))).toMatchObject({ code: 'link-unknown-version' });
    expect(parseLink(around(withBytes(bodyOf(share), 1, [3])))).toMatchObject({ code: 'link-unknown-version' });
  });

  it('to a network of rules we do not know says so', () => {
    const body = bodyOf(invite);
    const specOffset = 3;
    expect(body.subarray(specOffset, specOffset + 1)).toEqual(encodeSpec(entry.spec).subarray(0, 1));
    expect(parseLink(around(withBytes(body, specOffset, [2])))).toMatchObject({ code: 'network-unsupported' });
  });

  it.each([
    ['a relay that is no WebSocket address', { ...invite, relays: ['https://relay.example.org'] }],
    ['too many relays', { ...invite, relays: Array.from({ length: 5 }, () => 'wss://r.example') }],
    ['a text above its cap', { ...request, wants: 'x'.repeat(121) }],
    ['a time that is none', { ...request, untilS: -1 }],
    ['an end that is none', { ...share, untilS: 0.5 }],
  ])('is not made with %s', (_, link) => {
    expect(() => encodeLink(link)).toThrow(AssertionError);
  });
});

function replaced(body: Uint8Array, text: string, bytes: readonly number[]): Uint8Array {
  const at = new TextDecoder('latin1').decode(body).indexOf(text);
  return withBytes(body, at, bytes);
}

/** The invite with one relay, whatever it says. */
function withRelay(relay: string): Uint8Array {
  const body = bodyOf(invite);
  return concatBytes(body.subarray(0, -1), Uint8Array.of(1, relay.length), new TextEncoder().encode(relay));
}
