import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url } from '../../../src/adapters/signaling/base64url.ts';
import { ROOM_SECRET_BYTES, roomSeal } from '../../../src/adapters/signaling/sealing.ts';
import { fromHex, toHex } from '../../../src/core/bytes.ts';

const secret = new Uint8Array(ROOM_SECRET_BYTES).fill(1);
const otherSecret = new Uint8Array(ROOM_SECRET_BYTES).fill(2);
const [alice, bob, mallory] = ['a', 'b', 'c'].map((digit) => digit.repeat(32)) as [string, string, string];
const payload = Uint8Array.of(1, 2, 3);

/** Counts up, so that a vector can be written down. */
const countingRng = () => {
  let next = 0;
  return { bytes: (length: number) => Uint8Array.from({ length }, () => next++ & 255) };
};
const ours = roomSeal(secret, countingRng());

describe('sealing', () => {
  it('keeps its bytes: tabs of two versions of this page must still meet', () => {
    expect(ours.roomId).toBe('0ac8cfea6d02d557138dcc17563d34e929065fa01fc9b0c42e6c9d23bcfac266');
    const sealed = roomSeal(secret, countingRng()).sealSignal(alice, bob, payload);
    expect(toHex(sealed)).toBe(
      '000102030405060708090a0b0c0d0e0f101112131415161764956dd9ecd0461caf4961d260a91ea6b3be89',
    );
    expect(ours.openSignal(alice, bob, sealed)).toEqual(payload);
  });

  it('opens a signal only between the two it was sealed for, and a presence never as a signal', () => {
    const sealed = ours.sealSignal(alice, bob, payload);
    expect(ours.openSignal(mallory, bob, sealed)).toBeUndefined();
    expect(ours.openSignal(alice, mallory, sealed)).toBeUndefined();
    expect(ours.openSignal(bob, alice, sealed)).toBeUndefined();
    expect(ours.openPresence(sealed)).toBeUndefined();
    expect(ours.openSignal(alice, bob, ours.sealPresence(payload))).toBeUndefined();
    expect(ours.openPresence(ours.sealPresence(payload))).toEqual(payload);
  });

  it('opens nothing of another room', () => {
    const theirs = roomSeal(otherSecret, countingRng());
    expect(theirs.roomId).not.toBe(ours.roomId);
    expect(theirs.openPresence(ours.sealPresence(payload))).toBeUndefined();
    expect(theirs.openSignal(alice, bob, ours.sealSignal(alice, bob, payload))).toBeUndefined();
  });

  it('notices any changed, missing or added byte', () => {
    const sealed = ours.sealSignal(alice, bob, payload);
    for (let i = 0; i < sealed.length; i++) {
      const changed = sealed.slice();
      changed[i]! ^= 1;
      expect(ours.openSignal(alice, bob, changed)).toBeUndefined();
      expect(ours.openSignal(alice, bob, sealed.slice(0, i))).toBeUndefined();
    }
    expect(ours.openSignal(alice, bob, Uint8Array.of(...sealed, 0))).toBeUndefined();
  });

  it('never seals twice alike', () => {
    expect(ours.sealPresence(payload)).not.toEqual(ours.sealPresence(payload));
  });
});

describe('base64url', () => {
  it('agrees with RFC 4648, less its padding', () => {
    const vectors = ['', 'Zg', 'Zm8', 'Zm9v', 'Zm9vYg', 'Zm9vYmE', 'Zm9vYmFy'];
    const text = new TextEncoder().encode('foobar');
    expect(vectors.map((_, length) => toBase64url(text.subarray(0, length)))).toEqual(vectors);
    expect(toBase64url(fromHex('fbff')!)).toBe('-_8');
  });

  it('has one text for one byte string', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromBase64url(toBase64url(bytes))).toEqual(bytes);
      }),
    );
    for (const text of ['A', 'AB', 'Zg==', 'Zm9+', 'Zm 9', 'Zm9vYh']) expect(fromBase64url(text)).toBeUndefined();
  });
});
