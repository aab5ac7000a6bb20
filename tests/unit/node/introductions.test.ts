/** Peers that introduce peers: who tells what, who carries what, and who is dialled for it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { PeerId } from '../../../src/core/ids.ts';
import { INTRODUCED_MAX, PEERS_TELL_DELAY_MS, SIGNALS_CARRIED_BURST } from '../../../src/node/params.ts';
import type { NodeService } from '../../../src/node/service.ts';
import type { ScriptedPeer } from '../../support/scripted-peer.ts';
import { Seeded } from '../../support/seeded.ts';
import { Room } from './node-fixture.ts';

let room: Room;
let node: NodeService;
beforeEach(async () => {
  room = new Room();
  node = await room.open();
  await room.pass(10);
});

const peerId = (number: number) => PeerId.of(new Uint8Array(16).fill(number));
const sealed = Uint8Array.of(1, 2, 3);
const ofPeer = ({ key }: ScriptedPeer) => key.peerId;
const scoreOf = (peer: ScriptedPeer) => room.peerOf(node, peer)!.score;

describe('a node', () => {
  it('tells its peers of each other, soon after they came or went, and nobody of himself', async () => {
    const [first, second, third] = [await room.stranger(node), await room.stranger(node), await room.stranger(node)];
    await room.pass(PEERS_TELL_DELAY_MS);
    expect(first.heard('peers').map(({ ids }) => ids)).toEqual([[ofPeer(second), ofPeer(third)]]);
    third.sendBytes(Uint8Array.of(0xee));
    await room.pass(2 * PEERS_TELL_DELAY_MS);
    expect(first.heard('peers').at(-1)!.ids).toEqual([ofPeer(second)]);
  });

  it('carries a signal of one peer to another, as it is', async () => {
    const [first, second, third] = [await room.stranger(node), await room.stranger(node), await room.stranger(node)];
    const message = { type: 'signal', from: ofPeer(first), to: ofPeer(second), sealed } as const;
    first.send(message);
    await room.pass(10);
    expect([second.heard('signal'), third.heard('signal')]).toEqual([[message], []]);
  });

  it('carries none twice, and drops what has nowhere to go', async () => {
    const [first, second] = [await room.stranger(node), await room.stranger(node)];
    first.send({ type: 'signal', from: peerId(9), to: ofPeer(second), sealed });
    first.send({ type: 'signal', from: ofPeer(first), to: peerId(9), sealed });
    await room.pass(10);
    expect([second.heard('signal'), scoreOf(first)]).toEqual([[], 20]);
  });

  it('carries no flood', async () => {
    const [first, second] = [await room.stranger(node), await room.stranger(node)];
    for (let i = 0; i < SIGNALS_CARRIED_BURST + 50; i++) {
      first.send({ type: 'signal', from: ofPeer(first), to: ofPeer(second), sealed });
    }
    await room.pass(10);
    expect([second.heard('signal').length, scoreOf(first)]).toEqual([SIGNALS_CARRIED_BURST, 0]);
  });

  it('dials those its peers are linked to, through them, and blames nobody for names that do not answer', async () => {
    const [first, second] = [await room.stranger(node), await room.stranger(node)];
    first.send({ type: 'peers', ids: [peerId(7), ofPeer(second), node.sessionKey.peerId] });
    await room.until('a dial', () => first.heard('signal').length > 0, 5_000);
    expect(new Set(first.heard('signal').map(({ from, to }) => [from, to].join()))).toEqual(
      new Set([[node.sessionKey.peerId, peerId(7)].join()]),
    );
    await room.pass(30_000);
    expect([second.heard('signal'), scoreOf(first), first.closed]).toEqual([[], 0, []]);
  });

  it('dials nobody through peers whom the relay knows', async () => {
    const host = room.host();
    await room.pass(10);
    const first = await room.stranger(node);
    first.send({ type: 'peers', ids: [ofPeer(host)] });
    await room.until('linked', () => room.peerOf(node, host) !== undefined);
    expect(first.heard('signal')).toEqual([]);
  });

  it('remembers so many names, whatever peers tell', async () => {
    const strangers = [await room.stranger(node), await room.stranger(node), await room.stranger(node)];
    for (const [at, stranger] of strangers.entries()) {
      stranger.send({ type: 'peers', ids: Array.from({ length: 32 }, (_, i) => peerId(1 + 32 * at + i)) });
    }
    await room.pass(10);
    expect(node.peers.rosterCount).toBe(INTRODUCED_MAX);
  });

  it('hears no signal that the room did not seal', async () => {
    const first = await room.stranger(node);
    first.send({ type: 'signal', from: peerId(9), to: node.sessionKey.peerId, sealed });
    await room.pass(10);
    expect([scoreOf(first), node.peers.peers().length]).toEqual([0, 1]);
  });
});

it('two nodes that lost each other link anew through a third without the relay, though a fourth makes up names all the time', async () => {
  const trio = new Room(3);
  const [a, b, c] = [await trio.open(0), await trio.open(1), await trio.open(2)];
  const linksOf = (service: NodeService) => service.peers.peers().map(({ id }) => id);
  await trio.until('all linked', () => [a, b, c].every((service) => linksOf(service).length === 2));
  await trio.pass(2 * PEERS_TELL_DELAY_MS);
  const liar = await trio.stranger(a);
  trio.world.network.stopRelay();
  await trio.pass(10);
  const link = a.peers.peers().find(({ id }) => id === b.sessionKey.peerId)!;
  a.peers.drop(link, 'test');
  await trio.until('apart', () => !linksOf(a).includes(b.sessionKey.peerId) && linksOf(b).length === 1);
  const names = new Seeded(3);
  const lie = (): void => {
    liar.send({ type: 'peers', ids: Array.from({ length: 32 }, () => PeerId.of(names.bytes(16))) });
    trio.world.clock.after(1_000, lie);
  };
  lie();
  await trio.until('linked anew', () => linksOf(a).includes(b.sessionKey.peerId));
  expect([a.peers.relayState, b.peers.relayState]).toEqual(['offline', 'offline']);
});
