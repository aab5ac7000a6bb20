/** What a first visit costs: everything the server hands out until the node is usable, as gzip. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { appHandler } from '../../src/app/serve/app-server.ts';
import { loadAssets } from '../../src/app/serve/assets.ts';
import { loadNetwork } from '../../src/app/serve/network-file.ts';
import { atMost, type Figure } from './figures.ts';
import { openUntilUsable } from './usable.ts';
import type { Workbench } from './workbench.ts';

const TARGET_BYTES = 180_000;
const LISTED = 6;

export async function measureFirstLoad(workbench: Workbench): Promise<readonly Figure[]> {
  const assets = await loadAssets(await workbench.appDir());
  const { document } = await loadNetwork(workbench.newFolder(), { preset: 'classroom' }, Date.now());
  const handler = appHandler(assets, { network: document, health: () => ({}) });
  const requested = new Set<string>();
  // Counted here, since a browser's own list leaves out what its workers load.
  const server = createServer((request, response) => {
    requested.add(request.url ?? '/');
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  try {
    // The offline copy, which is made behind the page's back, is no part of what a visitor waits for.
    const context = await workbench.freshProfile({ serviceWorkers: 'block' });
    await openUntilUsable(context.pages()[0]!, `http://localhost:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }

  const sizeOf = async (path: string) => {
    const asset = assets.get(path);
    if (asset) return (await asset.body(asset.encodingFor('gzip'))).length;
    return path === '/network.json' ? gzipSync(JSON.stringify(document)).length : 0;
  };
  const sizes = await Promise.all([...requested].map(async (path) => [path, await sizeOf(path)] as const));
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  const biggest = sizes.sort(([, a], [, b]) => b - a).slice(0, LISTED);
  return [
    {
      what: `first load, ${sizes.length} requests, gzip`,
      value: total / 1000,
      unit: 'KB',
      target: atMost(TARGET_BYTES, total, '180 KB'),
      details: Object.fromEntries(biggest.map(([path, bytes]) => [path, `${(bytes / 1000).toFixed(1)} KB`])),
    },
  ];
}
