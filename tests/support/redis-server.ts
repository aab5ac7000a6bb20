/** A real Redis or Valkey server for a test: on loopback, in memory, gone afterwards. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const NAMES = ['redis-server', 'valkey-server'];

/** Where it is installed; undefined where it is not. */
export function findRedis(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable);
}

/** Said once by each test file that does without. */
export const NO_REDIS = `skipped: no ${NAMES.join(' or ')} in PATH (Debian: apt-get install redis-server)`;

export interface RedisServer {
  readonly url: string;
  /** SIGSTOP, SIGCONT: as when its computer is too busy. */
  signal(name: NodeJS.Signals): void;
  /** As when its computer fails. */
  kill(): Promise<void>;
  /** On the same port, with nothing in it. */
  start(): Promise<void>;
  dispose(): Promise<void>;
}

export async function startRedis(program: string): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'medmesh-redis-'));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const start = async () => {
    const options = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no', daemonize: 'no' };
    const argv = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    child = spawn(program, argv, { stdio: 'ignore' });
    const exited = once(child, 'exit').then(() => Promise.reject(new Error('the Redis server ended at once')));
    await Promise.race([answers(port), exited]);
    exited.catch(() => undefined);
  };
  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    signal: (name) => void child?.kill(name),
    kill,
    start,
    dispose: async () => {
      await kill();
      await rm(folder, { recursive: true });
    },
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The server takes no "any free one" itself. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves once somebody listens there. */
async function answers(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
