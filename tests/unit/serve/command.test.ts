import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, vi } from 'vitest';
import { RawClient } from '../../support/relay-server.ts';

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

interface Served {
  readonly process: ChildProcess;
  /** The code and the signal it ended with. */
  readonly exit: Promise<readonly unknown[]>;
  said(): Promise<string>;
}

/** The command in a repository whose app is built already, once it is up. */
async function withServer(argv: readonly string[], use: (served: Served) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'medmesh-'));
  for (const name of ['node_modules', 'src']) await symlink(resolve(name), join(folder, name));
  await mkdir(join(folder, 'dist/app'), { recursive: true });
  await writeFile(join(folder, 'dist/app/index.html'), '<!doctype html>');
  const output = await open(join(folder, 'output'), 'w');
  const command = [resolve('scripts/run.mjs'), 'src/app/serve/main.ts', '--port', '0', ...argv];
  const server = spawn(process.execPath, command, { cwd: folder, stdio: ['ignore', output.fd, output.fd] });
  const exit = once(server, 'exit');
  const said = () => readFile(join(folder, 'output'), 'utf8');
  await vi.waitFor(async () => expect(await said()).toContain('relay-started'), { timeout: 50_000, interval: 100 });
  try {
    await use({ process: server, exit, said });
  } finally {
    server.kill('SIGKILL');
    await exit;
    await output.close();
    await rm(folder, { recursive: true });
  }
}

it('says first where it is, and keeps what it logs for after that', async () => {
  await withServer([], async ({ process, exit, said }) => {
    expect(await said()).toMatch(/^Medmesh is running: http:\/\/localhost:\d+\/\n/);
    process.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });
});

it('takes its time to stop where told to, until it is told again', async () => {
  await withServer(['--drain', '3600'], async ({ process, exit, said }) => {
    const url = /http:\/\/localhost:\d+\//.exec(await said())?.[0] ?? '';
    const tabs = [];
    for (let i = 0; i < 2; i++) tabs.push(await RawClient.open(`${url.replace('http', 'ws')}relay`));
    process.kill('SIGTERM');
    await tabs[0]!.closed;
    const health = await fetch(`${url}healthz`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({ status: 'draining', relay: { sockets: 1 } });
    process.kill('SIGTERM');
    expect(await exit).toEqual([1, null]);
  });
});
