/** How phones in the same room reach this computer. */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { readIfPresent, writeWhole } from './data-folder.ts';

const CERTIFICATE_DAYS = 365;
const RENEW_BEFORE_MS = 7 * 86_400_000;
const DAY_MS = 86_400_000;

/** Bridges of containers and virtual machines: real addresses that no phone can reach. */
const VIRTUAL_INTERFACE = /^(docker|br-|veth|virbr|vmnet|vboxnet|utun|tun|tap|tailscale|zt|wg)/;

/** IPv4 addresses of this computer on its networks, the likeliest for a phone to reach first. */
export function lanAddresses(interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces()): string[] {
  const found = Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => ({ address, rank: (VIRTUAL_INTERFACE.test(name) ? 10 : 0) + rankOf(address) })),
  );
  return found.sort((a, b) => a.rank - b.rank).map(({ address }) => address);
}

/** Home and school networks first, then other private ones, then public addresses, then those nobody assigned. */
function rankOf(address: string): number {
  if (address.startsWith('192.168.')) return 0;
  if (address.startsWith('10.')) return 1;
  if (/^172\.(1[6-9]|2\d|3[01])\./.test(address)) return 2;
  return address.startsWith('169.254.') ? 4 : 3;
}

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** SHA-256, as browsers show it: for whoever compares before trusting. */
  readonly fingerprint: string;
}

/** A certificate for this computer's names: the kept one while it fits, so that phones are warned once, else a new one. */
export async function loadCertificate(
  dataDir: string,
  addresses: readonly string[],
  nowMs: number,
): Promise<Certificate> {
  const paths = { cert: join(dataDir, 'lan-cert.pem'), key: join(dataDir, 'lan-key.pem') };
  const kept = await readKept(paths, addresses, nowMs);
  if (kept) return kept;
  const made = await generate([{ name: 'commonName', value: 'Medmesh on this network' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs - DAY_MS),
    notAfterDate: new Date(nowMs + CERTIFICATE_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          ...['127.0.0.1', '::1', ...addresses].map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  await writeWhole(paths.key, made.private);
  await writeWhole(paths.cert, made.cert);
  return describe(made.cert, made.private);
}

async function readKept(
  paths: { readonly cert: string; readonly key: string },
  addresses: readonly string[],
  nowMs: number,
): Promise<Certificate | undefined> {
  const [cert, key] = await Promise.all([readIfPresent(paths.cert), readIfPresent(paths.key)]);
  if (!cert || !key) return undefined;
  try {
    const parsed = new X509Certificate(cert);
    const fits =
      parsed.checkPrivateKey(createPrivateKey(key)) &&
      addresses.every((address) => parsed.checkIP(address)) &&
      Date.parse(parsed.validTo) > nowMs + RENEW_BEFORE_MS;
    return fits ? describe(cert, key) : undefined;
  } catch {
    // Not a certificate any more. It vouches for nobody, so a new one costs no more than one more warning.
    return undefined;
  }
}

function describe(cert: string, key: string): Certificate {
  return { cert, key, fingerprint: new X509Certificate(cert).fingerprint256 };
}
