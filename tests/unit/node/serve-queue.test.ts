import { beforeEach, expect, it } from 'vitest';
import type { PeerMessage } from '../../../src/core/wire.ts';
import type { Peer } from '../../../src/node/peer.ts';
import { ServeQueue } from '../../../src/node/serve-queue.ts';

/** A line is known by its peer only. */
const [alice, bob] = [{} as Peer, {} as Peer];
const BOUNDS = { answersMax: 8, readAhead: 2 };

let room: Map<Peer, number>;
let sent: [Peer, bigint][];
let read: number[];
let punished: string[];
let faults: unknown[];
let queue: ServeQueue;

const pong = (nonce: number): PeerMessage => ({ type: 'pong', nonce });
const settle = () => new Promise((resolve) => setImmediate(resolve));
const numbersTo = (peer: Peer) => sent.filter(([to]) => to === peer).map(([, number]) => Number(number));

function ask(peer: Peer, ...numbers: readonly number[]): void {
  for (const number of numbers) {
    queue.push(peer, () => {
      read.push(number);
      return Promise.resolve(() => pong(number));
    });
  }
}

async function drain(peer: Peer, messages: number): Promise<void> {
  room.set(peer, messages);
  queue.onDrain(peer);
  await settle();
}

beforeEach(() => {
  room = new Map();
  [sent, read, punished, faults] = [[], [], [], []];
  queue = new ServeQueue(
    {
      send: (peer, message) => {
        const left = room.get(peer) ?? 0;
        if (left === 0 || message.type !== 'pong') return false;
        room.set(peer, left - 1);
        sent.push([peer, BigInt(message.nonce)]);
        return true;
      },
      punish: (_peer, code) => void punished.push(code),
    },
    BOUNDS,
    (fault) => void faults.push(fault),
  );
});

it('reads a little ahead of a link that is full, and goes on in order as it drains', async () => {
  ask(alice, 1, 2, 3, 4, 5, 6);
  await settle();
  expect([sent, read]).toEqual([[], [1, 2, 3]]);
  await drain(alice, 2);
  expect([numbersTo(alice), read]).toEqual([
    [1, 2],
    [1, 2, 3, 4, 5],
  ]);
  await drain(alice, 9);
  expect(numbersTo(alice)).toEqual([1, 2, 3, 4, 5, 6]);
});

it('keeps the order, whatever read is done first', async () => {
  let endFirst = (): void => undefined;
  room.set(alice, 9);
  queue.push(alice, () => new Promise((resolve) => (endFirst = () => resolve(() => pong(1)))));
  ask(alice, 2, 3);
  await settle();
  expect([sent, read]).toEqual([[], [2, 3]]);
  endFirst();
  await settle();
  expect(numbersTo(alice)).toEqual([1, 2, 3]);
});

it('serves others while one does not read', async () => {
  ask(alice, 1, 2);
  room.set(bob, 9);
  ask(bob, 3, 4);
  await settle();
  expect([numbersTo(alice), numbersTo(bob)]).toEqual([[], [3, 4]]);
});

it('makes the message when it is sent: what was read before may have become old', async () => {
  let isCurrent = true;
  queue.push(alice, () => Promise.resolve(() => pong(isCurrent ? 1 : 0)));
  await settle();
  isCurrent = false;
  await drain(alice, 1);
  expect(numbersTo(alice)).toEqual([0]);
});

it('leaves out what cannot be read', async () => {
  room.set(alice, 9);
  ask(alice, 1);
  queue.push(alice, () => Promise.reject(new Error('damaged')));
  ask(alice, 2);
  await settle();
  expect([numbersTo(alice), faults.length]).toEqual([[1, 2], 1]);
});

it('lets no more wait than its bound, and says who asks for more than he reads', async () => {
  const most = 1 + BOUNDS.readAhead + BOUNDS.answersMax;
  ask(alice, ...Array.from({ length: most + 2 }, (_, i) => i));
  await settle();
  expect([punished, read.length]).toEqual([['request-flood', 'request-flood'], 1 + BOUNDS.readAhead]);
  await drain(alice, 99);
  expect(sent.length).toBe(most);
});

it('reads no more for who is gone', async () => {
  ask(alice, 1, 2, 3, 4, 5);
  await settle();
  queue.onGone(alice);
  await drain(alice, 9);
  expect([sent, read]).toEqual([[], [1, 2, 3]]);
});
