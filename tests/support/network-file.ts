/** A network of one's own for a server to find in its data folder, as if it had been made at an earlier start. */
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeSpec, type NetworkSpec } from '../../src/core/network-spec.ts';

export async function writeNetwork(dataDir: string, spec: NetworkSpec): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const network = {
    preset: 'classroom',
    spec: Buffer.from(encodeSpec(spec)).toString('base64url'),
    roomSecret: randomBytes(16).toString('base64url'),
    relays: [],
  };
  await writeFile(join(dataDir, 'network.json'), JSON.stringify(network));
}
