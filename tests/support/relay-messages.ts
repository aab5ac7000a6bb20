/** Random valid relay messages, of both sides, and of relays to each other. */
import fc from 'fast-check';
import type { BusMessage, RemoteMember } from '../../src/relay/bus-messages.ts';
import {
  MEMBERS_NAMED_MAX,
  SEALED_PRESENCE_BYTES_MAX,
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

export const clientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record({ type: fc.constant('join' as const), room: hex(64), presence }),
  fc.record({ type: fc.constant('signal' as const), to: id, payload }),
  fc.constant({ type: 'beat' as const }),
);

export const relayMessage: fc.Arbitrary<RelayMessage> = fc.oneof(
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

export const busMessage: fc.Arbitrary<BusMessage> = fc.oneof(
  fc.record({ type: fc.constant('joined' as const), relay: id, id, presence }),
  fc.record({ type: fc.constant('left' as const), relay: id, id }),
  fc.record({ type: fc.constant('signal' as const), relay: id, from: id, to: id, payload }),
  fc.record({ type: fc.constant('rewritten' as const), relay: id }),
);

/** An entry is written under its member's id, and does not hold it. */
export const BUS_MEMBER_ID = '5a'.repeat(16);

export const busMember: fc.Arbitrary<RemoteMember> = fc.record({ id: fc.constant(BUS_MEMBER_ID), relay: id, presence });
