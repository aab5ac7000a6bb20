/**
 * Messages cut into frames of at most 16 KiB, so that a short urgent message waits behind a few frames of a long one
 * and not behind all of it. One message at a time is under way per priority; the two priorities interleave freely.
 *
 * | bytes | field |
 * |---|---|
 * | 1 | flags: 1 bulk, 2 first frame, 4 last frame, 8 close |
 * | 4 | number of the message within its priority, from 0, big-endian; wraps |
 * | 4 | first frame only: length of the whole message |
 * | rest | payload; every frame but the last is full |
 *
 * A close frame is its flag and 1 to 40 characters of reason. Everything comes in one canonical form, so that a peer
 * cannot keep us busy with slivers.
 */
import { concatBytes } from '../../core/bytes.ts';
import { accept, reject, type Rejection, type Result } from '../../core/result.ts';
import { encodeUtf8 } from '../../core/text.ts';
import { MESSAGE_BYTES_MAX, type Priority } from '../../node/ports.ts';
import { parseReason } from './reason.ts';

export const FRAME_BYTES_MAX = 16 * 1024;

const BULK = 1;
const FIRST = 2;
const LAST = 4;
const CLOSE = 8;

const HEADER_BYTES = 5;
const FIRST_HEADER_BYTES = 9;

/** What a frame completes. `undefined` where more frames must come first. */
export type Arrival =
  | { readonly kind: 'message'; readonly priority: Priority; readonly bytes: Uint8Array }
  | { readonly kind: 'close'; readonly reason: string };

/** Cuts one message into frames, one call each. */
export class FrameCutter {
  private readonly message: Uint8Array;
  private readonly flags: number;
  private readonly number: number;
  private offset = 0;
  private started = false;

  /** @param number how many messages of this priority went before, modulo 2^32 */
  constructor(message: Uint8Array, priority: Priority, number: number) {
    this.message = message;
    this.flags = priority === 'bulk' ? BULK : 0;
    this.number = number;
  }

  get done(): boolean {
    return this.started && this.offset === this.message.length;
  }

  /** Payload bytes not yet cut. */
  get remainingBytes(): number {
    return this.message.length - this.offset;
  }

  /**
   * Writes the next frame into `scratch` (FRAME_BYTES_MAX long) and returns the part of it that is the frame: valid
   * until the scratch is used again, which spares an allocation per frame.
   */
  next(scratch: Uint8Array): Uint8Array {
    const first = !this.started;
    const headerBytes = first ? FIRST_HEADER_BYTES : HEADER_BYTES;
    const payloadBytes = Math.min(FRAME_BYTES_MAX - headerBytes, this.remainingBytes);
    const last = payloadBytes === this.remainingBytes;
    scratch[0] = this.flags | (first ? FIRST : 0) | (last ? LAST : 0);
    writeUint32(scratch, 1, this.number);
    if (first) writeUint32(scratch, HEADER_BYTES, this.message.length);
    const isWhole = payloadBytes === this.message.length;
    const payload = isWhole ? this.message : this.message.subarray(this.offset, this.offset + payloadBytes);
    scratch.set(payload, headerBytes);
    this.offset += payloadBytes;
    this.started = true;
    return scratch.subarray(0, headerBytes + payloadBytes);
  }
}

/** @param reason as `toReason` makes it */
export function closeFrame(reason: string): Uint8Array {
  return concatBytes(Uint8Array.of(CLOSE), encodeUtf8(reason));
}

interface Assembly {
  readonly totalBytes: number;
  readonly parts: Uint8Array[];
  receivedBytes: number;
}

/** Puts the frames of one link together again. Holds only what was received, whatever length a frame announces. */
export class Reassembler {
  private readonly underWay: Record<Priority, Assembly | undefined> = { control: undefined, bulk: undefined };
  private readonly nextNumber: Record<Priority, number> = { control: 0, bulk: 0 };

  /** @param frame is kept: a message of one frame is a view of it */
  accept(frame: Uint8Array): Result<Arrival | undefined, 'bad-frame'> {
    if (frame.length === 0 || frame.length > FRAME_BYTES_MAX) return bad(`${frame.length} bytes`);
    const flags = frame[0]!;
    if (flags === CLOSE) {
      const reason = parseReason(frame.subarray(1));
      return reason === undefined ? bad('reason') : accept({ kind: 'close', reason });
    }
    if (flags >= CLOSE) return bad(`flags ${flags}`);
    const priority = flags & BULK ? 'bulk' : 'control';
    const isFirst = (flags & FIRST) !== 0;
    const headerBytes = isFirst ? FIRST_HEADER_BYTES : HEADER_BYTES;
    if (frame.length < headerBytes) return bad('truncated header');
    if (readUint32(frame, 1) !== this.nextNumber[priority]) return bad('message number');

    let assembly = this.underWay[priority];
    if (isFirst === (assembly !== undefined)) return bad(isFirst ? 'message within a message' : 'no first frame');
    if (!assembly) {
      const totalBytes = readUint32(frame, HEADER_BYTES);
      if (totalBytes > MESSAGE_BYTES_MAX) return bad(`message of ${totalBytes} bytes`);
      assembly = this.underWay[priority] = { totalBytes, parts: [], receivedBytes: 0 };
    }
    return this.extend(assembly, priority, frame.subarray(headerBytes), (flags & LAST) !== 0, headerBytes);
  }

  private extend(
    assembly: Assembly,
    priority: Priority,
    payload: Uint8Array,
    isLast: boolean,
    headerBytes: number,
  ): Result<Arrival | undefined, 'bad-frame'> {
    assembly.parts.push(payload);
    assembly.receivedBytes += payload.length;
    const missingBytes = assembly.totalBytes - assembly.receivedBytes;
    if (!isLast) {
      const isFull = headerBytes + payload.length === FRAME_BYTES_MAX;
      return isFull && missingBytes > 0 ? accept(undefined) : bad('frame that is neither full nor last');
    }
    if (missingBytes !== 0) return bad(`last frame with ${missingBytes} bytes missing`);
    const { parts } = assembly;
    this.underWay[priority] = undefined;
    this.nextNumber[priority] = (this.nextNumber[priority] + 1) >>> 0;
    return accept({ kind: 'message', priority, bytes: parts.length === 1 ? parts[0]! : concatBytes(...parts) });
  }
}

/** Big-endian. By hand: a view for each frame costs more than all that is done with it. */
function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

function bad(detail: string): Rejection<'bad-frame'> {
  return reject('bad-frame', detail);
}
