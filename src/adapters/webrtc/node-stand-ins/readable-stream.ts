/** What simple-peer's Peer takes from Node.js's Duplex when only `send` and `data` are used: events, and two flags. */
import { EventEmitter } from 'events';

export class Duplex extends EventEmitter {
  readonly _readableState = { ended: false };
  readonly _writableState = { finished: false };

  /** A message that has arrived; null at the end. There is no buffer in between: who listens has it at once. */
  push(message: Uint8Array | string | null): void {
    if (message === null) this._readableState.ended = true;
    else this.emit('data', message);
  }

  end(): void {
    this._writableState.finished = true;
  }
}
