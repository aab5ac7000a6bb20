/** Who hears which message of a peer. */
import type { PeerMessage } from '../core/wire.ts';
import type { BlobExchange } from './blob-exchange.ts';
import type { BlockDownload } from './block-download.ts';
import type { BlockMender } from './block-mender.ts';
import type { BlockRelay } from './block-relay.ts';
import type { HeaderSync } from './header-sync.ts';
import type { Peer } from './peer.ts';
import type { TxRelay } from './tx-relay.ts';

export interface MessageRoutes {
  readonly headers: HeaderSync;
  readonly download: BlockDownload;
  readonly relay: BlockRelay;
  readonly txs: TxRelay;
  readonly blobs: BlobExchange;
  readonly mender: BlockMender;
}

/** Resolves when all that the message led to is done; rejects with a fault of our own, never with the peer's mistake. */
export function routeMessage(to: MessageRoutes, peer: Peer, message: PeerMessage): Promise<void> | undefined {
  switch (message.type) {
    case 'getHeaders':
      to.headers.onGetHeaders(peer, message);
      return undefined;
    case 'headers':
      to.headers.onHeaders(peer, message);
      return undefined;
    case 'getBlocks':
      to.relay.onGetBlocks(peer, message.hashes);
      return undefined;
    case 'block':
      return onBlock(to, peer, message);
    case 'compactBlock':
      return to.relay.onCompactBlock(peer, message);
    case 'getBlockTxs':
      to.relay.onGetBlockTxs(peer, message);
      return undefined;
    case 'blockTxs':
      return to.relay.onBlockTxs(peer, message);
    case 'inv':
      if (message.kind === 'tx') to.txs.onInv(peer, message.ids);
      else to.relay.onInv(peer, message.ids);
      return undefined;
    case 'getTx':
      to.txs.onGetTx(peer, message.ids);
      return undefined;
    case 'tx':
      return to.txs.onTx(peer, message.transaction);
    case 'notFound':
      if (message.kind === 'block') to.download.onNotFound(peer, message.ids);
      else if (message.kind === 'tx') to.txs.onNotFound(peer, message.ids);
      else return to.blobs.onMessage(peer, message);
      return undefined;
    case 'getHave':
    case 'have':
    case 'getChunk':
    case 'chunk':
      return to.blobs.onMessage(peer, message);
    case 'hello':
    case 'auth':
    case 'ping':
    case 'pong':
    case 'bye':
      // The peer manager's own.
      return undefined;
  }
}

async function onBlock(to: MessageRoutes, peer: Peer, message: Extract<PeerMessage, { type: 'block' }>): Promise<void> {
  if (!(await to.mender.onBlock(peer, message.header, message.body))) await to.relay.onBlock(peer, message);
}
