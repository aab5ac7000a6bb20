import { spawnSync } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import { RawClient } from '../../support/relay-server.ts';
import { startServeProcess, type ServeProcess } from '../../support/serve-process.ts';

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

let served: ServeProcess | undefined;
afterEach(async () => {
  await served?.dispose();
  served = undefined;
});

it('says first where it is, and keeps what it logs for after that', async () => {
  served = await startServeProcess([]);
  expect(await served.said()).toMatch(/^Medmesh is running: http:\/\/localhost:\d+\/\n/);
  served.process.kill('SIGTERM');
  expect(await served.exit).toEqual([0, null]);
});

it('takes its time to stop where told to, until it is told again', async () => {
  served = await startServeProcess(['--drain', '3600']);
  const { url, process, exit } = served;
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
