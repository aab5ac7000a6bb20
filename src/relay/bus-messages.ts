/** What relays say to each other over a bus: JSON, with the same checks and caps as a tab's frames. */
import { createHash } from 'node:crypto';
import {
  hasOnly,
  isMemberId,
  isSealed,
  parseFrame,
  SEALED_PRESENCE_BYTES_MAX,
  SEALED_SIGNAL_BYTES_MAX,
  type NamedMember,
  type Parsed,
} from './protocol.ts';

/** A member whom another relay serves. */
export interface RemoteMember extends NamedMember {
  /** Id of that relay, 32 lowercase hex digits. */
  readonly relay: string;
}

/** Each names the relay that says it. */
export type BusMessage =
  | ({ readonly type: 'joined' } & RemoteMember)
  | { readonly type: 'left'; readonly relay: string; readonly id: string }
  | {
      readonly type: 'signal';
      readonly relay: string;
      readonly from: string;
      readonly to: string;
      readonly payload: string;
    }
  /** What is written of the room has changed without a word on each member: to be read again. */
  | { readonly type: 'rewritten'; readonly relay: string };

/** The name of a room on the bus. From a room's own id anybody could join it. */
export function busNameOf(roomId: string): string {
  return createHash('sha256').update(`medmesh relay bus: ${roomId}`).digest('hex');
}

export function encodeBusMessage(message: BusMessage): string {
  return JSON.stringify(message);
}

export function parseBusMessage(text: string): Parsed<BusMessage> {
  return parseFrame(text, (fields) => {
    const { type, relay, id } = fields;
    // Relays are named the way members are.
    if (!isMemberId(relay)) return undefined;
    switch (type) {
      case 'joined': {
        const { presence } = fields;
        if (!hasOnly(fields, 4) || !isMemberId(id) || !isSealed(presence, SEALED_PRESENCE_BYTES_MAX)) return undefined;
        return { type, relay, id, presence };
      }
      case 'left':
        return hasOnly(fields, 3) && isMemberId(id) ? { type, relay, id } : undefined;
      case 'signal': {
        const { from, to, payload } = fields;
        if (!hasOnly(fields, 5) || !isMemberId(from) || !isMemberId(to)) return undefined;
        return isSealed(payload, SEALED_SIGNAL_BYTES_MAX) ? { type, relay, from, to, payload } : undefined;
      }
      case 'rewritten':
        return hasOnly(fields, 2) ? { type, relay } : undefined;
      default:
        return undefined;
    }
  });
}

/** A member as it is written on the bus, under its id. */
export function encodeEntry({ relay, presence }: Omit<RemoteMember, 'id'>): string {
  return JSON.stringify({ relay, presence });
}

export function parseEntry(id: string, text: string): Parsed<RemoteMember> {
  return parseFrame(text, (fields) => {
    const { relay, presence } = fields;
    if (!hasOnly(fields, 2) || !isMemberId(id) || !isMemberId(relay)) return undefined;
    return isSealed(presence, SEALED_PRESENCE_BYTES_MAX) ? { id, relay, presence } : undefined;
  });
}
