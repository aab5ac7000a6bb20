/** `npm start` as people run it: bundled, in a process of its own, in a repository whose app is built already. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface ServeProcess {
  readonly process: ChildProcess;
  readonly url: string;
  /** The code and the signal it ended with. */
  readonly exit: Promise<readonly unknown[]>;
  /** All it has written so far, to whichever stream. */
  said(): Promise<string>;
  dispose(): Promise<void>;
}

const UP_TIMEOUT_MS = 60_000;
const LOOK_INTERVAL_MS = 50;

/** Resolves once it is up and has begun to log. @throws Error with what it said, when it ends or is not up in time */
export async function startServeProcess(argv: readonly string[]): Promise<ServeProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'medmesh-'));
  for (const name of ['node_modules', 'src']) await symlink(resolve(name), join(folder, name));
  await mkdir(join(folder, 'dist/app'), { recursive: true });
  await writeFile(join(folder, 'dist/app/index.html'), '<!doctype html>');
  const output = await open(join(folder, 'output'), 'w');
  const command = [resolve('scripts/run.mjs'), 'src/app/serve/main.ts', '--port', '0', ...argv];
  const child = spawn(process.execPath, command, { cwd: folder, stdio: ['ignore', output.fd, output.fd] });
  const exit = once(child, 'exit');
  const said = () => readFile(join(folder, 'output'), 'utf8');
  const dispose = async () => {
    child.kill('SIGKILL');
    await exit;
    await output.close();
    await rm(folder, { recursive: true });
  };
  const deadlineMs = performance.now() + UP_TIMEOUT_MS;
  while (!(await said()).includes('relay-started')) {
    if (child.exitCode !== null || performance.now() > deadlineMs) {
      const words = await said();
      await dispose();
      throw new Error(`the server is not up: ${words}`);
    }
    await new Promise((look) => setTimeout(look, LOOK_INTERVAL_MS));
  }
  const url = /http:\/\/localhost:\d+\//.exec(await said())?.[0] ?? '';
  return { process: child, url, exit, said, dispose };
}
