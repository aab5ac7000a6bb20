/**
 * Peers that mean harm, over real data channels, at a real tab: each is dealt with as the rules say, honest blocks go on
 * coming, and what the tab remembers stays bounded. How busy its main thread gets: `npm run bench -- hostile`.
 */
import { ATTACKS } from './support/attacks.ts';
import { expect, test } from './support/siege.ts';

// One siege for all of them, in turn.
test.describe.configure({ mode: 'default' });

for (const attack of ATTACKS) {
  test(`a peer that ${attack.name}`, async ({ siege }) => {
    await siege.bear(attack);
    if (!attack.says) return;
    await siege.victim.go('/node');
    await expect(siege.victim.page.getByText(attack.says).first()).toBeVisible();
  });
}
