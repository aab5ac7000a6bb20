/**
 * The relay's log: one JSON object a line. What may be said is this union, so that no address, room, presence or
 * payload can slip in: who meets whom is what the relay must not remember.
 */
import { TokenBucket } from './limits.ts';
import type { CloseReason } from './protocol.ts';

/** Why a connection was cut off without a close frame. */
export type CutReason = 'slow-client' | 'silent';

/** Why an upgrade was answered with an HTTP error instead. */
export type RefusalReason = 'relay-full' | 'address-full' | 'foreign-origin' | 'stopping';

export type RelayEvent =
  | { readonly level: 'info'; readonly event: 'relay-started' | 'relay-stopped'; readonly sockets: number }
  | { readonly level: 'info'; readonly event: 'bus-up' }
  | { readonly level: 'warn'; readonly event: 'bus-away' }
  | { readonly level: 'warn'; readonly event: 'upgrade-refused'; readonly reason: RefusalReason }
  | { readonly level: 'warn'; readonly event: 'socket-closed'; readonly reason: CloseReason }
  | { readonly level: 'warn'; readonly event: 'socket-cut'; readonly reason: CutReason }
  /** A frame that breaks WebSocket itself; `code` is the library's, such as WS_ERR_UNSUPPORTED_MESSAGE_LENGTH. */
  | { readonly level: 'warn'; readonly event: 'socket-error'; readonly code: string };

export type RelayLog = (event: RelayEvent) => void;

const LINES_BURST = 100;
const LINES_PER_S = 5;

/**
 * Writes events as JSON lines, at most a few a second: a flood of bad clients must not fill the disk.
 * What was left out is counted on the next line that is written.
 */
export function jsonLines(write: (line: string) => void, nowMs: () => number): RelayLog {
  const bucket = new TokenBucket(LINES_BURST, LINES_PER_S, nowMs());
  let suppressed = 0;
  return (event) => {
    const now = nowMs();
    if (!bucket.take(1, now)) {
      suppressed++;
      return;
    }
    const line = { time: new Date(now).toISOString(), ...event, ...(suppressed > 0 ? { suppressed } : {}) };
    suppressed = 0;
    write(`${JSON.stringify(line)}\n`);
  };
}
