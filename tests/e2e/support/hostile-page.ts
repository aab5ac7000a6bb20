/** Puts the hostile peer into a page of the served origin. */
import type { Browser, BrowserContext, Page } from 'playwright';
import type { Hostile } from './hostile-peer.ts';
import { pageBundle } from './page-bundle.ts';

declare global {
  interface Window {
    readonly hostile: Hostile;
  }
}

/** The attacker's own browser has no policy of ours to obey. */
export async function openHostilePage(browser: Browser, url: string): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  await page.goto(new URL('/healthz', url).href);
  await page.addScriptTag({ content: await pageBundle('tests/e2e/support/hostile-peer.ts') });
  return { page, context };
}
