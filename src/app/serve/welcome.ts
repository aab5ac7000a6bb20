/** What the terminal says once the server runs: first where it is, then how others get there. */
import { qrText } from './qr-terminal.ts';
import type { RunningServer } from './server.ts';

type Served = Pick<RunningServer, 'url' | 'lanUrls' | 'publicUrl' | 'proxyHeader' | 'network' | 'fingerprint'>;

/** @param isColorTerminal  for the QR code */
export function welcome(server: Served, isColorTerminal: boolean): string {
  const { url, network } = server;
  const lines = [`Medmesh is running: ${url}`, '', `  Network         ${network.name} (${network.preset})`];
  lines.push(...addressLines(server, isColorTerminal));
  return [...lines, '', 'Ctrl+C stops it; tabs that have met go on without it.', ''].join('\n');
}

/** Only addresses at which a browser runs a node: plain http from another device is none. */
function addressLines(
  { url, lanUrls, publicUrl, proxyHeader, fingerprint }: Served,
  isColorTerminal: boolean,
): string[] {
  const others = publicUrl ? [publicUrl] : lanUrls;
  const [shared] = others;
  if (!shared && fingerprint) return ['  Other devices   none: this computer is on no network'];
  if (!shared) return [`  ${isLocal(url) ? 'Other devices' : 'Browsers     '}   need https: npm start -- --lan`];
  const lines = others.map((other, i) => `  ${i === 0 ? 'Other devices' : '         or  '}   ${other}`);
  if (shared.startsWith('https:')) lines.push('', qrText(shared, isColorTerminal));
  else lines.push('', 'Browsers run a node from https only: that address needs it.');
  if (fingerprint) {
    lines.push('', 'Each device warns once about the certificate, which was made here. Its SHA-256 fingerprint:');
    lines.push(`  ${fingerprint}`);
  }
  if (publicUrl && !proxyHeader) {
    lines.push('', 'If a server in front passes people on, name its header: --proxy-header x-forwarded-for');
    lines.push('Without it all of them share the limits of one address.');
  }
  return lines;
}

function isLocal(url: string): boolean {
  return new URL(url).hostname === 'localhost';
}
