/** Real nodes in a small world, and peers that do what a test says. */
import type { SimNode } from '../../sim/world.ts';
import { World, type WorldOptions } from '../../sim/world.ts';
import { Forge, type Forged } from '../../support/forge.ts';
import { ScriptedPeer, type Manner } from '../../support/scripted-peer.ts';
import { Seeded } from '../../support/seeded.ts';
import type { PeerMessage } from '../../../src/core/wire.ts';
import type { Peer } from '../../../src/node/peer.ts';
import type { NodeService } from '../../../src/node/service.ts';

/** Long after genesis: any chain a test makes lies in the past. */
const START_S = 1_000_000;
const PATIENCE_MS = 120_000;

export class Room {
  readonly world: World;
  readonly forge: Forge;
  private strangers = 0;

  constructor(nodes = 1, options: Partial<WorldOptions> = {}) {
    // One hash a second: a block takes a thousandth of the time of a real one to find.
    this.world = new World({ seed: 5, nodes, startS: START_S, hashesPerSecond: 1, latencyMs: [1, 1], ...options });
    this.forge = new Forge(this.world.spec);
  }

  node(index: number): SimNode {
    return this.world.nodes[index]!;
  }

  open(index = 0, skewMs = 0): Promise<NodeService> {
    return this.world.open(this.node(index), skewMs);
  }

  /** A peer linked to the node, its handshake done or refused. */
  async stranger(to: NodeService, manner: Partial<Manner> = {}): Promise<ScriptedPeer> {
    const peer = this.makeStranger(manner);
    peer.dial(to.sessionKey.peerId);
    await this.world.clock.pass(100);
    return peer;
  }

  /** A peer that waits in the room to be dialled. */
  host(manner: Partial<Manner> = {}): ScriptedPeer {
    const host = this.makeStranger(manner);
    host.wait();
    return host;
  }

  pass(ms: number): Promise<void> {
    return this.world.clock.pass(ms);
  }

  until(what: string, holds: () => boolean, limitMs = PATIENCE_MS): Promise<number> {
    return this.world.clock.until(what, holds, limitMs);
  }

  /** Where the node's record of a peer is. */
  peerOf(service: NodeService, stranger: ScriptedPeer): Peer | undefined {
    return service.peers.peers().find(({ id }) => id === stranger.key.peerId);
  }

  /** By which the network knows its tab. */
  get lastStranger(): string {
    return `stranger ${this.strangers}`;
  }

  private makeStranger(manner: Partial<Manner>): ScriptedPeer {
    const number = ++this.strangers;
    const transport = this.world.network.createTransport(this.lastStranger);
    return new ScriptedPeer(transport, new Seeded(1_000 + number), { genesisHash: this.forge.genesisHash, ...manner });
  }
}

/** Puts blocks into a node by its own door. */
export async function feed(service: NodeService, blocks: readonly Forged[]): Promise<void> {
  for (const { header } of blocks) {
    const inserted = service.chain.submitHeader(header);
    if (!inserted.ok) throw new Error(inserted.code);
  }
  for (let i = 0; i < blocks.length; i += 100) {
    const verdicts = await Promise.all(
      blocks.slice(i, i + 100).map(({ header, bytes }) => service.chain.submitBlock(header, bytes)),
    );
    for (const verdict of verdicts) if (!verdict.ok) throw new Error(`${verdict.code} ${verdict.detail}`);
  }
}

/** Claims and serves a chain as an honest peer does, but for the messages a test takes over. */
export function serving(blocks: readonly Forged[], refuse: readonly PeerMessage['type'][] = []): Partial<Manner> {
  const byHash = new Map(blocks.map((block) => [block.hash, block]));
  const tip = blocks.at(-1)!;
  return {
    tip: { hash: tip.hash, height: tip.height, chainwork: 1n << 40n },
    on(peer, message) {
      if (refuse.includes(message.type)) return;
      if (message.type === 'getHeaders') {
        const known = Math.max(0, ...message.locator.map((hash) => byHash.get(hash)?.height ?? 0));
        const headers = blocks
          .filter(({ height }) => height > known)
          .slice(0, message.max)
          .map(({ header }) => ({ header, seal: new Uint8Array(0) }));
        peer.send({ type: 'headers', headers });
      } else if (message.type === 'getBlocks') {
        for (const hash of message.hashes) {
          const block = byHash.get(hash);
          if (block) peer.send({ type: 'block', header: block.header, body: block.bytes });
          else peer.send({ type: 'notFound', kind: 'block', ids: [hash] });
        }
      }
    },
  };
}
