/** A built app and a data folder for servers under test, on disk and gone afterwards. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface AppFolder {
  readonly appDir: string;
  readonly dataDir: string;
  remove(): Promise<void>;
}

export const SCRIPT_PATH = '/assets/main-BxT2k_9a.js';
export const SCRIPT = 'export const answer = 42;\n'.repeat(200);

export async function makeAppFolder(): Promise<AppFolder> {
  const root = await mkdtemp(join(tmpdir(), 'medmesh-'));
  const appDir = join(root, 'app');
  await mkdir(join(appDir, 'assets'), { recursive: true });
  await writeFile(
    join(appDir, 'index.html'),
    `<!doctype html><title>Medmesh</title><script src=".${SCRIPT_PATH}"></script>`,
  );
  await writeFile(join(appDir, SCRIPT_PATH), SCRIPT);
  await writeFile(join(appDir, 'assets', 'kernel-0a1b2c3d.wasm'), Buffer.alloc(2048));
  await writeFile(join(appDir, 'assets', 'text-0a1b2c3d.woff2'), Buffer.alloc(2048));
  return { appDir, dataDir: join(root, 'data'), remove: () => rm(root, { recursive: true }) };
}
