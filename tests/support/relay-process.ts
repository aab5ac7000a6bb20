/**
 * A relay on a bus, in a process that a test can kill: says its address and lives until then.
 *   node scripts/run.mjs tests/support/relay-process.ts redis://127.0.0.1:6379 <beat in ms>
 */
import { openRedis } from './relay-bus.ts';
import { startRelayServer } from './relay-server.ts';

const [url = '', beatMs = ''] = process.argv.slice(2);
const server = await startRelayServer({ bus: await openRedis(url), limits: { busBeatMs: Number(beatMs) } });
process.stdout.write(`${server.url}\n`);
