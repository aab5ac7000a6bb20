/**
 * What two tabs say to each other through signaling, before they have a link. Every payload names the dial it belongs
 * to: a stale or foreign answer would end a connection that is doing well.
 *
 * Layout: attempt id (8 bytes), kind (1 byte), then for an offer or answer the SDP, for a candidate its text, mid and
 * line index, for a rejection its reason; texts are UTF-8 with a varint length.
 */
import { fromHex, toHex } from '../../core/bytes.ts';
import { decode, Writer, type DecodeCode, type Reader } from '../../core/codec.ts';
import { assert, assertNever, type Result } from '../../core/result.ts';
import { decodeUtf8, encodeUtf8 } from '../../core/text.ts';
import { SIGNAL_BYTES_MAX } from '../signaling/signaling.ts';
import type { SessionSignal } from './connector.ts';
import { parseReason } from './reason.ts';

export const ATTEMPT_ID_BYTES = 8;

/** A data channel's description takes about 500 bytes, each candidate in it about 100. */
const SDP_BYTES_MAX = 12 * 1024;
const CANDIDATE_BYTES_MAX = 1024;
const MID_BYTES_MAX = 32;

const KINDS = ['offer', 'answer', 'candidate', 'reject'] as const;
const HAS_MID = 1;
const HAS_LINE_INDEX = 2;

export type DialSignal = SessionSignal | { readonly kind: 'reject'; readonly reason: string };

interface AddressedSignal {
  /** 16 lowercase hex digits, chosen at random by the side that dials. */
  readonly attempt: string;
  readonly signal: DialSignal;
}

/** Undefined when a text of the browser's is longer than the other side accepts. */
export function encodeSignal({ attempt, signal }: AddressedSignal): Uint8Array | undefined {
  const id = fromHex(attempt);
  assert(id?.length === ATTEMPT_ID_BYTES, 'attempt id');
  const writer = new Writer().bytes(id).u8(KINDS.indexOf(signal.kind));
  switch (signal.kind) {
    case 'offer':
    case 'answer':
      return writeText(writer, signal.sdp, SDP_BYTES_MAX)?.finish();
    case 'candidate': {
      const { candidate, sdpMid, sdpMLineIndex } = signal;
      writer.u8((sdpMid === undefined ? 0 : HAS_MID) | (sdpMLineIndex === undefined ? 0 : HAS_LINE_INDEX));
      if (sdpMLineIndex !== undefined) writer.u16(sdpMLineIndex);
      if (sdpMid !== undefined && !writeText(writer, sdpMid, MID_BYTES_MAX)) return undefined;
      return writeText(writer, candidate, CANDIDATE_BYTES_MAX)?.finish();
    }
    case 'reject':
      return writer.bytes(encodeUtf8(signal.reason)).finish();
    default:
      return assertNever(signal);
  }
}

export function decodeSignal(payload: Uint8Array): Result<AddressedSignal, DecodeCode> {
  return decode(payload, SIGNAL_BYTES_MAX, (reader) => ({
    attempt: toHex(reader.bytes(ATTEMPT_ID_BYTES)),
    signal: readSignal(reader),
  }));
}

function readSignal(reader: Reader): DialSignal {
  const kind = KINDS[reader.u8()];
  switch (kind) {
    case 'offer':
    case 'answer':
      return { kind, sdp: readText(reader, SDP_BYTES_MAX) };
    case 'candidate': {
      const present = reader.u8();
      if (present > (HAS_MID | HAS_LINE_INDEX)) reader.fail('bad-value', `candidate fields ${present}`);
      const sdpMLineIndex = present & HAS_LINE_INDEX ? reader.u16() : undefined;
      const sdpMid = present & HAS_MID ? readText(reader, MID_BYTES_MAX) : undefined;
      return { kind, candidate: readText(reader, CANDIDATE_BYTES_MAX), sdpMid, sdpMLineIndex };
    }
    case 'reject': {
      const reason = parseReason(reader.bytes(reader.remaining)) ?? reader.fail('bad-value', 'reason');
      return { kind, reason };
    }
    case undefined:
      return reader.fail('bad-value', 'kind');
    default:
      return assertNever(kind);
  }
}

function writeText(writer: Writer, text: string, bytesMax: number): Writer | undefined {
  const bytes = encodeUtf8(text);
  return bytes.length <= bytesMax ? writer.varbytes(bytes) : undefined;
}

function readText(reader: Reader, bytesMax: number): string {
  return decodeUtf8(reader.varbytes(bytesMax)) ?? reader.fail('bad-value', 'not UTF-8');
}
