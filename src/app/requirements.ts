/** What a browser must have to be a node, and what a page served the wrong way lacks. */
import type { BootState } from '../ui/host.ts';

/** Undefined when everything is there. */
export function whatIsMissing(): BootState | undefined {
  if (!window.isSecureContext) {
    return { phase: 'insecure', httpsUrl: `https://${window.location.host}${window.location.pathname}` };
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
