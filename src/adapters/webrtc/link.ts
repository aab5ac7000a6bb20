/** One open link: frames its messages, keeps the channel's buffer short, and says why it closes. */
import type { Clock, Priority } from '../../node/ports.ts';
import type { Connection } from './connector.ts';
import { closeFrame, Reassembler } from './frames.ts';
import { SendQueue } from './send-queue.ts';

/**
 * Frames are handed to the channel while it holds less than this. What it holds can no longer be overtaken: 64 KiB
 * are about 10 ms of a local link; a megabyte was measured to delay a ping by a quarter of a second.
 */
const HIGH_WATER_BYTES = 64 * 1024;
/** Refilled from here, before it runs dry. */
export const LOW_WATER_BYTES = 32 * 1024;

/** How long a closed link may take to get its last frames out. The other side hangs up as soon as it has them. */
const LINGER_MS = 2_000;

interface LinkHandlers {
  onMessage(bytes: Uint8Array): void;
  onDrain(): void;
  /** Once, unless closed by us. */
  onClosed(reason: string): void;
}

export class Link {
  private readonly connection: Connection;
  private readonly clock: Pick<Clock, 'after'>;
  private readonly handlers: LinkHandlers;
  private readonly queue = new SendQueue();
  private readonly reassembler = new Reassembler();
  private state: 'open' | 'lingering' | 'closed' = 'open';
  private cancelLinger: () => void = () => undefined;

  constructor(connection: Connection, clock: Pick<Clock, 'after'>, handlers: LinkHandlers) {
    this.connection = connection;
    this.clock = clock;
    this.handlers = handlers;
  }

  send(bytes: Uint8Array, priority: Priority): boolean {
    if (this.state !== 'open' || !this.queue.push(bytes, priority)) return false;
    this.pump();
    return true;
  }

  /** Sends the control messages waiting and the reason, then hangs up. */
  close(reason: string): void {
    if (this.state !== 'open') return;
    this.queue.end(reason);
    this.linger();
    this.pump();
  }

  /** Says the reason at once, before anything waiting: the page may be gone in a moment. */
  abort(reason: string): void {
    if (this.state !== 'open') return;
    this.linger();
    this.transmit(closeFrame(reason));
  }

  /** A frame came in. */
  receive(frame: Uint8Array): void {
    if (this.state === 'closed') return;
    const result = this.reassembler.accept(frame);
    if (this.state === 'lingering') {
      if (!result.ok || result.value?.kind === 'close') this.hangUp();
      return;
    }
    if (!result.ok) {
      this.close(result.code);
      this.handlers.onClosed(result.code);
    } else if (result.value?.kind === 'message') {
      this.handlers.onMessage(result.value.bytes);
    } else if (result.value?.kind === 'close') {
      this.hangUp();
      this.handlers.onClosed(`remote:${result.value.reason}`);
    }
  }

  /** The channel has room again. */
  refill(): void {
    if (this.state !== 'closed') this.pump();
  }

  /** The connection is gone. */
  lose(reason: string): void {
    const wasOpen = this.state === 'open';
    this.state = 'closed';
    this.cancelLinger();
    if (wasOpen) this.handlers.onClosed(reason);
  }

  private pump(): void {
    while (this.connection.bufferedBytes < HIGH_WATER_BYTES) {
      const frame = this.queue.nextFrame();
      if (!frame || !this.transmit(frame)) break;
    }
    // Later, so that no handler runs inside the caller's own `send`.
    if (this.queue.takeDrained()) queueMicrotask(() => this.state === 'open' && this.handlers.onDrain());
  }

  private transmit(frame: Uint8Array): boolean {
    try {
      this.connection.send(frame);
      return true;
    } catch {
      // The channel began to close before its event reached us.
      const wasOpen = this.state === 'open';
      this.hangUp();
      if (wasOpen) queueMicrotask(() => this.handlers.onClosed('lost'));
      return false;
    }
  }

  private linger(): void {
    this.state = 'lingering';
    this.cancelLinger = this.clock.after(LINGER_MS, () => this.hangUp());
  }

  private hangUp(): void {
    this.state = 'closed';
    this.cancelLinger();
    this.connection.destroy();
  }
}
