/** Attacks below the messages: frames that no transport of ours makes, put on the channel by its back door. */
import type { Connection, ConnectionHandlers, Connector } from '../../../src/adapters/webrtc/connector.ts';
import { FRAME_BYTES_MAX } from '../../../src/adapters/webrtc/frames.ts';

/** The first frame of a bulk message, of which the attacker has sent none: its number is 0. */
const BULK_FIRST = 3;
const LENGTH_OFFSET = 5;

export const FRAME_ATTACKS = {
  'sends frames larger than a frame may be': () => new Uint8Array(4 * FRAME_BYTES_MAX),
  'announces a message of four gigabytes': () => {
    const frame = new Uint8Array(FRAME_BYTES_MAX);
    frame[0] = BULK_FIRST;
    new DataView(frame.buffer).setUint32(LENGTH_OFFSET, 0xffff_ffff);
    return frame;
  },
} satisfies Readonly<Record<string, () => Uint8Array>>;

export type FrameAttack = keyof typeof FRAME_ATTACKS;

export function isFrameAttack(name: string): name is FrameAttack {
  return name in FRAME_ATTACKS;
}

/** Keeps hold of the connection that it made last. */
export class TappedConnector implements Connector {
  private readonly inner: Connector;
  private made: Connection | undefined;

  constructor(inner: Connector) {
    this.inner = inner;
  }

  connect(role: 'initiator' | 'responder', handlers: ConnectionHandlers): ReturnType<Connector['connect']> {
    const connected = this.inner.connect(role, handlers);
    if (connected.ok) this.made = connected.value;
    return connected;
  }

  /** Once: who gets it hangs up. */
  sendFrame(frame: Uint8Array): 'spent' {
    this.made?.send(frame);
    return 'spent';
  }
}
