import { expect, it } from 'vitest';
import type { ReadModel } from '../../../src/node/api.ts';
import { PUBLISH_INTERVAL_MS } from '../../../src/node/params.ts';
import { Publisher, type SliceSources } from '../../../src/node/publisher.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { Room } from './node-fixture.ts';

it('tells a listener everything at once, then what changed, many changes as one', async () => {
  const clock = new VirtualClock();
  const computed: string[] = [];
  const source = (slice: string) => () => {
    computed.push(slice);
    return slice;
  };
  const sources = { node: source('node'), chain: source('chain'), log: source('log') } as unknown as SliceSources;
  const publisher = new Publisher(clock, sources, () => PUBLISH_INTERVAL_MS);
  publisher.touch('chain');
  await clock.pass(1_000);
  expect(computed).toEqual([]);

  const heard: Partial<ReadModel>[] = [];
  const subscription = publisher.subscribe((changed) => heard.push(changed));
  expect(heard).toEqual([{ node: 'node', chain: 'chain', log: 'log' }]);
  for (let i = 0; i < 1_000; i++) publisher.touch('chain', i % 2 === 0 ? 'log' : 'chain');
  await clock.pass(PUBLISH_INTERVAL_MS - 1);
  expect(heard).toHaveLength(1);
  await clock.pass(1);
  expect(heard.slice(1)).toEqual([{ chain: 'chain', log: 'log' }]);
  publisher.touch('node');
  publisher.unsubscribe(subscription);
  await clock.pass(1_000);
  expect(heard).toHaveLength(2);
});

it('every slice of a running node is plain data', async () => {
  const room = new Room(2);
  room.forge.mineMany(3);
  await room.forge.writeTo(room.node(0).disk);
  const node = await room.open(0);
  await room.open(1);
  await room.pass(2_000);
  let model: Partial<ReadModel> = {};
  await node.api.subscribe((changed) => (model = { ...model, ...changed }));
  expect(structuredClone(model)).toEqual(model);
  expect(model.node).toMatchObject({ phase: 'running', peerCount: 1, relay: 'online', vault: { state: 'open' } });
  expect(model.chain).toMatchObject({ bestHeaderHeight: 3, sync: { state: 'idle' }, tip: { height: 3 } });
  expect(model.peers!.peers.map(({ height, score }) => [height, score])).toEqual([[3, 0]]);
});
