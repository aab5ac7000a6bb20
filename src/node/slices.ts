/** Where each slice of the read model comes from. */
import { workOf, targetFromBits } from '../core/target.ts';
import { networkIdOf } from '../core/network-spec.ts';
import { toHex } from '../core/bytes.ts';
import type { BlockRow, ChainView, MiningView, NodeView, PeersView, StorageView } from './api.ts';
import { blockRow, mempoolRow, sameKey } from './chain-views.ts';
import { MEMPOOL_ROWS_SHOWN } from './params.ts';
import type { SliceSources } from './publisher.ts';
import type { NodeState } from './node-state.ts';

export function sliceSources(node: NodeState): SliceSources {
  const isMine = (publicKey: Uint8Array) => sameKey(node.person.minerPublicKey())(publicKey);
  return {
    node: () => nodeView(node),
    chain: () => chainView(node),
    mempool: () => ({
      count: node.mempool.count,
      bytes: node.mempool.bytes,
      rows: node.mempool
        .ordered()
        .slice(0, MEMPOOL_ROWS_SHOWN)
        .map((entry) => mempoolRow(entry, isMine)),
    }),
    mining: () => miningView(node),
    peers: () => peersView(node),
    wallet: () => node.person.walletView(),
    records: () => node.person.records(),
    grants: () => node.person.grants(),
    inbox: () => node.person.inbox(),
    requests: () => node.person.requests(),
    profile: () => node.person.profile(),
    storage: () => storageView(node),
    tasks: () => node.person.tasks(),
    log: () => [...node.log.rows],
  };
}

function nodeView(node: NodeState): NodeView {
  const { spec } = node.options;
  const vault = node.person.vaultView();
  const locked = node.phase === 'running' && (vault.state === 'locked' || vault.state === 'corrupt');
  return {
    phase: locked ? 'locked' : node.phase,
    ...(node.halted ? { halted: node.halted } : {}),
    network: {
      id: networkIdOf(spec),
      name: spec.name,
      realm: spec.realm,
      consensus: spec.consensus.type,
      blockIntervalS: spec.blockIntervalS,
      genesisHash: node.index.genesis.hash,
    },
    peerId: node.sessionKey.peerId,
    relay: node.peers.relayState,
    peerCount: node.peers.peers().length,
    clockOffsetMs: node.clockWatch.offsetMs,
    vault,
    personName: node.person.personName,
  };
}

function chainView(node: NodeState): ChainView {
  const isMine = sameKey(node.person.minerPublicKey());
  const recent = node.recent.newestFirst.map((block) => blockRow(block, isMine));
  const target = targetFromBits(node.chain.tip.bits);
  return {
    tip: recent[0] ?? genesisRow(node),
    bestHeaderHeight: node.index.tip.height,
    sync: node.syncView,
    recent,
    expectedHashes: target === undefined ? 0 : Number(workOf(target)),
    chainwork: node.chain.tip.chainwork.toString(16),
    ...(node.lastReorg ? { lastReorg: node.lastReorg } : {}),
  };
}

function genesisRow(node: NodeState): BlockRow {
  const { hash, height, timeS, encoded } = node.chain.genesis;
  return { hash, height, timeS, transactionCount: 0, bytes: toHex(encoded).length / 2, mine: false };
}

function miningView(node: NodeState): MiningView {
  const { threads, hashesPerSecond, blocksFound } = node.mining;
  const target = targetFromBits(node.chain.tip.bits);
  const isTelling = threads > 0 && hashesPerSecond > 0 && target !== undefined;
  return {
    on: threads > 0,
    threads: Math.max(1, threads),
    threadsMax: node.options.threadsMax,
    hashesPerSecond,
    ...(isTelling ? { expectedWaitS: Number(workOf(target)) / hashesPerSecond } : {}),
    blocksFound,
  };
}

function peersView(node: NodeState): PeersView {
  return {
    peers: node.peers.peers().map((peer) => ({
      peerId: peer.id,
      outbound: peer.outbound,
      height: peer.tipHeight,
      ...(peer.latencyMs === undefined ? {} : { latencyMs: peer.latencyMs }),
      connectedAtMs: peer.connectedAtMs,
      bytesIn: peer.bytesIn,
      bytesOut: peer.bytesOut,
      score: peer.score,
    })),
    gone: node.peers.gone.map(({ peerId, reason, atMs, banned }) => ({
      ...(peerId ? { peerId } : {}),
      reason,
      atMs,
      banned,
    })),
    rosterCount: node.peers.rosterCount,
  };
}

function storageView(node: NodeState): StorageView {
  return {
    chainBlocks: node.chain.tip.height,
    blobBytes: node.storage.blobBytes,
    ...node.storage.use,
    acceptingBlobs: node.acceptingBlobs,
    damaged: node.mender.damaged.map(({ row, mended, atMs }) => ({ row, mended, atMs })),
  };
}
