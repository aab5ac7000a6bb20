/**
 * The canonical encoding: one byte string for one value, so that equal hashes mean equal content.
 * Fixed-width integers are big-endian; lengths and small counts are minimal LEB128 varints.
 */
import { accept, reject, type Result } from './result.ts';

export type DecodeCode = 'truncated' | 'trailing-bytes' | 'non-canonical' | 'oversized' | 'bad-value';

/** Thrown inside a decoder only; `decode` turns it into a value. */
class DecodeFault extends Error {
  readonly code: DecodeCode;
  constructor(code: DecodeCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** Most of what is written fits: a transaction, a header, a message of a few hashes. */
const BUFFER_BYTES = 1024;
/** Buffers of writers that are done: as many as there are writers at work within writers. */
const spare: Uint8Array[] = [];
const NOTHING = new Uint8Array(0);

/** Writes one byte string, and is done. */
export class Writer {
  private buffer = spare.pop() ?? new Uint8Array(BUFFER_BYTES);
  private length = 0;

  bytes(value: Uint8Array): this {
    const at = this.claim(value.length);
    this.buffer.set(value, at);
    return this;
  }

  u8(value: number): this {
    return this.uint(value, 1);
  }

  u16(value: number): this {
    return this.uint(value, 2);
  }

  u32(value: number): this {
    return this.uint(value, 4);
  }

  u64(value: bigint): this {
    if (value < 0n || value > 0xffff_ffff_ffff_ffffn) throw new RangeError(`not a uint64: ${value}`);
    return this.uint(Number(value >> 32n), 4).uint(Number(value & 0xffff_ffffn), 4);
  }

  /** Minimal LEB128, at most 2^53 - 1. */
  varint(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a varint: ${value}`);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.put((rest % 0x80) | 0x80);
    this.put(rest);
    return this;
  }

  /** Length, then the bytes. */
  varbytes(value: Uint8Array): this {
    return this.varint(value.length).bytes(value);
  }

  list<T>(items: readonly T[], write: (writer: Writer, item: T) => void): this {
    this.varint(items.length);
    for (const item of items) write(this, item);
    return this;
  }

  /** The last call: another writer has the buffer from here on. */
  finish(): Uint8Array {
    const { buffer } = this;
    if (buffer === NOTHING) throw new RangeError('a writer finishes once');
    const written = buffer.slice(0, this.length);
    this.buffer = NOTHING;
    // No room for more than that: whoever goes on writing is told by a RangeError.
    this.length = Infinity;
    if (buffer.length === BUFFER_BYTES) spare.push(buffer);
    return written;
  }

  private uint(value: number, width: 1 | 2 | 4): this {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * width)) {
      throw new RangeError(`not a uint${8 * width}: ${value}`);
    }
    for (let shift = 8 * (width - 1); shift >= 0; shift -= 8) this.put(value >>> shift);
    return this;
  }

  /** The low eight bits. */
  private put(byte: number): void {
    const at = this.claim(1);
    this.buffer[at] = byte;
  }

  /** May put another buffer in place. @returns the offset of `count` bytes of room, which count as written */
  private claim(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.buffer.length) {
      const larger = new Uint8Array(Math.max(2 * this.buffer.length, this.length));
      larger.set(this.buffer.subarray(0, start));
      this.buffer = larger;
    }
    return start;
  }
}

export class Reader {
  private readonly input: Uint8Array;
  private offset = 0;

  constructor(input: Uint8Array) {
    this.input = input;
  }

  get remaining(): number {
    return this.input.length - this.offset;
  }

  /** A copy, so that a kept field never pins a large message in memory. */
  bytes(length: number): Uint8Array {
    if (length > this.remaining)
      this.fail('truncated', `${length} bytes wanted at ${this.offset}, ${this.remaining} left`);
    this.offset += length;
    return this.input.slice(this.offset - length, this.offset);
  }

  u8(): number {
    return this.uint(1);
  }

  u16(): number {
    return this.uint(2);
  }

  u32(): number {
    return this.uint(4);
  }

  u64(): bigint {
    const bytes = this.bytes(8);
    return new DataView(bytes.buffer).getBigUint64(0);
  }

  varint(max: number = Number.MAX_SAFE_INTEGER): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) this.fail('non-canonical', 'varint above 2^53 - 1');
      if (byte < 0x80) {
        if (byte === 0 && scale > 1) this.fail('non-canonical', 'varint with a zero last byte');
        break;
      }
      scale *= 0x80;
      if (scale > 2 ** 49) this.fail('non-canonical', 'varint longer than 8 bytes');
    }
    if (value > max) this.fail('oversized', `${value} above the cap of ${max}`);
    return value;
  }

  varbytes(maxLength: number): Uint8Array {
    return this.bytes(this.varint(maxLength));
  }

  /** Reads item by item: a lying count runs out of input before it allocates. */
  list<T>(maxCount: number, read: (reader: Reader) => T): T[] {
    const count = this.varint(maxCount);
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(read(this));
    return items;
  }

  /** Refuses the input from within a decoder. */
  fail(code: DecodeCode, detail: string): never {
    throw new DecodeFault(code, detail);
  }

  private uint(width: 1 | 2 | 4): number {
    if (width > this.remaining) this.fail('truncated', `uint${8 * width} wanted at ${this.offset}`);
    let value = 0;
    for (let i = 0; i < width; i++) value = value * 256 + this.input[this.offset++]!;
    return value;
  }
}

/**
 * Runs a decoder over a whole byte string: a value, or why not. Never throws on bad input.
 * @param maxBytes refused before anything is read when the input is longer
 */
export function decode<T>(input: Uint8Array, maxBytes: number, read: (reader: Reader) => T): Result<T, DecodeCode> {
  if (input.length > maxBytes) return reject('oversized', `${input.length} bytes, at most ${maxBytes}`);
  const reader = new Reader(input);
  try {
    const value = read(reader);
    if (reader.remaining > 0) return reject('trailing-bytes', `${reader.remaining} bytes after the end`);
    return accept(value);
  } catch (fault) {
    if (fault instanceof DecodeFault) return reject(fault.code, fault.message);
    throw fault;
  }
}
