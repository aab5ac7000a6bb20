/** `npm start`: serves the app and its relay, and says where. */
import { jsonLines, type RelayLog } from '../../relay/log.ts';
import { HELP, parseCommand } from './cli.ts';
import { ServeFault } from './serve-fault.ts';
import { startServer, type RunningServer } from './server.ts';
import { welcome } from './welcome.ts';

/** Lines written before the welcome; undefined after it. Where the server is comes first. */
let early: string[] | undefined = [];
const log = jsonLines(
  (line) => {
    if (early) early.push(line);
    else process.stderr.write(line);
  },
  () => Date.now(),
);
/** A person at a terminal is told what goes wrong only; a log file gets everything. */
const relayLog: RelayLog = (event) => {
  if (event.level === 'warn' || !process.stderr.isTTY) log(event);
};

try {
  const command = parseCommand(process.argv.slice(2));
  if (command.type === 'help') console.log(HELP);
  else {
    const server = await startServer({ ...command.options, relayLog });
    console.log(welcome(server, process.stdout.isTTY));
    process.stderr.write(early.join(''));
    early = undefined;
    stopOnSignal(server);
  }
} catch (error) {
  if (!(error instanceof ServeFault)) throw error;
  console.error(error.message);
  if (error.code === 'bad-option') console.error('See: npm start -- --help');
  process.exitCode = error.code === 'bad-option' ? 2 : 1;
}

/** The first signal closes everything in good order, the second one does not wait for that. */
function stopOnSignal(server: RunningServer): void {
  let isStopping = false;
  const stop = () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    void server.stop().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
