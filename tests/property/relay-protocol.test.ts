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
import { clientMessage, relayMessage } from '../support/relay-messages.ts';

const sides = [
  { side: 'client', message: clientMessage, parse: parseClientMessage },
  { side: 'relay', message: relayMessage, parse: parseRelayMessage },
] as const;

describe.each(sides)('$side messages', ({ message, parse }) => {
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
