/**
 * `npm run load`: the relay as `npm start` runs it, with thousands of tabs that sit there and some that come and go. All
 * of it on this computer, over loopback, each part in a process of its own. Figures are told, never judged.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { tableOf } from '../bench/table.ts';
import { startServeProcess } from '../support/serve-process.ts';
import { Clients } from './client-process.ts';
import { figuresOf, metricsOf } from './measures.ts';
import { CLASS_SIZE, type Load } from './orders.ts';

const HELP = `Usage: npm run load -- [--sockets 10000] [--joins 200] [--seconds 30]

  --sockets <number>   tabs that sit in rooms of ${CLASS_SIZE} (at most 16000)
  --joins <number>     tabs a second that come, say something and go (at most 2000)
  --seconds <number>   how long (at most 600)`;
const MOST = { sockets: 16_000, joins: 2_000, seconds: 600 };
const CLIENT_PROCESSES = 2;
/** Files, pipes and listeners of a process beside its sockets. */
const OTHER_FILES = 200;

class UsageError extends Error {}

try {
  const load = parseLoad(process.argv.slice(2));
  checkOpenFiles(load);
  await run(load);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${HELP}`);
  process.exitCode = 2;
}

function parseLoad(argv: readonly string[]): Load {
  const number = (text: string, name: keyof Load) => {
    const value = Number(text);
    if (!/^\d{1,5}$/.test(text) || value < 1 || value > MOST[name]) {
      throw new UsageError(`--${name} ${text}: not 1 to ${MOST[name]}.`);
    }
    return value;
  };
  const option = (value: string) => ({ type: 'string', default: value }) as const;
  try {
    const options = { sockets: option('10000'), joins: option('200'), seconds: option('30') };
    const { values } = parseArgs({ args: [...argv], options });
    return {
      sockets: number(values.sockets, 'sockets'),
      joins: number(values.joins, 'joins'),
      seconds: number(values.seconds, 'seconds'),
    };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message);
  }
}

/** Node.js takes as many open files as it may: the hard limit. Visitors stay a second, and are slow to come when it is too much. */
function checkOpenFiles({ sockets, joins }: Load): void {
  const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  const needed = sockets + 3 * joins + OTHER_FILES;
  if (limit !== 'unlimited' && Number(limit) < needed) {
    throw new UsageError(
      `A process may open ${limit} files here, and the relay needs ${needed} for that.\n` +
        `Raise it (as root: ulimit -n ${needed}) or ask for fewer --sockets.`,
    );
  }
}

async function run(load: Load): Promise<void> {
  const server = await startServeProcess(['--metrics', '--proxy-header', 'x-forwarded-for']);
  const clients: Clients[] = [];
  try {
    const bare = await metricsOf(server.url);
    console.error(`opening ${load.sockets} sockets ...`);
    const salt = randomBytes(28).toString('hex');
    const openedAtMs = performance.now();
    for (let i = 0; i < CLIENT_PROCESSES; i++) clients.push(new Clients());
    const places = Math.ceil(load.sockets / CLIENT_PROCESSES);
    const orders = clients.map((_, i) => ({
      url: `${server.url.replace('http', 'ws').replace('localhost', '127.0.0.1')}relay`,
      salt,
      firstPlace: i * places,
      places: Math.min(places, load.sockets - i * places),
      joinsPerS: load.joins / CLIENT_PROCESSES,
      seconds: load.seconds,
    }));
    await Promise.all(clients.map((each, i) => each.open(orders[i]!)));
    const openedS = (performance.now() - openedAtMs) / 1000;
    const idle = await metricsOf(server.url);
    console.error(`${load.joins} joins a second for ${load.seconds} s ...`);
    const startedAtMs = performance.now();
    const finished = clients.map((each) => each.run());
    await new Promise((resolve) => setTimeout(resolve, load.seconds * 1000));
    const busy = await metricsOf(server.url);
    const busyS = (performance.now() - startedAtMs) / 1000;
    const results = await Promise.all(finished);
    const measured = figuresOf(load, { bare, idle, busy, openedS, busyS }, results);
    console.log(`\n${tableOf([{ bench: 'load', outcome: 'measured', figures: measured }])}`);
    console.log(`\nNode.js ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}`);
  } finally {
    for (const each of clients) each.end();
    await server.dispose();
  }
}
