/** Puts the hostile peer into a page of the served origin. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright';
import { build } from 'vite';
import type * as StandIns from '../../../scripts/node-stand-ins.mjs';
import type { Hostile } from './hostile-peer.ts';

declare global {
  interface Window {
    readonly hostile: Hostile;
  }
}

let bundle: Promise<string> | undefined;

function bundleHostile(): Promise<string> {
  return (bundle ??= makeBundle());
}

/** Paths are from the repository's folder: a bench is bundled itself, and this file then not where it was. */
async function makeBundle(): Promise<string> {
  const standIns = pathToFileURL(resolve('scripts/node-stand-ins.mjs')).href;
  const { NODE_STAND_INS } = (await import(standIns)) as typeof StandIns;
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: NODE_STAND_INS },
    build: {
      write: false,
      lib: { entry: resolve('tests/e2e/support/hostile-peer.ts'), formats: ['iife'], name: 'hostilePeer' },
    },
  });
  const [result] = Array.isArray(output) ? output : [output];
  if (!result || !('output' in result)) throw new Error('nothing was built');
  return result.output[0].code;
}

/** The attacker's own browser has no policy of ours to obey. */
export async function openHostilePage(browser: Browser, url: string): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  await page.goto(new URL('/healthz', url).href);
  await page.addScriptTag({ content: await bundleHostile() });
  return { page, context };
}
