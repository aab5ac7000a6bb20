import type { BlockHash, PeerId, TxId } from '../core/ids.ts';
import type { LinkId, RendezvousId } from './ports.ts';
import { BoundedSet } from './bounded.ts';
import { KNOWN_TXIDS_MAX } from './params.ts';

/** A peer whose handshake is done: everything the node remembers of it, until its link closes. */
export interface Peer {
  readonly link: LinkId;
  readonly rendezvous: RendezvousId;
  readonly id: PeerId;
  readonly outbound: boolean;
  readonly connectedAtMs: number;
  /** The best header it claimed or showed us, and the work it claims. */
  tipHash: BlockHash;
  tipHeight: number;
  /** A claim until headers prove it. */
  chainwork: bigint;
  latencyMs: number | undefined;
  bytesIn: number;
  bytesOut: number;
  /** Misbehavior score; at MISBEHAVIOR_MAX the peer is dropped and banned. Forgiven with time. */
  score: number;
  /** Transactions it has, told by either side. */
  readonly knownTxs: BoundedSet<TxId>;
}

export function makePeer(
  of: Pick<Peer, 'link' | 'rendezvous' | 'id' | 'outbound' | 'connectedAtMs' | 'tipHash' | 'tipHeight' | 'chainwork'>,
): Peer {
  return {
    ...of,
    latencyMs: undefined,
    bytesIn: 0,
    bytesOut: 0,
    score: 0,
    knownTxs: new BoundedSet(KNOWN_TXIDS_MAX),
  };
}
