/**
 * What the node's worker and its page say to each other about the transport. Both ends are ours, so nothing is parsed;
 * byte strings travel as transferred buffers.
 *
 * Flow control, since a port's queue has no bound of its own:
 * - worker to page: `taken` tells how much of what the worker sent has reached the page's own send queue. The worker
 *   counts the rest, and refuses by the same rule as the queue itself: its `send` answers at once and truly.
 * - page to worker: `read` tells how much the node has read. A peer that floods a busy node is dropped by the page.
 */
import type { LinkId, LinkInfo, Priority, RelayState, RendezvousId, RosterEntry } from '../../node/ports.ts';

export type ToPage =
  | { readonly type: 'start'; readonly presence: Uint8Array }
  | { readonly type: 'dial'; readonly rendezvous: RendezvousId }
  | { readonly type: 'send'; readonly link: LinkId; readonly bytes: Uint8Array; readonly priority: Priority }
  | { readonly type: 'read'; readonly link: LinkId; readonly bytes: number }
  | { readonly type: 'close'; readonly link: LinkId; readonly reason: string }
  | { readonly type: 'stop' };

export type ToWorker =
  | { readonly type: 'roster'; readonly roster: readonly RosterEntry[] }
  | { readonly type: 'relay-state'; readonly state: RelayState }
  | { readonly type: 'link'; readonly info: LinkInfo }
  | { readonly type: 'message'; readonly link: LinkId; readonly bytes: Uint8Array }
  /** Answers `stop`: nothing of the time before comes after it. */
  | { readonly type: 'stopped' }
  | { readonly type: 'taken'; readonly link: LinkId; readonly priority: Priority; readonly bytes: number }
  | {
      readonly type: 'closed';
      readonly link: LinkId | undefined;
      readonly rendezvous: RendezvousId;
      readonly reason: string;
    };

/** Counts are told in steps: one port message per step, not one per message. */
export const TAKEN_STEP_BYTES = 64 * 1024;
export const READ_STEP_BYTES = 1024 * 1024;

/** What a peer may have sent that the node has not read: several of the longest messages, since a node pulls. */
export const UNREAD_BYTES_MAX = 16 * 1024 * 1024;
