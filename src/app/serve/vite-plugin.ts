/** `npm run dev` and `vite preview` with everything `npm start` has: the relay and the default network, on Vite's port. */
import { resolve } from 'node:path';
import type { Connect, Plugin } from 'vite';
import { attachRelay, type UpgradeSource } from '../../relay/relay.ts';
import { answerEndpoint, type Endpoints } from './app-server.ts';
import { healthOf } from './health.ts';
import { loadNetwork, type NetworkChoice } from './network-file.ts';
import { ISOLATION_HEADERS, SECURITY_HEADERS } from './security-headers.ts';

/** A dev or preview server of Vite's, as much of it as is needed. */
interface ViteServer {
  /** Null in middleware mode: somebody else listens, and brings a relay or does not. */
  readonly httpServer: (UpgradeSource & { once(event: 'close', listener: () => void): unknown }) | null;
  readonly middlewares: Connect.Server;
}

export interface MedmeshServerOptions extends NetworkChoice {
  /** Shared with `npm start`, so that both serve the same network. */
  readonly dataDir?: string;
}

export function medmeshServer({ dataDir = '.data', ...choice }: MedmeshServerOptions = {}): Plugin {
  const equip = async ({ httpServer, middlewares }: ViteServer): Promise<void> => {
    if (!httpServer) return;
    const startedAtMs = performance.now();
    const network = await loadNetwork(resolve(dataDir), choice, Date.now());
    // Takes its own path only: Vite's hot reload answers the other upgrades.
    const relay = attachRelay(httpServer);
    httpServer.once('close', () => void relay.stop());
    const endpoints: Endpoints = {
      network: network.document,
      health: () => healthOf(relay, startedAtMs),
    };
    middlewares.use((request, response, next) => {
      if (!answerEndpoint(request, response, endpoints)) next();
    });
  };
  return {
    name: 'medmesh-server',
    config: () => ({
      // Vite's own scripts and styles are inline: the full policy holds for built pages only.
      server: { headers: ISOLATION_HEADERS },
      preview: { headers: SECURITY_HEADERS },
    }),
    configureServer: (server) => equip(server),
    configurePreviewServer: (server) => equip(server),
  };
}
