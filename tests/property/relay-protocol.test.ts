import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeFrame,
  FRAME_BYTES_MAX,
  MEMBERS_NAMED_MAX,
  parseClientMessage,
  parseRelayMessage,
  SEALED_PRESENCE_BYTES_MAX,
  SEALED_SIGNAL_BYTES_MAX,
  type ClientMessage,
  type RelayMessage,
} from '../../src/relay/protocol.ts';

const hex = (digits: number) =>
  fc.uint8Array({ minLength: digits / 2, maxLength: digits / 2 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const sealed = (bytesMax: number) =>
  fc.uint8Array({ minLength: 1, maxLength: bytesMax }).map((bytes) => Buffer.from(bytes).toString('base64url'));
const id = hex(32);
const presence = sealed(SEALED_PRESENCE_BYTES_MAX);
const payload = sealed(512);

const clientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record({ type: fc.constant('join' as const), room: hex(64), presence }),
  fc.record({ type: fc.constant('signal' as const), to: id, payload }),
  fc.constant({ type: 'beat' as const }),
);
const relayMessage: fc.Arbitrary<RelayMessage> = fc.oneof(
  fc.record({
    type: fc.constant('joined' as const),
    self: id,
    members: fc.array(fc.record({ id, presence }), { maxLength: MEMBERS_NAMED_MAX }),
  }),
  fc.record({ type: fc.constant('member-joined' as const), id, presence }),
  fc.record({ type: fc.constantFrom('member-left' as const, 'no-such-member' as const), id }),
  fc.record({ type: fc.constant('signal' as const), from: id, payload }),
  fc.constantFrom({ type: 'rate-limited' as const }, { type: 'beat' as const }),
);

const sides = [
  { side: 'client', message: clientMessage, parse: parseClientMessage },
  { side: 'relay', message: relayMessage, parse: parseRelayMessage },
] as const;

describe.each(sides)('$side messages', ({ message, parse }) => {
  it('come back from their frame as they were', () => {
    fc.assert(
      fc.property(message, (sent: ClientMessage | RelayMessage) => {
        expect(parse(encodeFrame(sent))).toEqual({ ok: true, value: sent });
      }),
    );
  });

  it('are refused, never thrown on, whatever text arrives', () => {
    const text = fc.oneof(fc.string(), fc.json(), fc.string({ unit: fc.constantFrom(...'{}[]":,0aé\\') }));
    fc.assert(
      fc.property(text, (frame) => {
        expect(parse(frame).ok).toBe(false);
      }),
    );
  });

  it('are refused with any field missing, added or of another type', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.jsonValue(), (sent: ClientMessage | RelayMessage, choice, other) => {
        const fields = Object.entries(sent);
        const [name, value] = fields[choice % fields.length]!;
        const without = Object.fromEntries(fields.filter(([field]) => field !== name));
        expect(parse(JSON.stringify(without)).ok).toBe(false);
        expect(parse(JSON.stringify({ ...sent, extra: other })).ok).toBe(false);
        fc.pre(typeof other !== typeof value);
        expect(parse(JSON.stringify({ ...sent, [name]: other })).ok).toBe(false);
      }),
    );
  });
});

describe('sizes', () => {
  const longest = (bytes: number) => Buffer.alloc(bytes, 0xff).toString('base64url');
  const member = { id: 'f'.repeat(32), presence: longest(SEALED_PRESENCE_BYTES_MAX) };

  it.each<ClientMessage | RelayMessage>([
    { type: 'joined', self: member.id, members: new Array<typeof member>(MEMBERS_NAMED_MAX).fill(member) },
    { type: 'signal', to: member.id, payload: longest(SEALED_SIGNAL_BYTES_MAX) },
  ])('the largest $type fits one frame', (message) => {
    const frame = encodeFrame(message);
    expect(frame.length).toBeLessThanOrEqual(FRAME_BYTES_MAX);
    expect((message.type === 'joined' ? parseRelayMessage : parseClientMessage)(frame).ok).toBe(true);
  });

  it('one byte more than allowed is refused', () => {
    const presence = longest(SEALED_PRESENCE_BYTES_MAX + 1);
    expect(parseClientMessage(encodeFrame({ type: 'join', room: '0'.repeat(64), presence })).ok).toBe(false);
    const payload = longest(SEALED_SIGNAL_BYTES_MAX + 1);
    expect(parseClientMessage(encodeFrame({ type: 'signal', to: member.id, payload })).ok).toBe(false);
    const members = new Array<typeof member>(MEMBERS_NAMED_MAX + 1).fill({ ...member, presence: 'AA' });
    expect(parseRelayMessage(encodeFrame({ type: 'joined', self: member.id, members })).ok).toBe(false);
    expect(parseClientMessage(' '.repeat(FRAME_BYTES_MAX + 1))).toEqual({ ok: false, code: 'oversized' });
  });
});
