/** A peer that shakes hands and then lies, over a real data channel: refused, with the reason on the Node page. */
import { openHostilePage } from './support/hostile-page.ts';
import { expect, test } from './support/fixtures.ts';

test('garbage is refused with the reason shown', async ({ arrive, browser, deployment }) => {
  const victim = await arrive();
  const { page, context } = await openHostilePage(browser, deployment.url);
  await page.evaluate(() => window.hostile.meet());
  await victim.waitFor(({ peers }) => peers.peers.length === 1);
  await page.evaluate(() => window.hostile.sendGarbage());
  await victim.waitFor(({ peers }) =>
    peers.gone.some(({ reason, banned }) => reason === 'message-unknown-type' && banned),
  );
  await victim.go('/node');
  await expect(victim.page.getByText('It sent something that is not a message.')).toBeVisible();
  await context.close();
});

test('a block with another body than its header promises is refused, and the chain goes on', async ({
  arrive,
  browser,
  deployment,
}) => {
  const victim = await arrive();
  const { page, context } = await openHostilePage(browser, deployment.url);
  await page.evaluate(() => window.hostile.meet());
  await victim.waitFor(({ peers }) => peers.peers.length === 1);
  await page.evaluate(() => window.hostile.sendTamperedBlock());
  await victim.waitFor(({ peers }) => peers.gone.some(({ reason, banned }) => reason === 'bad-body-root' && banned));
  await victim.go('/node');
  await expect(victim.page.getByText('It sent a block whose content does not match its header.')).toBeVisible();
  expect((await victim.readModel()).chain.tip.height).toBe(0);
  await victim.go('/lab');
  await victim.page.getByRole('button', { name: 'Start mining' }).click();
  await victim.waitFor(({ chain }) => chain.tip.height >= 1, 60_000);
  await context.close();
});
