import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  closeFrame,
  FRAME_BYTES_MAX,
  FrameCutter,
  Reassembler,
  type Arrival,
} from '../../../src/adapters/webrtc/frames.ts';
import { equalBytes, fromHex, toHex } from '../../../src/core/bytes.ts';
import { MESSAGE_BYTES_MAX, type Priority } from '../../../src/node/ports.ts';

function cut(message: Uint8Array, priority: Priority = 'control', number = 0): Uint8Array[] {
  const cutter = new FrameCutter(message, priority, number);
  const scratch = new Uint8Array(FRAME_BYTES_MAX);
  const frames: Uint8Array[] = [];
  do frames.push(cutter.next(scratch).slice());
  while (!cutter.done);
  return frames;
}

/** What the frames complete, or the refusal of the first bad one. */
function assemble(frames: readonly Uint8Array[], reassembler = new Reassembler()): Arrival[] | string {
  const arrivals: Arrival[] = [];
  for (const frame of frames) {
    const result = reassembler.accept(frame);
    if (!result.ok) return result.detail ?? result.code;
    if (result.value) arrivals.push(result.value);
  }
  return arrivals;
}

const bytes = (hex: string) => fromHex(hex.replaceAll(' ', ''))!;

describe('frames', () => {
  it('have these bytes', () => {
    expect(cut(Uint8Array.of(0xaa, 0xbb)).map(toHex)).toEqual(['06' + '00000000' + '00000002' + 'aabb']);
    expect(cut(new Uint8Array(0), 'bulk', 258).map(toHex)).toEqual(['07' + '00000102' + '00000000']);
    const [first, second] = cut(new Uint8Array(FRAME_BYTES_MAX), 'bulk', 1);
    expect([toHex(first!.subarray(0, 9)), first!.length]).toEqual(['03' + '00000001' + '00004000', FRAME_BYTES_MAX]);
    expect([toHex(second!.subarray(0, 5)), second!.length]).toEqual(['05' + '00000001', 14]);
    expect(toHex(closeFrame('bye'))).toBe('08627965');
  });

  it('bring back messages of both priorities, however they interleave', () => {
    const message = fc.record({
      priority: fc.constantFrom<Priority>('control', 'bulk'),
      length: fc.oneof(fc.constantFrom(0, 16_375, 16_376, 32_754, 32_755), fc.nat(70_000)),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), fc.infiniteStream(fc.boolean()), (messages, coin) => {
        const lanes: Record<Priority, Uint8Array[]> = { control: [], bulk: [] };
        const counts: Record<Priority, number> = { control: 0, bulk: 0 };
        const sent = messages.map(({ priority, length }, seed) => {
          const content = new Uint8Array(length).fill(seed + 1);
          lanes[priority].push(...cut(content, priority, counts[priority]++));
          return { priority, content };
        });
        const mixed: Uint8Array[] = [];
        while (lanes.control.length + lanes.bulk.length > 0) {
          const lane = lanes.bulk.length === 0 || (lanes.control.length > 0 && coin.next().value) ? 'control' : 'bulk';
          mixed.push(lanes[lane].shift()!);
        }
        const arrivals = assemble(mixed);
        if (typeof arrivals === 'string') throw new Error(arrivals);
        for (const priority of ['control', 'bulk'] as const) {
          const got = arrivals.filter((arrival) => arrival.kind === 'message' && arrival.priority === priority);
          const wanted = sent.filter((message) => message.priority === priority);
          expect(got.length).toBe(wanted.length);
          got.forEach((arrival, i) => {
            expect(arrival.kind === 'message' && equalBytes(arrival.bytes, wanted[i]!.content)).toBe(true);
          });
        }
      }),
    );
  });

  it('are refused in any other form', () => {
    const [first, second, third] = cut(new Uint8Array(40_000));
    const refusals: Record<string, Uint8Array[]> = {
      'nothing at all': [new Uint8Array(0)],
      'longer than a frame': [new Uint8Array(FRAME_BYTES_MAX + 1)],
      'unknown flag': [bytes('10 00000000')],
      'close with other flags': [bytes('0c 627965')],
      'close without a reason': [bytes('08')],
      'close with a reason that is no code': [bytes('08 3c623e')],
      'close with a long reason': [Uint8Array.of(8, ...Array<number>(41).fill(0x61))],
      'header cut short': [bytes('06 00000000 000000')],
      'message too long': [bytes('02 00000000 00400001')],
      'wrong number': [bytes('06 00000001 00000001 aa')],
      'number used twice': [...cut(Uint8Array.of(1)), ...cut(Uint8Array.of(1))],
      'no first frame': [second!],
      'first frame within a message': [first!, first!],
      'more than announced': [bytes('06 00000000 00000001 aabb')],
      'less than announced': [bytes('06 00000000 00000003 aabb')],
      'last frame missing its flag': [first!, second!, Uint8Array.from(third!, (byte, i) => (i === 0 ? 0 : byte))],
      'sliver that is not the last': [bytes('02 00000000 00000003 aabb')],
      'end before all frames came': [first!, third!],
    };
    const accepted = Object.entries(refusals).filter(([, frames]) => typeof assemble(frames) !== 'string');
    expect(accepted.map(([what]) => what)).toEqual([]);
  });

  it('never make the reassembler throw, nor hold more than it was given', () => {
    const frame = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.tuple(fc.nat(15), fc.nat(2), fc.nat(40)).map(([flags, number, total]) => {
        return Uint8Array.of(flags, 0, 0, 0, number, 0, 0, 0, total, 1, 2, 3);
      }),
    );
    fc.assert(
      fc.property(fc.array(frame), (frames) => {
        const arrivals = assemble(frames);
        if (typeof arrivals === 'string') return;
        const received = arrivals.reduce((sum, arrival) => sum + ('bytes' in arrival ? arrival.bytes.length : 0), 0);
        expect(received).toBeLessThanOrEqual(frames.reduce((sum, { length }) => sum + length, 0));
      }),
    );
  });

  it('number on past 2^32', () => {
    const cutter = new FrameCutter(Uint8Array.of(1), 'bulk', 0xffff_ffff);
    expect(toHex(cutter.next(new Uint8Array(FRAME_BYTES_MAX)))).toBe('07ffffffff0000000101');
  });

  it('carry the longest message', () => {
    const message = new Uint8Array(MESSAGE_BYTES_MAX).fill(3);
    const arrivals = assemble(cut(message));
    expect(arrivals).toHaveLength(1);
    const [arrival] = arrivals as Arrival[];
    expect(arrival?.kind === 'message' && equalBytes(arrival.bytes, message)).toBe(true);
  });
});
