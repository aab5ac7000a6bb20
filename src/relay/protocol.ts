/**
 * What a tab and the relay say to each other: JSON text frames over one WebSocket, and nothing else.
 *
 *   tab    join {room, presence}             once, first; everything else before it is refused
 *   relay  joined {self, members}            `self` is our name until the socket closes
 *   relay  member-joined / member-left       to everybody else in the room
 *   tab    signal {to, payload}              relay -> that member: signal {from, payload}
 *   relay  no-such-member {id}               answer to a signal for somebody who has left
 *   relay  rate-limited                      frames are being dropped; said once per dry spell
 *   both   beat                              the relay's every BEAT_INTERVAL_MS, or an answer to the tab's
 *
 * The relay reads room ids and member ids, never presence or payload: both are sealed with a secret it is not told.
 * The signaling client imports this file, so it stays free of Node.js.
 */

/** On the app's own host and port. */
export const RELAY_PATH = '/relay';

/** A longer frame is refused before it is parsed, in both directions. */
export const FRAME_BYTES_MAX = 32 * 1024;
/** Sealed presence, before base64url. */
export const SEALED_PRESENCE_BYTES_MAX = 256;
/** Sealed signal, before base64url: leaves room in a frame for its envelope. */
export const SEALED_SIGNAL_BYTES_MAX = 20 * 1024;
/** Members named to a newcomer: a random sample of a larger room. This many fit one frame. */
export const MEMBERS_NAMED_MAX = 64;
/** How often the relay shows that it is alive; a tab can see neither pings nor a half-open connection. */
export const BEAT_INTERVAL_MS = 15_000;

/** Why the relay ended a connection. The code travels as the close reason. */
export type CloseReason =
  | 'stopping'
  | 'bad-message'
  | 'join-timeout'
  | 'room-full'
  | 'room-busy'
  | 'relay-full'
  | 'rate-limited'
  | 'address-full';

export const CLOSE_CODES: Readonly<Record<CloseReason, number>> = {
  stopping: 1001,
  'bad-message': 4000,
  'join-timeout': 4001,
  'room-full': 4002,
  'room-busy': 4003,
  'relay-full': 4004,
  'rate-limited': 4005,
  'address-full': 4006,
};

export interface NamedMember {
  /** 32 lowercase hex digits. */
  readonly id: string;
  /** Base64url, at most SEALED_PRESENCE_BYTES_MAX bytes. */
  readonly presence: string;
}

export type ClientMessage =
  | { readonly type: 'join'; /** 64 lowercase hex digits. */ readonly room: string; readonly presence: string }
  | { readonly type: 'signal'; readonly to: string; /** Base64url. */ readonly payload: string }
  | { readonly type: 'beat' };

export type RelayMessage =
  | { readonly type: 'joined'; readonly self: string; readonly members: readonly NamedMember[] }
  | { readonly type: 'member-joined'; readonly id: string; readonly presence: string }
  | { readonly type: 'member-left'; readonly id: string }
  | { readonly type: 'signal'; readonly from: string; readonly payload: string }
  | { readonly type: 'no-such-member'; readonly id: string }
  | { readonly type: 'rate-limited' }
  | { readonly type: 'beat' };

export type ParseCode = 'oversized' | 'not-json' | 'bad-shape';

/** Shaped like core's Result: the relay imports nothing but itself. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: ParseCode };

export function encodeFrame(message: ClientMessage | RelayMessage): string {
  return JSON.stringify(message);
}

/** A tab's frame, as the relay must see it before acting on any of it. */
export function parseClientMessage(frame: string): Parsed<ClientMessage> {
  return parseFrame(frame, (fields) => {
    switch (fields.type) {
      case 'join': {
        const { room, presence } = fields;
        if (!hasOnly(fields, 3) || !isHex(room, 64) || !isSealed(presence, SEALED_PRESENCE_BYTES_MAX)) return undefined;
        return { type: 'join', room, presence };
      }
      case 'signal': {
        const { to, payload } = fields;
        if (!hasOnly(fields, 3) || !isMemberId(to) || !isSealed(payload, SEALED_SIGNAL_BYTES_MAX)) return undefined;
        return { type: 'signal', to, payload };
      }
      case 'beat':
        return hasOnly(fields, 1) ? { type: 'beat' } : undefined;
      default:
        return undefined;
    }
  });
}

/** The relay's frame, as a tab must see it: a relay may be anybody's, and lie. */
export function parseRelayMessage(frame: string): Parsed<RelayMessage> {
  return parseFrame(frame, (fields) => {
    switch (fields.type) {
      case 'joined': {
        const { self, members } = fields;
        if (!hasOnly(fields, 3) || !isMemberId(self) || !Array.isArray(members)) return undefined;
        if (members.length > MEMBERS_NAMED_MAX || !members.every(isNamedMember)) return undefined;
        return { type: 'joined', self, members };
      }
      case 'member-joined': {
        const { id, presence } = fields;
        if (!hasOnly(fields, 3) || !isMemberId(id) || !isSealed(presence, SEALED_PRESENCE_BYTES_MAX)) return undefined;
        return { type: 'member-joined', id, presence };
      }
      case 'member-left':
      case 'no-such-member': {
        const { id } = fields;
        return hasOnly(fields, 2) && isMemberId(id) ? { type: fields.type, id } : undefined;
      }
      case 'signal': {
        const { from, payload } = fields;
        if (!hasOnly(fields, 3) || !isMemberId(from) || !isSealed(payload, SEALED_SIGNAL_BYTES_MAX)) return undefined;
        return { type: 'signal', from, payload };
      }
      case 'rate-limited':
      case 'beat':
        return hasOnly(fields, 1) ? { type: fields.type } : undefined;
      default:
        return undefined;
    }
  });
}

export type Fields = Readonly<Record<string, unknown>>;

/** @param read  undefined for a shape it does not know */
export function parseFrame<T>(frame: string, read: (fields: Fields) => T | undefined): Parsed<T> {
  // Characters, not bytes: what is well-formed is ASCII, and the socket has capped the bytes already.
  if (frame.length > FRAME_BYTES_MAX) return { ok: false, code: 'oversized' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(frame);
  } catch {
    return { ok: false, code: 'not-json' };
  }
  const value = isFields(parsed) ? read(parsed) : undefined;
  return value === undefined ? { ok: false, code: 'bad-shape' } : { ok: true, value };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Together with a check of each known field: no unknown ones, so that an extension is a new message type. */
export function hasOnly(fields: Fields, count: number): boolean {
  return Object.keys(fields).length === count;
}

function isNamedMember(value: unknown): value is NamedMember {
  if (!isFields(value) || !hasOnly(value, 2)) return false;
  return isMemberId(value.id) && isSealed(value.presence, SEALED_PRESENCE_BYTES_MAX);
}

export function isMemberId(value: unknown): value is string {
  return isHex(value, 32);
}

function isHex(value: unknown, digits: number): value is string {
  return typeof value === 'string' && value.length === digits && /^[0-9a-f]*$/.test(value);
}

/** Unpadded base64url of 1 to `bytesMax` bytes. */
export function isSealed(value: unknown, bytesMax: number): value is string {
  if (typeof value !== 'string' || value.length === 0 || value.length > Math.ceil((bytesMax * 4) / 3)) return false;
  return value.length % 4 !== 1 && /^[A-Za-z0-9_-]*$/.test(value);
}
