/**
 * The hostile peers of tests/support, over real data channels. Bundled and put into a page of the same origin; a test or
 * a bench drives it through `window.hostile`. Each one that comes is somebody new, whom no ban knows.
 */
import { SystemClock } from '../../../src/adapters/platform/system-clock.ts';
import { WebRng } from '../../../src/adapters/platform/web-rng.ts';
import { fromBase64url } from '../../../src/adapters/signaling/base64url.ts';
import { SignalingClient } from '../../../src/adapters/signaling/signaling-client.ts';
import { LinkTransport } from '../../../src/adapters/webrtc/link-transport.ts';
import { simplePeerConnector } from '../../../src/adapters/webrtc/simple-peer-connector.ts';
import { engineFor } from '../../../src/core/consensus.ts';
import type { ConsensusEngine } from '../../../src/core/consensus-engine.ts';
import { HeaderIndex } from '../../../src/core/header-index.ts';
import type { BlobId, PeerId } from '../../../src/core/ids.ts';
import { decodeSpec } from '../../../src/core/network-spec.ts';
import { HEADERS_MAX } from '../../../src/core/wire.ts';
import type { Transport } from '../../../src/node/ports.ts';
import { HOSTILE_KINDS, type HostileName, type HostilePeer } from '../../support/hostile-peers.ts';
import { ScriptedPeer, type Manner } from '../../support/scripted-peer.ts';
import { Seeded } from '../../support/seeded.ts';
import { FRAME_ATTACKS, isFrameAttack, TappedConnector, type FrameAttack } from './hostile-frames.ts';

export type AttackName = HostileName | FrameAttack;

export interface Hostile {
  /**
   * Comes to the node of this name, `crowd` times at once, and sets about it.
   * @returns by which names that node knows them
   */
  come(attack: AttackName, victim: PeerId, crowd?: number): Promise<readonly PeerId[]>;
  /** Resolves when it has done what it can: everything is sent, or thrown out. */
  readonly done: Promise<void>;
  /** Learns the manifests of all documents that a node has. */
  spyOn(keeper: PeerId): Promise<void>;
  /** How many. */
  readonly manifests: number;
  /** All who came go. */
  leave(): void;
}

/** More headers than an index keeps of branches that lead nowhere. */
const MANY = 10_000;
const ATTACK_INTERVAL_MS = 10;
/** What has no end by itself ends after so many. */
const ROUNDS_MAX = 200;

class HostilePage implements Hostile {
  done = Promise.resolve();
  private readonly clock = new SystemClock();
  private readonly rng = new WebRng();
  private readonly manifestOf = new Map<BlobId, Uint8Array>();
  private readonly transports: Transport[] = [];
  private network: Promise<{ engine: ConsensusEngine; roomSecret: Uint8Array }> | undefined;

  get manifests(): number {
    return this.manifestOf.size;
  }

  async come(attack: AttackName, victim: PeerId, crowd = 1): Promise<readonly PeerId[]> {
    const index = await this.learnChain(victim);
    const scene = {
      lot: new Seeded(new DataView(this.rng.bytes(4).buffer).getInt32(0)),
      index,
      nowS: Math.floor(this.clock.nowMs() / 1000),
      many: MANY,
      manifestOf: (blob: BlobId) => this.manifestOf.get(blob),
    };
    const came = await Promise.all(
      Array.from({ length: crowd }, async () => {
        const connector = new TappedConnector(simplePeerConnector([]));
        const kind: HostilePeer = isFrameAttack(attack)
          ? { manner: {}, attack: () => connector.sendFrame(FRAME_ATTACKS[attack]()) }
          : HOSTILE_KINDS[attack](scene);
        const { peer } = await this.send(victim, kind.manner, connector);
        return { peer, kind };
      }),
    );
    this.done = Promise.all(came.map(({ peer, kind }) => this.press(peer, kind))).then(() => undefined);
    return came.map(({ peer }) => peer.key.peerId);
  }

  async spyOn(keeper: PeerId): Promise<void> {
    await this.send(keeper, {
      // A node that keeps a document asks who else does, and so says its name.
      on: (peer, message) => {
        if (message.type === 'getHave') peer.send({ type: 'getChunk', blobId: message.blobId, part: 'manifest' });
        if (message.type === 'chunk') this.manifestOf.set(message.blobId, message.bytes);
      },
    });
  }

  leave(): void {
    for (const transport of this.transports.splice(0)) transport.stop();
  }

  /** Somebody new, linked to the node: it has said something. */
  private async send(
    to: PeerId,
    manner: Partial<Manner>,
    connector = new TappedConnector(simplePeerConnector([])),
  ): Promise<{ peer: ScriptedPeer; transport: Transport }> {
    const { engine, roomSecret } = await this.networkHere();
    const signaling = new SignalingClient({
      urls: [`${window.location.origin.replace('http', 'ws')}/relay`],
      roomSecret,
      clock: this.clock,
      rng: this.rng,
      openSocket: (url) => new WebSocket(url),
    });
    const transport = new LinkTransport({ signaling, connector, clock: this.clock, rng: this.rng });
    this.transports.push(transport);
    const peer = new ScriptedPeer(transport, this.rng, {
      genesisHash: new HeaderIndex(engine).genesis.hash,
      ...manner,
    });
    peer.dial(to);
    await until(() => peer.isLinked || peer.closed.length > 0);
    return { peer, transport };
  }

  private async press(peer: ScriptedPeer, { attack }: HostilePeer): Promise<void> {
    let rounds = 0;
    await until(() => {
      if (!attack || peer.closed.length > 0 || rounds++ === ROUNDS_MAX) return true;
      return attack(peer) === 'spent';
    });
  }

  /** As any newcomer does. */
  private async learnChain(from: PeerId): Promise<HeaderIndex> {
    const { engine } = await this.networkHere();
    const index = new HeaderIndex(engine);
    let isWhole = false;
    const { peer, transport } = await this.send(from, {
      on: (self, message) => {
        if (message.type !== 'headers') return;
        for (const { header } of message.headers) index.insert(header, Math.floor(this.clock.nowMs() / 1000));
        isWhole = message.headers.length < HEADERS_MAX;
        if (!isWhole) ask(self, index);
      },
    });
    ask(peer, index);
    await until(() => isWhole);
    transport.stop();
    return index;
  }

  private networkHere(): Promise<{ engine: ConsensusEngine; roomSecret: Uint8Array }> {
    this.network ??= (async () => {
      const document = (await (await fetch('/network.json')).json()) as { spec: string; roomSecret: string };
      const spec = decodeSpec(fromBase64url(document.spec)!);
      if (!spec.ok) throw new Error(spec.code);
      const engine = engineFor(spec.value);
      if (!engine.ok) throw new Error(engine.code);
      return { engine: engine.value, roomSecret: fromBase64url(document.roomSecret)! };
    })();
    return this.network;
  }
}

function ask(peer: ScriptedPeer, index: HeaderIndex): void {
  peer.send({ type: 'getHeaders', locator: index.locator(), stop: undefined, max: HEADERS_MAX });
}

/** Asked again and again, until it says yes. */
function until(holds: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      try {
        if (holds()) resolve();
        else setTimeout(look, ATTACK_INTERVAL_MS);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    look();
  });
}

Object.assign(window, { hostile: new HostilePage() });
