import { describe, expect, it } from 'vitest';
import { Reassembler } from '../../../src/adapters/webrtc/frames.ts';
import { QUEUE_MARK_BYTES, SendQueue } from '../../../src/adapters/webrtc/send-queue.ts';
import { MESSAGE_BYTES_MAX, type Priority } from '../../../src/node/ports.ts';

/** Sends everything that waits; what the other side makes of it, shortly. */
function flush(queue: SendQueue, reassembler = new Reassembler(), framesMax = Infinity): string[] {
  const seen: string[] = [];
  for (let frames = 0; frames < framesMax; frames++) {
    const frame = queue.nextFrame();
    if (!frame) break;
    const result = reassembler.accept(frame.slice());
    if (!result.ok) throw new Error(result.detail);
    const arrival = result.value;
    if (arrival)
      seen.push(arrival.kind === 'close' ? `close ${arrival.reason}` : `${arrival.priority} ${arrival.bytes[0]}`);
  }
  return seen;
}

function fill(queue: SendQueue, priority: Priority, message: Uint8Array): number {
  let accepted = 0;
  while (queue.push(message, priority)) accepted += 1;
  return accepted;
}

describe('send queue', () => {
  it('sends control first, and goes on with the bulk message it interrupted', () => {
    const queue = new SendQueue();
    queue.push(new Uint8Array(40_000).fill(1), 'bulk');
    expect(queue.nextFrame()).toHaveLength(16_384);
    queue.push(Uint8Array.of(2), 'control');
    expect(queue.nextFrame()).toHaveLength(10);
    expect([queue.nextFrame()?.length, queue.nextFrame()?.length]).toEqual([16_384, 40_000 - 16_375 - 16_379 + 5]);
    expect(queue.nextFrame()).toBeUndefined();
  });

  it('takes messages while it holds less than its mark, of any allowed length, even empty ones', () => {
    for (const priority of ['control', 'bulk'] as const) {
      for (const length of [0, 1_000, MESSAGE_BYTES_MAX]) {
        const accepted = fill(new SendQueue(), priority, new Uint8Array(length));
        expect(accepted).toBe(Math.ceil(QUEUE_MARK_BYTES[priority] / (length + 64)));
      }
      expect(new SendQueue().push(new Uint8Array(MESSAGE_BYTES_MAX + 1), priority)).toBe(false);
    }
  });

  it('tells once that bulk has room again, and only after it refused', () => {
    const [queue, other] = [new SendQueue(), new Reassembler()];
    queue.push(new Uint8Array(QUEUE_MARK_BYTES.bulk / 4), 'bulk');
    flush(queue, other);
    expect(queue.takeDrained()).toBe(false);
    fill(queue, 'bulk', new Uint8Array(QUEUE_MARK_BYTES.bulk / 4));
    expect(queue.takeDrained()).toBe(false);
    flush(queue, other, 16);
    expect(queue.takeDrained()).toBe(false);
    flush(queue, other);
    expect([queue.takeDrained(), queue.takeDrained()]).toEqual([true, false]);
    queue.push(new Uint8Array(MESSAGE_BYTES_MAX + 1), 'bulk');
    expect(queue.takeDrained()).toBe(false);
  });

  it('ends with what waits at control priority and the reason, and gives bulk up', () => {
    const queue = new SendQueue();
    queue.push(Uint8Array.of(1), 'bulk');
    queue.push(Uint8Array.of(2), 'control');
    queue.push(Uint8Array.of(3), 'control');
    queue.end('done');
    expect(flush(queue)).toEqual(['control 2', 'control 3', 'close done']);
    expect(queue.nextFrame()).toBeUndefined();
  });
});
