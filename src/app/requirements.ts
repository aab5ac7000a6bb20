/** What a browser must have to be a node, and what a page served the wrong way lacks. */
import type { BootState } from '../ui/host.ts';
import type { NetworkDocument } from './serve/network-file.ts';

/** Undefined when everything is there. */
export async function whatIsMissing(): Promise<BootState | undefined> {
  if (!window.isSecureContext) {
    const httpsUrl = await askHttpsUrl();
    return { phase: 'insecure', ...(httpsUrl === undefined ? {} : { httpsUrl }) };
  }
  const needed: Readonly<Record<string, boolean>> = {
    WebRTC: 'RTCPeerConnection' in window,
    IndexedDB: 'indexedDB' in window,
    'Web Locks': 'locks' in navigator,
    'Web Crypto': 'subtle' in crypto,
    'module workers': 'Worker' in window,
    'compression streams': 'DecompressionStream' in window,
  };
  const missing = Object.entries(needed).flatMap(([name, present]) => (present ? [] : name));
  return missing.length > 0 ? { phase: 'unsupported', detail: missing.join(', ') } : undefined;
}

/** Only the server knows: on this port there may be nothing that speaks TLS. Undefined where it does not say. */
async function askHttpsUrl(): Promise<string | undefined> {
  try {
    const response = await fetch('./network.json', { cache: 'no-store' });
    const { httpsUrl } = (await response.json()) as Partial<NetworkDocument>;
    return typeof httpsUrl === 'string' && httpsUrl.startsWith('https://') ? httpsUrl : undefined;
  } catch {
    // Another server's page, or none: no answer that is JSON.
    return undefined;
  }
}
