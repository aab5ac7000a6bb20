import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, vi } from 'vitest';

/** The command as people run it: bundled, in a process of its own. */
const serve = (...argv: string[]) =>
  spawnSync(process.execPath, ['scripts/run.mjs', 'src/app/serve/main.ts', ...argv], { encoding: 'utf8' });

it('says what is wrong with its options, where to look, and fails', () => {
  const { status, stdout, stderr } = serve('--prot', '3');
  expect(stderr).toContain("Unknown option '--prot'.\nSee: npm start -- --help\n");
  expect(stdout).toBe('');
  expect(status).toBe(2);
});

it('explains itself', () => {
  const { status, stdout } = serve('--help');
  expect(stdout).toContain('--lan');
  expect(status).toBe(0);
});

it('says first where it is, and keeps what it logs for after that', async () => {
  // A repository whose app is built already.
  const folder = await mkdtemp(join(tmpdir(), 'medmesh-'));
  for (const name of ['node_modules', 'src']) await symlink(resolve(name), join(folder, name));
  await mkdir(join(folder, 'dist/app'), { recursive: true });
  await writeFile(join(folder, 'dist/app/index.html'), '<!doctype html>');
  const output = await open(join(folder, 'output'), 'w');
  const server = spawn(process.execPath, [resolve('scripts/run.mjs'), 'src/app/serve/main.ts', '--port', '0'], {
    cwd: folder,
    stdio: ['ignore', output.fd, output.fd],
  });
  const exit = once(server, 'exit');
  const said = () => readFile(join(folder, 'output'), 'utf8');
  await vi.waitFor(async () => expect(await said()).toContain('relay-started'), { timeout: 50_000, interval: 100 });
  expect(await said()).toMatch(/^Medmesh is running: http:\/\/localhost:\d+\/\n/);
  server.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  await output.close();
  await rm(folder, { recursive: true });
});
