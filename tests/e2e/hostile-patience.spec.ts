/**
 * Hostile peers that do nothing, and whom a node cannot tell from slow ones until it has waited as long as for those. All
 * are there at once, so that one waiting does for all of them; blocks must come as if none of them were.
 */
import type { PeerId } from '../../src/core/ids.ts';
import { PATIENT_ATTACKS } from './support/attacks.ts';
import { mine, nameOf, untilGone, untilHeight } from './support/besieged.ts';
import { expect, test } from './support/siege.ts';

test.describe.configure({ mode: 'default' });

let sinceMs: number;
const names = new Map<string, PeerId>();

test.beforeAll('they come', async ({ siege }) => {
  sinceMs = Date.now();
  const victim = await nameOf(siege.victim.page);
  for (const { name } of PATIENT_ATTACKS) {
    const [peerId] = await siege.hostile.evaluate(([attack, to]) => window.hostile.come(attack, to), [
      name,
      victim,
    ] as const);
    names.set(name, peerId!);
  }
});

test('three peers that give nothing hold up no block', async ({ siege }) => {
  for (let block = 0; block < 5; block++) await untilHeight(siege.victim.page, await mine(siege.honest.page));
  await siege.isBounded();
});

for (const { name, ends } of PATIENT_ATTACKS) {
  test(`a peer that ${name}`, async ({ siege }) => {
    const { reason, banned } = await untilGone(siege.victim.page, names.get(name)!, sinceMs);
    expect({ reason, banned }).toEqual(ends);
  });
}
