/** What a first visit costs: everything the server hands out until the node runs, and all that follows by itself, as gzip. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { appHandler } from '../../src/app/serve/app-server.ts';
import { loadAssets } from '../../src/app/serve/assets.ts';
import { healthOf } from '../../src/app/serve/health.ts';
import { loadNetwork } from '../../src/app/serve/network-file.ts';
import { atMost, type Figure } from './figures.ts';
import { openUntil } from './usable.ts';
import type { Workbench } from './workbench.ts';

const TARGET_BYTES = 180_000;
const LISTED = 6;

/** What the page fetches once its node runs. Kept back at first, which shows that nothing before waits for it. */
const AFTERWARDS = /^\/assets\/(person-session|links)-/;
/** The offline copy, made behind the page's back, is no part of what a visitor waits for. */
const OFFLINE_COPY = '/sw.js';

export async function measureFirstLoad(workbench: Workbench): Promise<readonly Figure[]> {
  const assets = await loadAssets(await workbench.appDir());
  const { document } = await loadNetwork(workbench.newFolder(), { preset: 'classroom' }, Date.now());
  const handler = appHandler(assets, { network: document, health: () => healthOf(undefined, 0) });
  const answered = new Set<string>();
  const heldBack: (() => void)[] = [];
  let holding = true;
  // Counted here, since a browser's own list leaves out what its workers load.
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const answer = () => {
      answered.add(path);
      handler(request, response);
    };
    if (path === OFFLINE_COPY) return;
    if (holding && AFTERWARDS.test(path)) heldBack.push(answer);
    else answer();
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));

  const sizeOf = async (path: string) => {
    const asset = assets.get(path);
    if (asset) return (await asset.body(asset.encodingFor('gzip'))).length;
    return path === '/network.json' ? gzipSync(JSON.stringify(document)).length : 0;
  };
  const weigh = async () => {
    const sizes = await Promise.all([...answered].map(async (path) => [path, await sizeOf(path)] as const));
    return { sizes, total: sizes.reduce((sum, [, bytes]) => sum + bytes, 0) };
  };
  try {
    const context = await workbench.freshProfile();
    const page = context.pages()[0]!;
    await openUntil('running', page, `http://localhost:${(server.address() as AddressInfo).port}/`);
    const first = await weigh();
    holding = false;
    for (const answer of heldBack) answer();
    await page.evaluate(() => window.stages!.usable);
    await page.waitForFunction(() =>
      performance.getEntriesByType('resource').some(({ name }) => /\/links-/.test(name)),
    );
    const all = await weigh();
    const biggest = first.sizes.sort(([, a], [, b]) => b - a).slice(0, LISTED);
    return [
      {
        what: `first load: until the node runs, ${first.sizes.length} requests, gzip`,
        value: first.total / 1000,
        unit: 'KB',
        target: atMost(TARGET_BYTES, first.total, '180 KB'),
        details: Object.fromEntries(biggest.map(([path, bytes]) => [path, `${(bytes / 1000).toFixed(1)} KB`])),
      },
      {
        what: `and with what a first visit then fetches by itself, ${all.sizes.length} requests, gzip`,
        value: all.total / 1000,
        unit: 'KB',
      },
    ];
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
