/** What comes from other tabs and from the relay. */
import fc from 'fast-check';
import { roomSeal } from '../../../src/adapters/signaling/sealing.ts';
import { fingerprintOf } from '../../../src/adapters/webrtc/channel-binding.ts';
import {
  closeFrame,
  FRAME_BYTES_MAX,
  FrameCutter,
  Reassembler,
  type Arrival,
} from '../../../src/adapters/webrtc/frames.ts';
import { parseReason } from '../../../src/adapters/webrtc/reason.ts';
import { decodeSignal, encodeSignal, type DialSignal } from '../../../src/adapters/webrtc/signal-codec.ts';
import { encodeBody } from '../../../src/core/block.ts';
import { toHex } from '../../../src/core/bytes.ts';
import { Writer } from '../../../src/core/codec.ts';
import { completeBody, makeCompactBlock, matchCompactBlock } from '../../../src/core/compact-block.ts';
import { accept, reject, type Result } from '../../../src/core/result.ts';
import { encodeUtf8 } from '../../../src/core/text.ts';
import { encodeTransaction } from '../../../src/core/transaction.ts';
import { decodeMessage, encodeMessage } from '../../../src/core/wire.ts';
import {
  readAscending,
  readAscii,
  readBlobId,
  readBlockHash,
  readChunkSet,
  readCount,
  readMinimal,
  readPart,
  readTxId,
} from '../../../src/core/wire-fields.ts';
import type { Priority, RendezvousId } from '../../../src/node/ports.ts';
import {
  encodeFrame,
  FRAME_BYTES_MAX as RELAY_FRAME_MAX,
  parseClientMessage,
  parseRelayMessage,
} from '../../../src/relay/protocol.ts';
import { encodeBusMessage, encodeEntry, parseBusMessage, parseEntry } from '../../../src/relay/bus-messages.ts';
import { bytes, fillerUpTo, uint, unicodeText, upTo } from '../../support/arbitrary-bytes.ts';
import { block, transaction } from '../../support/chain-values.ts';
import { peerMessage } from '../../support/peer-messages.ts';
import { BUS_MEMBER_ID, busMember, busMessage, clientMessage, relayMessage } from '../../support/relay-messages.ts';
import { Seeded } from '../../support/seeded.ts';
import { asDrawn, codecTarget, parserTarget } from '../engine/decoder-target.ts';
import { bytesMedium, textMedium } from '../engine/medium.ts';
import { fromOptional } from '../engine/refusals.ts';

const reason = fc.string({ unit: fc.constantFrom(...'abcxyz019-'), minLength: 1, maxLength: 40 });

// ---------------------------------------------------------------- frames

/** A link's frames in one byte string, each after its length; a length that lies only cuts elsewhere. */
function joinFrames(frames: readonly Uint8Array[]): Uint8Array {
  return new Writer()
    .list(frames, (writer, frame) => writer.u16(frame.length).bytes(frame))
    .finish()
    .slice(1);
}

function splitFrames(stream: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at + 2 <= stream.length;) {
    const end = at + 2 + ((stream[at]! << 8) | stream[at + 1]!);
    frames.push(stream.subarray(at + 2, end));
    at = end;
  }
  return frames;
}

function cutAll(arrivals: readonly Arrival[]): Uint8Array {
  const counts: Record<Priority, number> = { control: 0, bulk: 0 };
  const frames = arrivals.flatMap((arrival) => {
    if (arrival.kind === 'close') return [closeFrame(arrival.reason)];
    const cutter = new FrameCutter(arrival.bytes, arrival.priority, counts[arrival.priority]++);
    const cut: Uint8Array[] = [];
    do cut.push(cutter.next(new Uint8Array(FRAME_BYTES_MAX)).slice());
    while (!cutter.done);
    return cut;
  });
  return joinFrames(frames);
}

function assemble(stream: Uint8Array): Result<readonly Arrival[]> {
  const reassembler = new Reassembler();
  const arrivals: Arrival[] = [];
  for (const frame of splitFrames(stream)) {
    const result = reassembler.accept(frame);
    if (!result.ok) return result;
    if (result.value) arrivals.push(result.value);
  }
  return accept(arrivals);
}

const arrival: fc.Arbitrary<Arrival> = fc.oneof(
  fc.record({
    kind: fc.constant('message' as const),
    priority: fc.constantFrom<Priority>('control', 'bulk'),
    bytes: fc.oneof(
      { weight: 20, arbitrary: upTo(60) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(16_375, 16_376, 33_000).map((length) => new Seeded(length).bytes(length)),
      },
    ),
  }),
  fc.record({ kind: fc.constant('close' as const), reason }),
);

// ---------------------------------------------------------------- signaling

const signal: fc.Arbitrary<DialSignal> = fc.oneof(
  fc.record({ kind: fc.constantFrom('offer' as const, 'answer' as const), sdp: unicodeText.filter(hasNoMark) }),
  fc.record({
    kind: fc.constant('candidate' as const),
    candidate: unicodeText.filter(hasNoMark),
    sdpMid: fc.option(fc.string({ maxLength: 8, unit: fc.constantFrom(...'0aé医') }), { nil: undefined }),
    sdpMLineIndex: fc.option(uint(16), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('reject' as const), reason }),
);

function hasNoMark(text: string): boolean {
  return !text.startsWith('\u{feff}');
}

const SEAL = roomSeal(new Uint8Array(16).fill(7), { bytes: (length) => new Seeded(length).bytes(length) });
const FROM = 'aa'.repeat(16) as RendezvousId;
const TO = 'bb'.repeat(16) as RendezvousId;

const fingerprint = bytes(32).map((digest) => {
  const pairs = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0').toUpperCase());
  return `v=0\r\na=fingerprint:sha-256 ${pairs.join(':')}\r\nm=application 9\r\n`;
});

// ---------------------------------------------------------------- compact blocks

/** Seen by somebody who has every other transaction waiting; the rest is asked for and answered from `answers`. */
function rebuild(message: Uint8Array): Result<Uint8Array> {
  const compact = decodeMessage(message);
  if (!compact.ok) return compact;
  if (compact.value.type !== 'compactBlock') return reject('other-type');
  const partial = matchCompactBlock(compact.value, WAITING);
  if (!partial) return reject('no-coinbase');
  const answers = partial.missing.map((position) => encodeTransaction(WAITING[position % WAITING.length]!));
  const body = completeBody(compact.value, partial, answers);
  return body ? accept(encodeBody(body)) : reject('not-complete');
}
const WAITING = fc.sample(transaction, { seed: 1, numRuns: 6 });

export const peerTargets = [
  codecTarget({
    name: 'peer-message',
    covers: [
      decodeMessage,
      readAscending,
      readAscii,
      readBlobId,
      readBlockHash,
      readChunkSet,
      readCount,
      readMinimal,
      readPart,
      readTxId,
    ],
    medium: bytesMedium,
    valid: peerMessage,
    encode: encodeMessage,
    decode: decodeMessage,
    form: 'canonical',
    max: 4 * 1024 * 1024,
    // Of twenty types.
    weight: 8,
    hostile: fc.tuple(uint(8), upTo(300)).map(([type, rest]) => Uint8Array.of(type, ...rest)),
  }),
  parserTarget({
    name: 'compact-block',
    covers: [matchCompactBlock, completeBody],
    medium: bytesMedium,
    valid: fc.record({ block, picks: fc.subarray(WAITING), salt: bytes(8), first: transaction }).map((parts) => {
      const transactions = [parts.first, ...parts.picks];
      return encodeMessage(
        makeCompactBlock({ ...parts.block, body: { seal: new Uint8Array(0), transactions } }, parts.salt),
      );
    }),
    encode: asDrawn,
    decode: rebuild,
    max: 4 * 1024 * 1024,
  }),
  codecTarget({
    name: 'frames',
    covers: [Reassembler.prototype.accept],
    medium: bytesMedium,
    valid: fc.array(arrival, { maxLength: 6 }),
    encode: cutAll,
    decode: assemble,
    // Messages of two priorities may come in turns.
    form: 'lenient',
    max: Infinity,
  }),
  codecTarget({
    name: 'signal',
    covers: [decodeSignal],
    medium: bytesMedium,
    valid: fc.record({ attempt: bytes(8).map(toHex), signal }),
    encode: (addressed) => encodeSignal(addressed)!,
    decode: decodeSignal,
    form: 'canonical',
    max: 16 * 1024,
  }),
  codecTarget({
    name: 'reason',
    covers: [parseReason],
    medium: bytesMedium,
    valid: reason,
    encode: encodeUtf8,
    decode: (encoded) => fromOptional(parseReason(encoded)),
    form: 'canonical',
    max: 40,
    weight: 0.3,
  }),
  codecTarget({
    name: 'sealed-signal',
    covers: [SEAL.openSignal, SEAL.openPresence],
    medium: bytesMedium,
    valid: fillerUpTo(300),
    encode: (payload) => SEAL.sealSignal(FROM, TO, payload),
    decode: (sealed) => fromOptional(SEAL.openPresence(sealed) ?? SEAL.openSignal(FROM, TO, sealed)),
    form: 'canonical',
    max: Infinity,
    weight: 0.3,
  }),
  parserTarget({
    name: 'fingerprint',
    covers: [fingerprintOf],
    medium: textMedium,
    valid: fingerprint,
    encode: asDrawn,
    decode: fingerprintOf,
    max: Infinity,
    weight: 0.3,
  }),
  codecTarget({
    name: 'relay-client-message',
    covers: [parseClientMessage],
    medium: textMedium,
    valid: clientMessage,
    encode: encodeFrame,
    decode: parseClientMessage,
    form: 'lenient',
    max: RELAY_FRAME_MAX,
  }),
  codecTarget({
    name: 'relay-server-message',
    covers: [parseRelayMessage],
    medium: textMedium,
    valid: relayMessage,
    encode: encodeFrame,
    decode: parseRelayMessage,
    form: 'lenient',
    max: RELAY_FRAME_MAX,
    weight: 0.5,
  }),
  codecTarget({
    name: 'relay-bus-message',
    covers: [parseBusMessage],
    medium: textMedium,
    valid: busMessage,
    encode: encodeBusMessage,
    decode: parseBusMessage,
    form: 'lenient',
    max: RELAY_FRAME_MAX,
    weight: 0.5,
  }),
  codecTarget({
    name: 'relay-bus-entry',
    covers: [parseEntry],
    medium: textMedium,
    valid: busMember,
    encode: encodeEntry,
    decode: (text) => parseEntry(BUS_MEMBER_ID, text),
    form: 'lenient',
    max: RELAY_FRAME_MAX,
    weight: 0.3,
  }),
];
