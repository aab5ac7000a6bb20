/** What a relay has done since it started, in numbers that name nobody: for `/healthz` and `/metrics`. */
import type { CutReason, RefusalReason } from './log.ts';
import type { CloseReason } from './protocol.ts';

/** `left`: the tab went, or its line broke. `bad-frame`: it broke WebSocket itself, and the library closed it. */
export type EndReason = CloseReason | CutReason | 'left' | 'bad-frame';

export interface RelayCounts {
  joins: number;
  signals: number;
  droppedFrames: number;
  /** What other relays were not told because the bus was away. */
  busUnsent: number;
  /** What came from the bus and was not what a relay says. */
  busRefused: number;
  /** Upgrades that were answered with an HTTP error. */
  readonly refused: Record<RefusalReason, number>;
  /** Sockets that are gone. */
  readonly closed: Record<EndReason, number>;
}

/** Every reason from the start: a rate over a counter that appears with its first event misses that event. */
export function zeroCounts(): RelayCounts {
  return {
    joins: 0,
    signals: 0,
    droppedFrames: 0,
    busUnsent: 0,
    busRefused: 0,
    refused: { 'relay-full': 0, 'address-full': 0, 'foreign-origin': 0, stopping: 0 },
    closed: {
      left: 0,
      stopping: 0,
      'bad-message': 0,
      'bad-frame': 0,
      'join-timeout': 0,
      'room-full': 0,
      'room-busy': 0,
      'relay-full': 0,
      'rate-limited': 0,
      'address-full': 0,
      'slow-client': 0,
      silent: 0,
    },
  };
}
