/**
 * What waits to be sent on one link: control before bulk, frame by frame, both bounded.
 *
 * A queue takes a message while it holds less than its mark, so that a message of any allowed length can be sent, and
 * never holds more than its mark and one message. The bulk mark is a quarter of a second of a fast link (4 to 10 MiB/s
 * between local tabs): enough to keep the wire busy while the node fetches the next chunk, and small enough that thirty
 * slow readers cost thirty megabytes. The control mark is far above what a peer that still reads leaves waiting.
 */
import { MESSAGE_BYTES_MAX, type Priority } from '../../node/ports.ts';
import { closeFrame, FRAME_BYTES_MAX, FrameCutter } from './frames.ts';

export const QUEUE_MARK_BYTES: Readonly<Record<Priority, number>> = { control: 512 * 1024, bulk: 1024 * 1024 };

/** Charged for each message, so that a flood of empty ones fills a queue too. */
const MESSAGE_OVERHEAD_BYTES = 64;

interface Lane {
  readonly waiting: Uint8Array[];
  cutter: FrameCutter | undefined;
  sentMessages: number;
  heldBytes: number;
}

const emptyLane = (): Lane => ({ waiting: [], cutter: undefined, sentMessages: 0, heldBytes: 0 });

/** Whether a queue that holds `heldBytes` takes a message: the bridge to the worker counts by the same rule. */
export function hasRoom(priority: Priority, heldBytes: number, messageBytes: number): boolean {
  return messageBytes <= MESSAGE_BYTES_MAX && heldBytes < QUEUE_MARK_BYTES[priority];
}

/** Half empty: told at every message that leaves, `onDrain` would wake the node too often. */
export function isDrained(heldBytes: number): boolean {
  return heldBytes <= QUEUE_MARK_BYTES.bulk / 2;
}

export function costOf(message: Uint8Array): number {
  return message.length + MESSAGE_OVERHEAD_BYTES;
}

/** One for all queues: a frame is handed over before the next is cut. */
const scratch = new Uint8Array(FRAME_BYTES_MAX);

export class SendQueue {
  private readonly lanes: Record<Priority, Lane> = { control: emptyLane(), bulk: emptyLane() };
  private closing: string | undefined;
  private bulkRefused = false;

  /** @param message kept until it is sent: must not change */
  push(message: Uint8Array, priority: Priority): boolean {
    const lane = this.lanes[priority];
    if (!hasRoom(priority, lane.heldBytes, message.length)) {
      if (priority === 'bulk' && message.length <= MESSAGE_BYTES_MAX) this.bulkRefused = true;
      return false;
    }
    lane.waiting.push(message);
    lane.heldBytes += costOf(message);
    return true;
  }

  /** A close frame goes out behind the control messages waiting now; bulk is given up. */
  end(reason: string): void {
    this.closing = reason;
    this.lanes.bulk = emptyLane();
    this.bulkRefused = false;
  }

  /** The next frame, valid until the next call; undefined when nothing waits. */
  nextFrame(): Uint8Array | undefined {
    const frame = this.cut('control');
    if (frame) return frame;
    if (this.closing === undefined) return this.cut('bulk');
    const last = closeFrame(this.closing);
    this.closing = undefined;
    return last;
  }

  /** True once after bulk was refused, when there is room again. */
  takeDrained(): boolean {
    if (!this.bulkRefused || !isDrained(this.lanes.bulk.heldBytes)) return false;
    this.bulkRefused = false;
    return true;
  }

  private cut(priority: Priority): Uint8Array | undefined {
    const lane = this.lanes[priority];
    if (!lane.cutter) {
      const message = lane.waiting.shift();
      if (!message) return undefined;
      lane.cutter = new FrameCutter(message, priority, lane.sentMessages);
      lane.sentMessages = (lane.sentMessages + 1) >>> 0;
    }
    const before = lane.cutter.remainingBytes;
    const frame = lane.cutter.next(scratch);
    lane.heldBytes -= before - lane.cutter.remainingBytes;
    if (lane.cutter.done) {
      lane.cutter = undefined;
      lane.heldBytes -= MESSAGE_OVERHEAD_BYTES;
    }
    return frame;
  }
}
