/** A keeper that serves damaged pieces of a document: found out by the first, and the document comes from who has it. */
import { bundleOf } from './support/bundle.ts';
import { mine, nameOf, untilGone, untilHeight, untilPeers } from './support/besieged.ts';
import { expect, test } from './support/siege.ts';

test('a peer that serves damaged documents is refused, and the record comes from its honest keeper', async ({
  siege,
}) => {
  const { victim, honest, hostile } = siege;
  await honest.go('/me');
  await honest.page.getByLabel('Choose a file').setInputFiles({
    name: 'record.json',
    mimeType: 'application/json',
    buffer: Buffer.from(bundleOf('Ada Example', ['Asthma'])),
  });
  await honest.waitFor(({ records }) => records.length === 1);
  await hostile.evaluate((keeper) => window.hostile.spyOn(keeper), await nameOf(honest.page));
  const link = await honest.page.evaluate(async () => {
    const recordId = await window.untilFound!(({ records }) => records?.[0]?.id);
    const shared = await window.medmesh!.share({
      recordId,
      to: { kind: 'link', label: 'Clinic' },
      purpose: 'TREAT',
      expiresAtS: Math.floor(Date.now() / 1000) + 3600,
    });
    if (!shared.ok || !shared.value.link) throw new Error(JSON.stringify(shared));
    return shared.value.link;
  });
  // The record and the capsule: what the attacker serves has the right names, and the wrong pieces.
  await expect.poll(() => hostile.evaluate(() => window.hostile.manifests)).toBeGreaterThanOrEqual(2);
  await hostile.evaluate(() => window.hostile.leave());
  await untilHeight(victim.page, await mine(honest.page));

  // While its honest keeper is away there is nobody else to ask.
  const { url } = siege;
  await honest.page.goto('about:blank');
  await untilPeers(victim.page, 0);
  const sinceMs = Date.now();
  const [attacker] = await hostile.evaluate(
    (to) => window.hostile.come('serves damaged documents', to),
    await nameOf(victim.page),
  );
  const accepted = victim.page.evaluate((text) => window.medmesh!.acceptShare(text), link);
  const { reason, banned } = await untilGone(victim.page, attacker, sinceMs);
  expect({ reason, banned }).toEqual({ reason: 'bad-chunk', banned: true });

  await honest.page.goto(url);
  const outcome = await accepted;
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  await victim.go(`/clinic/inbox/${outcome.value.inboxId}`);
  await expect(victim.page.getByText('Asthma')).toBeVisible();
  await siege.isBounded();
  await hostile.evaluate(() => window.hostile.leave());
});
