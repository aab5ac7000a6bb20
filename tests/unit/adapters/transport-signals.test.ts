import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bindingOf,
  channelBindingOf,
  fingerprintOf,
  type Secured,
} from '../../../src/adapters/webrtc/channel-binding.ts';
import { OfferGate } from '../../../src/adapters/webrtc/offer-gate.ts';
import { parseReason, toReason } from '../../../src/adapters/webrtc/reason.ts';
import { decodeSignal, encodeSignal, type DialSignal } from '../../../src/adapters/webrtc/signal-codec.ts';
import { toHex } from '../../../src/core/bytes.ts';
import { sha256 } from '../../../src/core/hash.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const attempt = '0123456789abcdef';

describe('signals', () => {
  it('have these bytes', () => {
    const hex = (signal: DialSignal) => toHex(encodeSignal({ attempt, signal })!);
    expect(hex({ kind: 'offer', sdp: 'v=0' })).toBe(attempt + '00' + '03763d30');
    expect(hex({ kind: 'answer', sdp: '' })).toBe(attempt + '01' + '00');
    expect(hex({ kind: 'candidate', candidate: 'c', sdpMid: '0', sdpMLineIndex: 1 })).toBe(
      attempt + '02' + '03' + '0001' + '0130' + '0163',
    );
    expect(hex({ kind: 'candidate', candidate: '', sdpMid: undefined, sdpMLineIndex: undefined })).toBe(
      attempt + '02' + '00' + '00',
    );
    expect(hex({ kind: 'reject', reason: 'bye' })).toBe(attempt + '03' + '627965');
  });

  it('come back as they were sent, and bytes that decode are the bytes of what they mean', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((value) => !value.includes('\ufeff'));
    const signal = fc.oneof<fc.Arbitrary<DialSignal>[]>(
      fc.record({ kind: fc.constantFrom('offer', 'answer'), sdp: text }),
      fc.record({
        kind: fc.constant('candidate'),
        candidate: text,
        sdpMid: fc.option(fc.constantFrom('', '0', 'data'), { nil: undefined }),
        sdpMLineIndex: fc.option(fc.nat(0xffff), { nil: undefined }),
      }),
      fc.record({ kind: fc.constant('reject'), reason: fc.stringMatching(/^[a-z0-9-]{1,40}$/) }),
    );
    fc.assert(
      fc.property(signal, (value) => {
        expect(decodeSignal(encodeSignal({ attempt, signal: value })!)).toEqual({
          ok: true,
          value: { attempt, signal: value },
        });
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 9, maxLength: 40 }), fc.nat(4), (payload, kind) => {
        payload[8] = kind;
        const decoded = decodeSignal(payload);
        if (decoded.ok) expect(toHex(encodeSignal(decoded.value)!)).toBe(toHex(payload));
      }),
    );
  });

  it('are refused when a text is too long, by the side that sends and the one that receives', () => {
    expect(encodeSignal({ attempt, signal: { kind: 'offer', sdp: 'x'.repeat(12 * 1024 + 1) } })).toBeUndefined();
    const offer = encodeSignal({ attempt, signal: { kind: 'offer', sdp: 'x'.repeat(12 * 1024) } })!;
    expect(decodeSignal(offer).ok).toBe(true);
    const asCandidate = Uint8Array.from(offer, (byte, i) => (i === 8 ? 2 : byte));
    expect(decodeSignal(asCandidate).ok).toBe(false);
    expect(decodeSignal(new Uint8Array(16 * 1024 + 1))).toMatchObject({ ok: false, code: 'oversized' });
  });
});

describe('channel binding', () => {
  const hex = Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0').toUpperCase()).join(':');
  const line = `a=fingerprint:sha-256 ${hex}\r\n`;

  it('takes the one SHA-256 fingerprint of a description, in any case, at any level', () => {
    const wanted = { ok: true, value: Uint8Array.from({ length: 32 }, (_, i) => i) };
    expect(fingerprintOf(`v=0\r\n${line}m=application 9\r\n`)).toEqual(wanted);
    expect(fingerprintOf(`v=0\nm=application 9\n${line.toLowerCase().replace('\r', '')}`)).toEqual(wanted);
    for (const bad of ['', line + line, line.replace('sha-256', 'sha-1'), line.replace(':01:', ':1:'), ` ${line}`]) {
      expect(fingerprintOf(bad)).toMatchObject({ ok: false, code: 'bad-fingerprint' });
    }
  });

  it('is known when the channel opens, though the browser shows no remote description yet', () => {
    const theirs = new Uint8Array(32).fill(9);
    const connection = { localDescription: { sdp: line }, remoteDescription: null, sctp: null };
    const ours = Uint8Array.from({ length: 32 }, (_, i) => i);
    expect(channelBindingOf(connection as unknown as Secured, theirs)).toEqual({
      ok: true,
      value: bindingOf(ours, theirs),
    });
  });

  it('is refused where the connection went by another description than the one shown to us', () => {
    const [ours, theirs] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const of = (fingerprint: Uint8Array) => ({
      sdp: `a=fingerprint:sha-256 ${[...fingerprint].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`,
    });
    const connectionOf = (remoteDescription: object | null) =>
      ({ localDescription: of(ours), remoteDescription, sctp: null }) as unknown as Secured;
    expect(channelBindingOf(connectionOf(of(theirs)), theirs).ok).toBe(true);
    for (const other of [of(ours), { sdp: '' }]) {
      expect(channelBindingOf(connectionOf(other), theirs)).toMatchObject({ ok: false, code: 'bad-fingerprint' });
    }
  });

  it('is none where the certificate is not the one described', () => {
    const certificate = Uint8Array.of(1, 2, 3);
    const transport = { getRemoteCertificates: () => [certificate.buffer] };
    const connection = { localDescription: { sdp: line }, sctp: { transport } } as unknown as Secured;
    expect(channelBindingOf(connection, sha256(certificate)).ok).toBe(true);
    expect(channelBindingOf(connection, new Uint8Array(32))).toMatchObject({ ok: false, code: 'bad-fingerprint' });
  });

  it('is the same at both ends', () => {
    const [low, high] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    expect(toHex(bindingOf(high, low))).toBe(toHex(bindingOf(low, high)));
    expect(toHex(bindingOf(low, high))).toBe(toHex(sha256(Uint8Array.of(...low, ...high))));
  });
});

describe('reasons', () => {
  it('become codes that the other side accepts, whatever they were', () => {
    expect(['bad-frame', 'remote:Bye!', '<b>', '', '!!!'].map(toReason)).toEqual([
      'bad-frame',
      'remote-bye',
      'b',
      'unspecified',
      'unspecified',
    ]);
    fc.assert(
      fc.property(fc.string(), (text) => {
        const reason = toReason(text);
        expect(parseReason(new TextEncoder().encode(reason))).toBe(reason);
      }),
    );
  });
});

describe('offer gate', () => {
  it('admits each attempt once, a few of each tab, and only so many in all, until some time has passed', async () => {
    const clock = new VirtualClock();
    const gate = new OfferGate(clock);
    expect([gate.admits('a', '0'), gate.admits('b', '0')]).toEqual([true, false]);
    expect(['1', '2', '3', '4'].map((id) => gate.admits('a', id))).toEqual([true, true, true, false]);
    const admitted = Array.from({ length: 200 }, (_, i) => gate.admits(`tab ${i}`, `attempt ${i}`));
    expect(admitted.filter(Boolean)).toHaveLength(124);
    await clock.pass(10_000);
    expect([gate.admits('a', '5'), gate.admits('c', '0')]).toEqual([true, false]);
  });
});
