import type { AddressInfo } from 'node:net';
import { createServer, preview, type PreviewServer, type ViteDevServer } from 'vite';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { medmeshServer } from '../../../src/app/serve/vite-plugin.ts';
import { makeAppFolder, type AppFolder } from '../../support/app-folder.ts';
import { freshRoom, RawClient } from '../../support/relay-server.ts';

let folder: AppFolder;
let server: ViteDevServer | PreviewServer | undefined;

beforeAll(async () => {
  folder = await makeAppFolder();
});
afterAll(() => folder.remove());
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const inlineConfig = () => ({
  configFile: false as const,
  root: folder.appDir,
  logLevel: 'error' as const,
  plugins: [medmeshServer({ dataDir: folder.dataDir })],
});
const portOf = ({ httpServer }: ViteDevServer | PreviewServer) => (httpServer!.address() as AddressInfo).port;

it('gives the dev server a relay and a network, and leaves hot reload alone', async () => {
  const dev = await createServer({ ...inlineConfig(), server: { port: 0, host: '127.0.0.1', watch: null } });
  server = await dev.listen();
  const port = portOf(dev);
  const reload = new WebSocket(`ws://127.0.0.1:${port}/?token=${dev.config.webSocketToken}`, 'vite-hmr');
  const hello = await new Promise<Buffer>((resolve, reject) => reload.once('message', resolve).once('error', reject));
  expect(JSON.parse(hello.toString())).toEqual({ type: 'connected' });

  await RawClient.join(`ws://127.0.0.1:${port}/relay`, freshRoom());
  const network = await fetch(`http://127.0.0.1:${port}/network.json`);
  expect(await network.json()).toMatchObject({ relays: [] });
  const page = await fetch(`http://127.0.0.1:${port}/`);
  expect(await page.text()).toContain('/@vite/client');
  expect(page.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  reload.close();
});

it('gives the preview server the same, under the policy of the built app', async () => {
  const built = await preview({
    ...inlineConfig(),
    build: { outDir: folder.appDir },
    preview: { port: 0, host: '127.0.0.1' },
  });
  server = built;
  const client = await RawClient.join(`ws://127.0.0.1:${portOf(built)}/relay`, freshRoom());
  const page = await fetch(`http://127.0.0.1:${portOf(built)}/`);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  await built.close();
  expect((await client.closed).code).not.toBe(1000);
  server = undefined;
});
